"""All checks, in the order of the guarantees (docs: G1 to G9; G7 needs the histories of two tenants)."""

from audit.amounts import journal_replays, totals_recompute
from audit.dry_runs import no_trace, predictions_hold
from audit.findings import Finding
from audit.history import History
from audit.kept import Kept
from audit.outcomes import answered, applied_once, one_outcome
from audit.versions import no_holes, one_event_a_version

CHECKS = (
    one_outcome,
    applied_once,
    no_holes,
    one_event_a_version,
    totals_recompute,
    no_trace,
    predictions_hold,
    answered,
    journal_replays,
)


def audit(history: History, kept: Kept) -> list[Finding]:
    """Every breach found; none if all guarantees hold. To be asked once everything that was sent has come to its end.

    `history` must have heard the tenant's events from its first command on.
    """
    return [finding for check in CHECKS for finding in check(history, kept)]
