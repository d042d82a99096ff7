"""A command on its way through a worker: where it came from, and what it came to.

Everything behind the intake knows a command's `Source` only, and no broker. So lanes, execution and completion are the
same for commands from a queue, from a job or from a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cartwright.wire.command import AnyCommand
from handlers.registry import CatalogCommand, Registered
from models.answers.answer import Answer, Refused
from storage.records import CatalogRecord, Entry
from workers.amqp import Outgoing
from workers.consume.tokens import new_token

LaneKey = tuple[str, str, str]
"""Kind of lane (`cart`, `catalog` or `lookup`), tenant, and the id of what is worked on."""


class Link(Protocol):
    """Where sources came from together, such as one opening of a channel; they are acknowledged together too."""

    open: bool
    """Whether what came over it is still ours. If not, it comes again, to us or to another worker."""

    def acknowledge(self, numbers: Iterable[int], /) -> None:
        """Take note that the sources with these numbers are finished, and need not come again."""


class Source(Protocol):
    """Where a command came from: it answers whoever asked, and brings the command again if it is put off.

    Its methods return the messages that do so, which are published before the source is acknowledged. A source that
    keeps its answers elsewhere returns none.
    """

    @property
    def link(self) -> Link:
        """To whom it is acknowledged."""

    @property
    def number(self) -> int:
        """Which of its link's sources it is."""

    @property
    def body(self) -> bytes:
        """The command as it was sent."""

    def answer(self, answer: Answer) -> Iterable[Outgoing]:
        """Tell whoever asked; a refusal that nobody can be told is kept for people to look at."""

    def put_off(self, work: Work) -> Iterable[Outgoing]:
        """Have the command again after a while; if it was put off often enough, give it up."""

    def give_up(self, refused: Refused) -> Iterable[Outgoing]:
        """Tell whoever asked, and keep the command for people to look at."""

    def park(self, code: str, reason: str) -> Iterable[Outgoing]:
        """Keep the command for people to look at, and tell nobody."""


def acknowledge(sources: Iterable[Source]) -> None:
    """Acknowledge sources of any links; those of one link together.

    Those whose link is closed are passed over by it: they come again.
    """
    numbers: dict[Link, list[int]] = {}
    for source in sources:
        numbers.setdefault(source.link, []).append(source.number)
    for link, of_link in numbers.items():
        link.acknowledge(of_link)


@dataclass(slots=True, eq=False)
class Work:
    """A validated command with its source; `token` is what the record of it will name as its maker."""

    source: Source
    registered: Registered
    command: AnyCommand
    deadline: datetime | None
    token: bytes = field(default_factory=new_token)

    @property
    def size(self) -> int:
        """The bytes of its body, which it occupies as long as it waits."""
        return len(self.source.body)

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
