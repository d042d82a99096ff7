"""The bodies of events (contract, "Events") and of the commands that follow; what events share is encoded once."""

import orjson

from cartwright.wire.schema import format_time
from models.answers import encoding
from models.answers.rendering import render_due_now, render_totals
from models.changes.change import announced_kinds
from models.changes.follow_up import FollowUp
from storage.records import Entry


def events_of(entry: Entry) -> list[tuple[str, bytes]]:
    """The events of one version, as pairs of type and body, in the order of publication."""
    shared = {
        "commandId": entry.command_id,
        "commandType": entry.kind,
        **({"jobId": entry.job_id} if entry.job_id is not None else {}),
        "tenant": entry.tenant,
        "cartId": entry.cart_id,
        "version": entry.version,
        "at": format_time(entry.at),
        "reason": entry.reason,
        "actor": entry.actor,
        "currency": entry.currency,
        "catalogRevision": entry.priced.pricing.stamp.catalog_revision,
        "totals": orjson.Fragment(encoding.encode(render_totals(entry.priced.pricing.totals, entry.currency))),
        "dueNow": orjson.Fragment(encoding.encode(render_due_now(entry.priced.pricing.due_now, entry.currency))),
        "changes": orjson.Fragment(encoding.encode(entry.changes)),
    }
    events = [("cart-updated", encoding.encode({"type": "cart-updated", **shared}))]
    if entry.price_changes:
        body = {"type": "price-changed", **shared, "priceChanges": entry.price_changes}
        events.append(("price-changed", encoding.encode(body)))
    of_their_own = announced_kinds()
    announced = [change["type"] for change in entry.changes if change["type"] in of_their_own]
    return events + [(kind, encoding.encode({"type": kind, **shared})) for kind in announced]


def follow_up_body(entry: Entry, follow_up: FollowUp) -> bytes:
    """A command that follows from an entry, for the same reason; new prices alone don't stand in its way."""
    reason = {} if entry.reason is None else {"reason": entry.reason}
    named = {"type": follow_up.type, "cartId": follow_up.cart_id}
    seen = {} if follow_up.version is None else {"version": follow_up.version, "onConflict": "rebase"}
    return encoding.encode({**named, **seen, **reason, "data": follow_up.data})
