"""A command on its way through a worker, and what it came to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cartwright.wire.command import Command
from handlers.registry import CatalogCommand, Registered
from models.answers.answer import Answer
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
class Answered:
    """A command with its answer, and the record of what it wrote, if it did."""

    work: Work
    answer: Answer
    record: Entry | CatalogRecord | None = None
