"""Folding a cart's journal: from nothing to the stored cart, byte for byte (guarantee G9)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from engine.opening import blank_cart
from models.cart.cart import Cart, Stamp
from models.cart.forms import Document
from models.changes.change import evolve, read_change
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
    def priced(self) -> PricedPatch:
        """What pricing wrote."""


def replay(versions: Iterable[JournaledVersion]) -> Cart | None:
    """The cart that the versions, in order from 1, lead to; raises `ValueError` at a hole."""
    last: Cart | None = None
    for cart in replayed(versions):
        last = cart
    return last


def replayed(versions: Iterable[JournaledVersion]) -> Iterator[Cart]:
    """The cart at each of the versions, which are in order from 1; raises `ValueError` at a hole."""
    cart: Cart | None = None
    for each in versions:
        cart = _next(cart or blank_cart(each.tenant, each.cart_id, each.at, each.actor), each)
        yield cart


def _next(cart: Cart, made: JournaledVersion) -> Cart:
    if made.version != cart.version + 1:
        raise ValueError(f"version {made.version} follows version {cart.version}")
    changed = evolve(cart, (read_change(each) for each in made.changes))
    return replace(
        made.priced.apply(changed),
        version=made.version,
        updated=Stamp(made.at, made.actor),
        last_update_reason=made.reason,
    )
