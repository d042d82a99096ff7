"""A job: an order about many carts, how far it has come, and what it came to so far.

Immutable; `replace` makes the next state. Whoever stores one compares and sets its `revision`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from cartwright.wire.replies import Status
from models.cart.cart import Stamp
from models.jobs.tally import Tally

COMMANDS_KNOWN = 100
"""So many commands about a job are remembered, to answer them again: the one that started it, and the last ones."""


class JobKind(StrEnum):
    """What is done to the carts."""

    REPRICING = "repricing"
    EXPIRY = "expiry"
    EXPORT = "export"


class JobState(StrEnum):
    """Where a job is in its life."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


ENDED = frozenset({JobState.COMPLETED, JobState.CANCELLED, JobState.FAILED})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which carts: those for which a filter holds, or those with these ids; if neither, all but the expired ones.

    Deleted carts and those that were created after `created_by` are left out, unless their ids are given.
    """

    created_by: datetime
    where: str | None = None
    cart_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What was asked for; it never changes.

    `preview`: nothing is written. `as_of` is the time whose prices count, `with_drafts` are drafts that count as if
    they were active; both only in a preview.
    """

    kind: JobKind
    selection: Selection
    label: str | None = None
    preview: bool = False
    as_of: datetime | None = None
    with_drafts: tuple[str, ...] = ()
    rate_per_second: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How far the carts are split into chunks, in the order of their ids.

    `after` is the last id that was looked at, `chunks` the number of chunks, `carts` that of the carts in them.
    `latest` are the chunks of the last step, as tuples of ids: they are stored with the job before they are stored
    as chunks, so that a planner that dies in between leaves nothing behind that its successor would do otherwise.
    """

    after: str = ""
    chunks: int = 0
    carts: int = 0
    complete: bool = False
    latest: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The chunks whose results are in the job's: all up to a number, and some beyond it."""

    upto: int = 0
    beyond: frozenset[int] = frozenset()

    def holds(self, number: int) -> bool:
        """Whether it is counted."""
        return number <= self.upto or number in self.beyond

    def with_numbers(self, numbers: Iterable[int]) -> "Counted":
        """These chunks too."""
        beyond, upto = {*self.beyond, *numbers}, self.upto
        while upto + 1 in beyond:
            upto += 1
            beyond.discard(upto)
        return Counted(upto, frozenset(beyond))


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A command about a job that took effect, or changed nothing (`unchanged`)."""

    command_id: str
    body_hash: bytes
    token: bytes
    status: Status


@dataclass(frozen=True, slots=True)
class Job:
    """A job at one revision.

    `steered_at` is when it was started, resumed or cancelled: chunks that were handed out before are handed out again.
    `finished_at` is when it had ended and the last chunk that was handed out was counted; `announced`: everybody was
    told so.
    """

    id: str
    tenant: str
    order: JobOrder
    created: Stamp
    reason: str | None = None
    state: JobState = JobState.PLANNED
    catalog_revision: int = 0
    started_at: datetime | None = None
    steered_at: datetime | None = None
    finished_at: datetime | None = None
    plan: Plan = field(default_factory=Plan)
    counted: Counted = field(default_factory=Counted)
    tally: Tally = field(default_factory=Tally)
    commands: tuple[JobRecord, ...] = ()
    announced: bool = False
    revision: int = 0

    @property
    def ended(self) -> bool:
        """Whether it can no longer be steered."""
        return self.state in ENDED

    @property
    def reports_progress(self) -> bool:
        """Whether everybody is told of its progress."""
        return self.order.kind is JobKind.REPRICING

    @property
    def report_hash(self) -> str | None:
        """The hash over the report's lines, once all of them are there."""
        return f"{self.tally.hash:064x}" if self.state is JobState.COMPLETED else None

    def with_record(self, record: JobRecord) -> "Job":
        """The next revision, which remembers this command, and always the one that started the job."""
        first, *later = (*self.commands, record)
        return replace(self.next(), commands=(first, *later[1 - COMMANDS_KNOWN :]))

    def next(self) -> "Job":
        """The same at its next revision."""
        return replace(self, revision=self.revision + 1)

    def record_of(self, command_id: str) -> JobRecord | None:
        """What is remembered of a command."""
        return next((each for each in self.commands if each.command_id == command_id), None)
