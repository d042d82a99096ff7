"""Dry runs: G6."""

from typing import Any

from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept

_PREDICTED = ("changes", "priceChanges", "warnings")
_PREDICTED_OF_CART = ("status", "items", "totals", "dueNow")


def no_trace(history: History, kept: Kept) -> Findings:
    """G6: what only asks leaves nothing in the journal, the catalog or the events."""
    told = {event.fields["commandId"] for event in history.events}
    traces = told | kept.entries.keys() | kept.revisions.keys()
    for sent in history.sent.values():
        if not sent.writes and sent.message_id in traces:
            yield Finding("G6", sent.message_id, "should have left no trace")


def predictions_hold(history: History, _: Kept) -> Findings:
    """G6: a dry run told what the real run then did, wherever nothing came between the two."""
    for sent in history.sent.values():
        if sent.predicts is None or not _in_order(sent.message_id, sent.predicts, history):
            continue
        predicted, real = history.replies[sent.message_id][0], history.replies[sent.predicts][0]
        # Another version: another command came between.
        if predicted.get("version") == real["version"] and (differing := _differing(predicted, real)):
            yield Finding("G6", sent.message_id, f"predicted other {', '.join(differing)} than came true")


def _in_order(dry_run: str, real: str, history: History) -> bool:
    """Whether the dry run was answered first, and the real run when it was applied.

    Where a worker dies between commit and reply, both are delivered once more: the dry run then sees a cart on which
    the real run has been at work, and the real run is answered as a duplicate.
    """
    order = history.first_replies
    answered = dry_run in order and real in order and order[dry_run] < order[real]
    return answered and history.replies[real][0].get("status") == "applied"


def _differing(predicted: dict[str, Any], real: dict[str, Any]) -> list[str]:
    names = [name for name in _PREDICTED if predicted[name] != real[name]]
    if "cart" not in real:  # told from the record, after the outcome of the commit was unknown for a while
        return names
    return names + [name for name in _PREDICTED_OF_CART if predicted["cart"][name] != real["cart"][name]]
