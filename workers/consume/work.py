"""A command on its way through a worker: where it came from, and its answer.

Everything after the intake knows only a command's `Source`, not the broker. So lanes, execution and completion are the
same for commands from a queue, from a job or from a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import NamedTuple, Protocol

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.steer import job_id_of
from handlers.kinds import AboutNoCart, CartCommand, CatalogCommand, Query, Registered
from models.answers.answer import Answer, Refused
from models.cart.keys import lookup_text
from models.jobs.job import JobRecord
from models.value import value
from storage.records import CatalogRecord, Entry
from workers.amqp import Acknowledges, Outgoing
from workers.consume.delivery_tokens import new_token
from workers.consume.dialect_calls import DialectCall
from workers.consume.span import Span

CART = "cart"
CATALOG = "catalog"
JOB = "job"
STAGED = "staged"
"""A tenant's calls that bring rows of the catalog before their cart."""
KEY = "key"
"""Commands that name their cart by one key: it is not known yet whose it is."""
LOOKUP = "lookup"
"""One query whose cart is named by a key. It writes nothing, so it waits for no other."""
SEARCH = "search"
"""One query about all carts of a tenant; it waits for no other either."""

Record = Entry | CatalogRecord | JobRecord
"""What is remembered of a command that took effect."""


class LaneKey(NamedTuple):
    """A lane: its kind, one of the above; the tenant; and what is worked on, which one command alone may be."""

    kind: str
    tenant: str
    subject: str


class Source(Protocol):
    """Where a command came from: it answers the sender, and redelivers the command if it is put off.

    Its methods return the messages that do so, which are published before the source is acknowledged. A source that
    keeps its answers elsewhere returns none.
    """

    @property
    def link(self) -> Acknowledges:
        """What it is acknowledged through."""

    @property
    def number(self) -> int:
        """Which of its link's sources it is."""

    @property
    def body(self) -> bytes:
        """The command as it was sent."""

    @property
    def call(self) -> DialectCall | None:
        """The dialect in which it was sent; none if it came as a canonical command."""

    @property
    def span(self) -> Span | None:
        """Its trace, if there is one."""

    def answer(self, answer: Answer) -> Iterable[Outgoing]:
        """Answer the sender; a refusal that can't be sent is kept for people to look at."""

    def put_off(self, work: Work) -> Iterable[Outgoing]:
        """Redeliver the command after a while; give it up if it was put off too often."""

    def give_up(self, refused: Refused) -> Iterable[Outgoing]:
        """Answer the sender, and keep the command for people to look at."""

    def park(self, code: str, reason: str) -> Iterable[Outgoing]:
        """Keep the command for people to look at, without an answer."""


def acknowledge(sources: Iterable[Source]) -> None:
    """Acknowledge sources of any links; those of one link together.

    Those whose link is closed are skipped: they come again.
    """
    numbers: dict[Acknowledges, list[int]] = {}
    for source in sources:
        numbers.setdefault(source.link, []).append(source.number)
    for link, of_link in numbers.items():
        link.acknowledge(of_link)


@dataclass(slots=True, eq=False)
class Work:
    """A validated command with its source; its record will name `token` as the delivery that made it.

    `of_job`: it comes from a job, and others come first. `since`: when it was read, by `perf_counter`.
    """

    source: Source
    registered: Registered
    command: AnyCommand
    deadline: datetime | None
    token: bytes = field(default_factory=new_token)
    of_job: bool = False
    since: float = field(default_factory=perf_counter)

    @property
    def size(self) -> int:
        """The bytes of its body, which it occupies as long as it waits."""
        return len(self.source.body)

    @property
    def call(self) -> DialectCall | None:
        """The dialect in which it was sent, if not as a canonical command."""
        return self.source.call

    def made(self, record: Record) -> bool:
        """Whether this delivery of the command made the record, and not another copy."""
        return record.token == self.token

    @property
    def recalled_unchanged(self) -> bool:
        """Whether it is remembered also if it changed nothing."""
        return not isinstance(self.registered, CartCommand) or self.registered.recalled_unchanged

    def refused(self, refusal: Refusal) -> Refused:
        """A refusal as the answer, which names the cart if the command is about one."""
        blank = isinstance(self.registered, Query) and self.registered.blank
        return Refused(refusal, (self.command.envelope.cart_id if blank else self.command.cart_id) or None)

    @property
    def lane(self) -> LaneKey:
        """Where its order matters: with the other commands of its cart, or of its tenant's catalog."""
        command = self.command
        if isinstance(self.registered, AboutNoCart):
            return self._lane_of(self.registered)
        if self.registered.reads and self.registered.needs(command.data).search is not None:
            return LaneKey(SEARCH, command.tenant, str(id(self)))
        call = self.call
        if call is not None and call.catalog is not None:
            return LaneKey(STAGED, command.tenant, "")
        if command.cart_id:
            return LaneKey(CART, command.tenant, command.cart_id)
        if call is not None and call.key is not None and not self.registered.reads:
            return LaneKey(KEY, command.tenant, lookup_text(*call.key))
        return LaneKey(LOOKUP, command.tenant, str(id(self)))

    def _lane_of(self, entry: AboutNoCart) -> LaneKey:
        if isinstance(entry, CatalogCommand):
            return LaneKey(CATALOG, self.command.tenant, "")
        return LaneKey(JOB, self.command.tenant, job_id_of(entry, self.command))


@value(frozen=True, slots=True)
class Answered:
    """A command with its answer, and the record of what it wrote, if it did."""

    work: Work
    answer: Answer
    record: Record | None = None

    @property
    def repeated(self) -> bool:
        """Whether the record is older than this delivery."""
        return self.record is not None and not self.work.made(self.record)


def deadline_exceeded() -> Refusal:
    """The refusal of a command whose caller has stopped waiting."""
    return Refusal(ErrorCode.DEADLINE_EXCEEDED, "The deadline of the command has passed; nothing was done.")
