"""A tenant's catalog as the subject of a fold."""

from collections.abc import Mapping
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import Problem
from cartwright.wire.replies import Status
from engine.revise import CatalogOutcome, revise
from facts.snapshot import Facts
from handlers.kinds import CatalogCommand
from models.answers.answer import Answer, CatalogAnswer
from storage.records import CatalogRecord, CommandKey, Revision, Unchanged
from workers.consume.work import Work
from workers.execute.call_outcomes import outcome_of_catalog


class CatalogSubject:
    """One tenant's catalog in memory, with the records that a fold adds."""

    def __init__(self, facts: Facts, remembered: Mapping[CommandKey, CatalogRecord]) -> None:
        self.facts = facts
        self.new: list[CatalogRecord] = []
        self._remembered = dict(remembered)

    def recall(self, command: AnyCommand) -> CatalogRecord | None:
        """From the store, or this fold."""
        return self._remembered.get(CommandKey(command.tenant, command.id)) if command.id else None

    def repeat(self, work: Work, record: CatalogRecord, status: Status) -> Answer:
        """The first outcome, with the revision of then."""
        return _in_dialect(work, CatalogAnswer(status, record.revision, _warnings(work)), self.facts)

    def decide(self, work: Work, now: datetime) -> CatalogOutcome:
        """The catalog after the command; raises `Refusal`."""
        return revise(_registered(work), work.command, self.facts)

    def keep(self, work: Work, result: CatalogOutcome, status: Status, now: datetime) -> CatalogRecord:
        """Move on to the next revision; an unchanged outcome is remembered without one."""
        record = _record(work, result, now)
        self.facts = result.facts
        self._remembered[CommandKey(record.tenant, record.command_id)] = record
        self.new.append(record)
        return record

    def answer(self, work: Work, result: CatalogOutcome, status: Status) -> Answer:
        """The outcome as an answer."""
        answer = CatalogAnswer(status, result.facts.revision, _warnings(work))
        return _in_dialect(work, answer, result.facts)

    def ask(self, work: Work, now: datetime) -> Answer:
        """Queries about catalogs run in no lane of a catalog."""
        raise TypeError(f"{work.command.type} is a query")


def _registered(work: Work) -> CatalogCommand:
    if not isinstance(work.registered, CatalogCommand):
        raise TypeError(f"{work.command.type} is not a command about a catalog")
    return work.registered


def _warnings(work: Work) -> tuple[Problem, ...]:
    """What may be a mistake in the command; the same each time, as it depends on the command only."""
    return tuple(_registered(work).warns(work.command.data))


def _in_dialect(work: Work, answer: CatalogAnswer, facts: Facts) -> Answer:
    """The answer as the sender expects it; of a call that brings a cart too, that is the cart's."""
    if work.call is None or work.call.catalog is not None:
        return answer
    return work.call.respond(outcome_of_catalog(answer, facts), answer)


def _record(work: Work, result: CatalogOutcome, now: datetime) -> CatalogRecord:
    command = work.command
    tenant, revision, command_id = command.tenant, result.facts.revision, command.id or ""
    if result.unchanged:
        return Unchanged(tenant, revision, now, command_id, command.body_hash, token=work.token)
    return Revision(tenant, revision, now, command_id, command.body_hash, result.rows, token=work.token)
