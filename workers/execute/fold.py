"""The one loop that executes every command: in order, against a subject in memory, each with an answer of its own.

Nothing is written here. What a fold leaves behind is committed as a whole, or not at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog

from cartwright.wire.command import Command
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.body_hash import is_same_body
from storage.records import CatalogRecord, Entry
from workers.consume.intake import deadline_exceeded
from workers.consume.work import Answer, Answered, Work

Record = Entry | CatalogRecord
R = TypeVar("R")

_log = structlog.get_logger(__name__)


class Subject(Protocol, Generic[R]):
    """What commands are executed against: a cart, or a tenant's catalog."""

    def recall(self, command: Command[Any]) -> Record | None:
        """What this command did before, if it was applied."""

    def repeat(self, work: Work, record: Any) -> Answer:
        """The first outcome of a command, told again."""

    def execute(self, work: Work, now: datetime) -> R:
        """What the command would do; raises `Refusal`."""

    def keep(self, work: Work, result: R, now: datetime) -> Record | None:
        """Take the result as the new state, and return the record of it, if it leaves one."""

    def answer(self, work: Work, result: R, status: str) -> Answer:
        """The answer that tells a result."""

    def status(self, work: Work, result: R) -> str:
        """`applied`, `unchanged`, `read` or, for a read that prices, `dry-run`."""


def fold(subject: Subject[Any], works: Sequence[Work], now: datetime) -> list[Answered]:
    """Execute the commands in order; a refusal or a failure of one touches no other."""
    return [_answered(subject, work, now) for work in works]


def _answered(subject: Subject[Any], work: Work, now: datetime) -> Answered:
    try:
        return _execute(subject, work, now)
    except Refusal as refusal:
        return Answered(work, refusal)
    except Exception:  # noqa: BLE001 (a bug in one command is an answer to it, not the end of its group)
        _log.exception("command_failed", type=work.command.type, command_id=work.command.id)
        return Answered(work, Refusal(ErrorCode.INTERNAL, "The command could not be executed."))


def _execute(subject: Subject[Any], work: Work, now: datetime) -> Answered:
    command = work.command
    # A read has no first outcome to repeat, whatever message id it carries.
    record = None if work.registered.reads else subject.recall(command)
    if record is not None:
        if not is_same_body(record.body_hash, command.body_hash, work.source.body):
            raise Refusal(ErrorCode.IDEMPOTENCY_MISMATCH, "This message id came before, with another body.")
        return Answered(work, subject.repeat(work, record), record)
    if work.deadline is not None and work.deadline <= now:
        raise deadline_exceeded()
    result = subject.execute(work, now)
    status = subject.status(work, result)
    if command.envelope.dry_run and status != "read":
        status = "dry-run"
    if status in ("read", "dry-run"):
        return Answered(work, subject.answer(work, result, status))
    record = subject.keep(work, result, now)
    return Answered(work, subject.answer(work, result, status), record)
