"""Dry runs: G6."""

from audit.findings import Finding, Findings
from audit.history import Body, History, Sent
from audit.kept import Kept

_MADE = ("changes", "priceChanges")
_PREDICTED = (*_MADE, "warnings")
_PREDICTED_OF_CART = ("status", "items", "totals", "dueNow")
_OWN = {"commandId", "status", "cart"}
"""What may differ between the replies to a dry run and to the real run; in the cart, only times."""


def no_trace(history: History, kept: Kept) -> Findings:
    """G6: queries and dry runs leave nothing in the journal, the catalog or the events."""
    told = {event.message_id for event in history.events}
    traces = told | kept.entries.keys() | kept.catalog.keys() | kept.steered
    for sent in history.sent.values():
        if not sent.writes and sent.message_id in traces:
            yield Finding("G6", sent.message_id, "should have left no trace")


def predictions_hold(history: History, _: Kept) -> Findings:
    """G6: a dry run predicted what the real run did, unless something came between the two."""
    for sent in history.sent.values():
        if sent.predicts is None or not _comparable(sent, sent.predicts, history):
            continue
        predicted, real = history.replies[sent.message_id][0], history.replies[sent.predicts][0]
        if sent.alone:
            differing = _unlike(predicted, real)
        else:
            # Another version: another command came between.
            differing = _differing(predicted, real) if predicted.get("version") == real["version"] else []
        if differing:
            yield Finding("G6", sent.message_id, f"predicted other {', '.join(differing)} than came true")


def _comparable(dry_run: Sent, real: str, history: History) -> bool:
    """Whether the dry run was answered first, and the real run when it was applied.

    If a worker dies between commit and reply, both are redelivered: the dry run then sees the cart after the real run,
    and the real run is answered as a duplicate.
    """
    order = history.first_replies
    answered = dry_run.message_id in order and real in order and order[dry_run.message_id] < order[real]
    status = history.replies[real][0].get("status") if answered else None
    return answered and (status != "duplicate" if dry_run.alone else status == "applied")


def _unlike(predicted: Body, real: Body) -> list[str]:
    """The parts of two replies that differ, refusals included; every part counts."""
    left, right = _told(predicted), _told(real)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def _told(reply: Body) -> Body:
    cart = {name: value for name, value in reply.get("cart", {}).items() if name != "updatedAt"}
    if "pricing" in cart:
        cart["pricing"] = {name: value for name, value in cart["pricing"].items() if name != "pricedAt"}
    return {**{name: value for name, value in reply.items() if name not in _OWN}, "cart": cart}


def _differing(predicted: Body, real: Body) -> list[str]:
    # What would make no version names the one that it saw. If that is the real run's own, the dry run was done again
    # after it, because the commit's outcome was unknown: then there was nothing left to change.
    done_again = real["changes"] and not any(predicted[name] for name in _MADE)
    names = [name for name in _PREDICTED if predicted[name] != real[name] and not (done_again and name in _MADE)]
    if "cart" not in real:  # answered from the record, because the commit's outcome was unknown for a while
        return names
    return names + [name for name in _PREDICTED_OF_CART if predicted["cart"][name] != real["cart"][name]]
