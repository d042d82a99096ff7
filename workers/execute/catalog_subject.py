"""A tenant's catalog as the subject of a fold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cartwright.wire.command import Command
from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows, Facts
from handlers.registry import CatalogCommand
from storage.records import CatalogRecord, CommandKey, Revision, Unchanged
from workers.consume.work import CatalogAnswer, Work


@dataclass(frozen=True, slots=True)
class CatalogOutcome:
    """The rows of a command, and the catalog with them; the same catalog if nothing differs."""

    rows: CatalogRows
    facts: Facts
    unchanged: bool


class CatalogSubject:
    """One tenant's catalog in memory, with the records that a fold adds."""

    def __init__(self, facts: Facts, remembered: Mapping[CommandKey, CatalogRecord]) -> None:
        self.facts = facts
        self.new: list[CatalogRecord] = []
        self._remembered = dict(remembered)

    def recall(self, command: Command[Any]) -> CatalogRecord | None:
        """From the store, or this fold."""
        return self._remembered.get(CommandKey(command.tenant, command.id)) if command.id else None

    def repeat(self, work: Work, record: CatalogRecord) -> CatalogAnswer:
        """The first outcome, as its own if this delivery made it, with the revision that was told."""
        return CatalogAnswer(record.status if record.token == work.token else "duplicate", record.revision)

    def execute(self, work: Work, now: datetime) -> CatalogOutcome:
        """The catalog after the command; raises `Refusal`, also if it expects another revision (`version`)."""
        if not isinstance(work.registered, CatalogCommand):
            raise TypeError(f"{work.command.type} is not a command about a catalog")
        expected = work.command.envelope.version
        if expected not in (None, self.facts.revision):
            raise Refusal(
                ErrorCode.STALE_VERSION,
                f"The catalog is at revision {self.facts.revision}, the command expected {expected}.",
                details={"currentVersion": self.facts.revision},
            )
        rows = work.registered.decide(self.facts, work.command.data)
        if self.facts.holds(rows):
            return CatalogOutcome(rows, self.facts, True)
        return CatalogOutcome(rows, self.facts.with_rows(rows, self.facts.revision + 1), False)

    def status(self, work: Work, result: CatalogOutcome) -> str:
        """Whether there is a new revision."""
        return "unchanged" if result.unchanged else "applied"

    def keep(self, work: Work, result: CatalogOutcome, now: datetime) -> CatalogRecord:
        """Move on to the next revision; an unchanged outcome is remembered without one."""
        record = _record(work, result, now)
        self.facts = result.facts
        self._remembered[CommandKey(record.tenant, record.command_id)] = record
        self.new.append(record)
        return record

    def answer(self, work: Work, result: CatalogOutcome, status: str) -> CatalogAnswer:
        """The outcome as an answer."""
        return CatalogAnswer(status, result.facts.revision)


def _record(work: Work, result: CatalogOutcome, now: datetime) -> CatalogRecord:
    command = work.command
    tenant, revision, command_id = command.tenant, result.facts.revision, command.id or ""
    if result.unchanged:
        return Unchanged(tenant, revision, now, command_id, command.body_hash, token=work.token)
    return Revision(tenant, revision, now, command_id, command.body_hash, result.rows, token=work.token)
