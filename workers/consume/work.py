"""A command on its way through a worker, and what it came to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cartwright.wire.command import Command
from cartwright.wire.refusals import Refusal
from handlers.registry import CartCommand, CatalogCommand, Registered
from models.answers.explanation import Explanation
from models.cart.cart import Cart
from storage.records import CatalogRecord, Entry
from workers.amqp import Delivery
from workers.consume.tokens import new_token

LaneKey = tuple[str, str, str]
"""Kind of lane (`cart`, `catalog` or `lookup`), tenant, and the id of what is worked on."""


@dataclass(slots=True, eq=False)
class Work:
    """A validated command with its delivery; `token` is what the record of it will name as its maker."""

    delivery: Delivery
    registered: Registered
    command: Command[Any]
    deadline: datetime | None
    token: bytes = field(default_factory=new_token)

    @property
    def lane(self) -> LaneKey:
        """Where its order matters: with the other commands of its cart, or of its tenant's catalog."""
        command = self.command
        if isinstance(self.registered, CatalogCommand):
            return ("catalog", command.tenant, "")
        if command.cart_id:
            return ("cart", command.tenant, command.cart_id)
        return ("lookup", command.tenant, str(id(self)))


@dataclass(frozen=True, slots=True)
class CartAnswer:
    """What a cart command came to. `cart` is None where a duplicate's cart has moved on since."""

    registered: CartCommand
    status: str
    cart_id: str
    version: int
    cart: Cart | None
    changes: list[dict[str, Any]]
    price_changes: list[dict[str, Any]]
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class CatalogAnswer:
    """What a catalog command came to."""

    status: str
    revision: int


Answer = CartAnswer | CatalogAnswer | Refusal


@dataclass(frozen=True, slots=True)
class Answered:
    """A command with its answer, and the record of what it wrote, if it did."""

    work: Work
    answer: Answer
    record: Entry | CatalogRecord | None = None
