"""What a journal keeps of a version of a cart, as code that knows no database sees it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from models.cart.forms import Document
from models.changes.priced_patch import PricedPatch


class JournaledVersion(Protocol):
    """What a journal keeps of one version of a cart: who made it, when and why, its changes and its prices."""

    @property
    def tenant(self) -> str:
        """The cart's tenant."""

    @property
    def cart_id(self) -> str:
        """The cart."""

    @property
    def version(self) -> int:
        """The version's number, counted from 1."""

    @property
    def command_id(self) -> str:
        """The message id of the command that made it."""

    @property
    def kind(self) -> str:
        """The type of that command."""

    @property
    def at(self) -> datetime:
        """When it was made."""

    @property
    def actor(self) -> str | None:
        """Who made it."""

    @property
    def reason(self) -> str | None:
        """Why."""

    @property
    def changes(self) -> Sequence[Document]:
        """The changes as on the wire."""

    @property
    def price_changes(self) -> Sequence[Document]:
        """The amounts that moved, as on the wire."""

    @property
    def priced(self) -> PricedPatch:
        """What pricing wrote."""
