"""Answers: what a caller gets. Each knows its type, its headers, and how to write its own body.

The worker adds only the address and the ids of the message, whatever kind of answer it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from cartwright.wire.headers import CART_ID, CART_VERSION, STATUS
from cartwright.wire.refusals import Problem, Refusal
from cartwright.wire.replies import Status
from models.answers import encoding
from models.cart.forms import Document

Headers = Mapping[str, str | int]


class Answer(Protocol):
    """What every answer has."""

    @property
    def type(self) -> str:
        """The reply's type, e.g. `cart-updated`."""

    @property
    def headers(self) -> Headers:
        """What AMQP headers of the reply say of the cart, and of what became of the command."""

    def body(self, command_id: str | None) -> bytes:
        """The whole body of the reply to the command with this id."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal; it names the cart, if it is known which one the command was about."""

    refusal: Refusal
    cart_id: str | None = None
    type: ClassVar[str] = "command-refused"

    @property
    def headers(self) -> Headers:
        """The cart, if it is known; nothing became of the command."""
        return {CART_ID: self.cart_id} if self.cart_id else {}

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        named = {"cartId": self.cart_id} if self.cart_id else {}
        return encoding.encode({"type": self.type, "commandId": command_id, **named, "error": self.refusal.wire()})


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """What a catalog command came to, and what may be a mistake in it."""

    status: Status
    revision: int
    warnings: tuple[Problem, ...] = ()
    type: ClassVar[str] = "catalog-updated"

    @property
    def headers(self) -> Headers:
        """The status."""
        return {STATUS: self.status}

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        return encoding.encode(
            {
                "type": self.type,
                "commandId": command_id,
                "status": self.status,
                "catalogRevision": self.revision,
                "warnings": [each.wire() for each in self.warnings],
            }
        )


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The rows that a query found, as on the wire; `paging` says, by wire name, which part of all rows they are.

    `cart` is the id and version of the cart that the query was about, if it was about one.
    """

    items: Sequence[object]
    paging: Document = field(default_factory=dict)
    cart: tuple[str, int] | None = None
    type: ClassVar[str] = "query-result"
    status: ClassVar[Status] = "read"

    @property
    def headers(self) -> Headers:
        """The cart and the status."""
        if self.cart is None:
            return {STATUS: self.status}
        return {CART_ID: self.cart[0], CART_VERSION: self.cart[1], STATUS: self.status}

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        return encoding.encode(
            {"type": self.type, "commandId": command_id, "status": self.status, "items": self.items, **self.paging}
        )
