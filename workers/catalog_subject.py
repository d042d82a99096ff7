"""A tenant's catalog as the subject of a fold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cartwright.handlers.registry import CatalogCommand
from cartwright.models.command import Command
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.pricing.facts import CatalogRows, Facts
from cartwright.storage.records import CommandKey, Revision
from cartwright.workers.work import CatalogAnswer, Work


@dataclass(frozen=True, slots=True)
class CatalogOutcome:
    """The rows of a command, and the catalog with them; the same catalog if nothing differs."""

    rows: CatalogRows
    facts: Facts
    unchanged: bool


class CatalogSubject:
    """One tenant's catalog in memory, with the revisions that a fold adds."""

    def __init__(self, facts: Facts, remembered: Mapping[CommandKey, Revision]) -> None:
        self.facts = facts
        self.new: list[Revision] = []
        self._remembered = dict(remembered)

    def recall(self, command: Command[Any]) -> Revision | None:
        """From the stored revisions, or this fold."""
        return self._remembered.get(CommandKey(command.tenant, command.id)) if command.id else None

    def repeat(self, work: Work, record: Revision) -> CatalogAnswer:
        """The revision that the command made."""
        return CatalogAnswer("applied" if work.attempted else "duplicate", record.revision)

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

    def keep(self, work: Work, result: CatalogOutcome, now: datetime) -> Revision | None:
        """Move on to the next revision, if there is one."""
        if result.unchanged:
            return None
        command = work.command
        revision = Revision(
            tenant=command.tenant,
            revision=result.facts.revision,
            at=now,
            command_id=command.id or "",
            body_hash=command.body_hash,
            rows=result.rows,
        )
        self.facts = result.facts
        self._remembered[CommandKey(command.tenant, revision.command_id)] = revision
        self.new.append(revision)
        return revision

    def answer(self, work: Work, result: CatalogOutcome, status: str) -> CatalogAnswer:
        """The outcome as an answer."""
        return CatalogAnswer(status, result.facts.revision)
