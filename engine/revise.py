"""One command against a tenant's catalog: the next revision, or the same one if nothing differs."""

from dataclasses import dataclass

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CatalogCommand


@dataclass(frozen=True, slots=True)
class CatalogOutcome:
    """The rows of a command, and the catalog with them; the same catalog if nothing differs."""

    rows: CatalogRows
    facts: Facts
    unchanged: bool


def revise(entry: CatalogCommand, command: AnyCommand, facts: Facts) -> CatalogOutcome:
    """The catalog after the command; raises `Refusal`, also if it expects another revision (`version`)."""
    expected = command.envelope.version
    if expected not in (None, facts.revision):
        raise Refusal(
            ErrorCode.STALE_VERSION,
            f"The catalog is at revision {facts.revision}, the command expected {expected}.",
            details={"currentVersion": facts.revision},
        )
    rows = entry.decide(facts, command.data)
    if facts.holds(rows):
        return CatalogOutcome(rows, facts, unchanged=True)
    return CatalogOutcome(rows, facts.with_rows(rows, facts.revision + 1), unchanged=False)
