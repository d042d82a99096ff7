"""The one loop that executes every command: in order, against a subject in memory, each with an answer of its own.

Nothing is written here. What a fold leaves behind is committed as a whole, or not at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.replies import Status
from engine.body_hash import is_same_body
from facts.history import HistoryWanted
from handlers.kinds import Query
from models.answers.answer import Answer
from workers.consume.work import Answered, Record, Work, deadline_exceeded

R = TypeVar("R", bound="Result")

MAX_REFOLDS = 20
"""How often a group is folded again because something changed under it; then its commands are put off."""

_log = structlog.get_logger(__name__)


class Result(Protocol):
    """What a command would do."""

    @property
    def unchanged(self) -> bool:
        """Whether nothing would differ."""


class Subject(Protocol, Generic[R]):
    """What commands are executed against: a cart, a tenant's catalog, or a job."""

    def ask(self, work: Work, now: datetime) -> Answer:
        """The answer to a query; raises `Refusal`."""

    def recall(self, command: AnyCommand) -> Record | None:
        """What this command did before, if it was applied."""

    def repeat(self, work: Work, record: Any, status: Status) -> Answer:
        """The first outcome of a command, as the answer to a repeat that has this status."""

    def decide(self, work: Work, now: datetime) -> R:
        """What the command would do; raises `Refusal`."""

    def keep(self, work: Work, result: R, status: Status, now: datetime) -> Record | None:
        """Take the result as the new state, and return the record of it, if it has one."""

    def answer(self, work: Work, result: R, status: Status) -> Answer:
        """The answer that tells a result."""


def fold(subject: Subject[Any], works: Sequence[Work], now: datetime) -> list[Answered]:
    """Execute the commands in order; a refusal or a failure of one touches no other.

    Raises `HistoryWanted` where one can't be priced without more of the catalog's past; then nothing has happened.
    """
    return [_answered(subject, work, now) for work in works]


def failed() -> Refusal:
    """The refusal of a command that met a bug."""
    return Refusal(ErrorCode.INTERNAL, "The command could not be executed.")


def _answered(subject: Subject[Any], work: Work, now: datetime) -> Answered:
    try:
        return _run(subject, work, now)
    except Refusal as refusal:
        return Answered(work, work.refused(refusal))
    except HistoryWanted:
        raise
    except Exception:  # noqa: BLE001 (a bug in one command is an answer to it, not the end of its group)
        _log.exception("command_failed", type=work.command.type, command_id=work.command.id)
        return Answered(work, work.refused(failed()))


def _run(subject: Subject[Any], work: Work, now: datetime) -> Answered:
    command = work.command
    if isinstance(work.registered, Query):
        # It has no first outcome to repeat, whatever message id it carries.
        _check_deadline(work, now)
        return Answered(work, subject.ask(work, now))
    record = subject.recall(command)
    if record is not None:
        if not is_same_body(record.body_hash, command.body_hash, work.source.body):
            raise Refusal(ErrorCode.IDEMPOTENCY_MISMATCH, "This message id was used before, with another body.")
        status: Status = record.status if work.made(record) else "duplicate"
        return Answered(work, subject.repeat(work, record, status), record)
    _check_deadline(work, now)
    result = subject.decide(work, now)
    if command.envelope.dry_run:
        return Answered(work, subject.answer(work, result, "dry-run"))
    status = "unchanged" if result.unchanged else "applied"
    # The answer comes first: what can't be answered is not done either.
    answer = subject.answer(work, result, status)
    if result.unchanged and not work.recalled_unchanged:
        return Answered(work, answer)
    return Answered(work, answer, subject.keep(work, result, status, now))


def _check_deadline(work: Work, now: datetime) -> None:
    if work.deadline is not None and work.deadline <= now:
        raise deadline_exceeded()
