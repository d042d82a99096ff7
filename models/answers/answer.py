"""Answers: what a caller gets. Each knows its type, its headers, and how to write its own body.

The worker adds only the address and the ids of the message, whatever kind of answer it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from cartwright.wire.refusals import Refusal
from models.answers import encoding
from models.cart.forms import Document

Headers = Mapping[str, str | int]
NO_HEADERS: Headers = {}


class Answer(Protocol):
    """What every answer has."""

    @property
    def type(self) -> str:
        """The reply's type, e.g. `cart-updated`."""

    @property
    def headers(self) -> Headers:
        """AMQP headers of the reply."""

    def body(self, command_id: str | None) -> bytes:
        """The whole body of the reply to the command with this id."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal; it names the cart, if it is known which one the command was about."""

    refusal: Refusal
    cart_id: str | None = None
    type: ClassVar[str] = "command-refused"
    headers: ClassVar[Headers] = NO_HEADERS

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        named = {"cartId": self.cart_id} if self.cart_id else {}
        return encoding.encode({"type": self.type, "commandId": command_id, **named, "error": self.refusal.wire()})


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """What a catalog command came to."""

    status: str
    revision: int
    type: ClassVar[str] = "catalog-updated"
    headers: ClassVar[Headers] = NO_HEADERS

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        return encoding.encode(
            {
                "type": self.type,
                "commandId": command_id,
                "status": self.status,
                "catalogRevision": self.revision,
                "warnings": [],
            }
        )


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The rows that a query found, as on the wire; `paging` says, by wire name, which part of all rows they are."""

    items: Sequence[object]
    paging: Document = field(default_factory=dict)
    type: ClassVar[str] = "query-result"
    headers: ClassVar[Headers] = NO_HEADERS

    def body(self, command_id: str | None) -> bytes:
        """Contract, "A reply"."""
        return encoding.encode(
            {"type": self.type, "commandId": command_id, "status": "read", "items": self.items, **self.paging}
        )
