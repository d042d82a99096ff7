"""All checks, in the order of the guarantees.

Some compare what a tenant saw on the wire with what is stored for it. Others need only what is stored, so they can
run on any database at any time, with an empty history.
"""

from collections.abc import Callable

from audit.amounts import journal_replays, totals_recompute
from audit.dry_runs import no_trace, predictions_hold
from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept
from audit.outcomes import answered, applied_once, one_outcome
from audit.tenants import tenants_apart
from audit.versions import no_holes, one_end_a_job, one_event_a_version

GUARANTEES = {
    "G1": "A confirmed command that may write ends in exactly one of: applied (or unchanged), refused, parked; a query "
    "or dry run ends in an answer.",
    "G2": "It is applied once per tenant and message id, however often it is delivered.",
    "G3": "The versions of a cart are 1…n without a gap.",
    "G4": "There is exactly one distinct cart-updated per version, in order.",
    "G5": "Stored totals = totals recalculated from cart and catalog = totals in the event.",
    "G6": "A dry run leaves no trace and predicts exactly what the real run does.",
    "G7": "No tenant sees another tenant's carts, replies or events.",
    "G8": "Every command with an allowed reply address is answered, even a malformed one.",
    "G9": "Replaying a cart's journal from version 0 gives the stored cart, byte for byte.",
}
"""What the worker guarantees, as `README.md` says it."""

Check = Callable[[History, Kept], Findings]
CHECKS: tuple[Check, ...] = (
    one_outcome,
    applied_once,
    no_holes,
    one_event_a_version,
    one_end_a_job,
    totals_recompute,
    no_trace,
    predictions_hold,
    tenants_apart,
    answered,
    journal_replays,
)
STORED: dict[str, Check] = {
    "G2": applied_once,
    "G3": no_holes,
    "G5": totals_recompute,
    "G7": tenants_apart,
    "G9": journal_replays,
}
"""Checks that need only the database; of G2, G5 and G7 they cover what is stored, not the wire."""


def audit(history: History, kept: Kept) -> list[Finding]:
    """Every breach found; none if all guarantees hold. Call it once every command has ended.

    `history` must hold the tenant's events from its first command on.
    """
    return [finding for check in CHECKS for finding in check(history, kept)]


def audit_stored(kept: Kept) -> list[Finding]:
    """Every breach that stored data alone shows; workers may be running."""
    nothing = History(kept.tenant)
    return [finding for check in STORED.values() for finding in check(nothing, kept)]
