"""The bodies of replies and events (contract, "A reply", "Events"), encoded once where both tell the same."""

from typing import Any

import orjson

from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from models.answers.rendering import render_cart, render_due_now, render_item, render_totals
from models.cart.cart import Item
from storage.records import Entry
from workers.consume.work import Answer, CartAnswer, CatalogAnswer

ANNOUNCED = frozenset({"cart-deleted", "cart-submitted", "cart-expired"})
"""Changes that have an event of their own."""


def reply_body(command_id: str | None, cart_id: str | None, answer: Answer) -> bytes:
    """The reply to a command."""
    if isinstance(answer, Refusal):
        return encode(_refused(command_id, cart_id, answer))
    if isinstance(answer, CatalogAnswer):
        return encode(_catalog_updated(command_id, answer))
    return encode(_cart_updated(command_id, answer))


def _refused(command_id: str | None, cart_id: str | None, refusal: Refusal) -> dict[str, Any]:
    named = {"cartId": cart_id} if cart_id else {}
    return {"type": "command-refused", "commandId": command_id, **named, "error": refusal.wire()}


def _catalog_updated(command_id: str | None, answer: CatalogAnswer) -> dict[str, Any]:
    return {
        "type": "catalog-updated",
        "commandId": command_id,
        "status": answer.status,
        "catalogRevision": answer.revision,
        "warnings": [],
    }


def _cart_updated(command_id: str | None, answer: CartAnswer) -> dict[str, Any]:
    cart = render_cart(answer.cart, _encoded_line) if answer.cart is not None else None
    return {
        "type": answer.registered.reply_type,
        "commandId": command_id,
        "status": answer.status,
        "cartId": answer.cart_id,
        "version": answer.version,
        "changes": answer.changes,
        "priceChanges": answer.price_changes,
        "warnings": cart["warnings"] if cart else [],
        **({"cart": cart} if cart else {}),
        **({"explanation": answer.explanation.wire()} if answer.explanation else {}),
    }


def _encoded_line(item: Item, currency: str) -> orjson.Fragment:
    """A line item's JSON; encoded when it is first told."""
    encoded: orjson.Fragment | None = item.memo.get(currency)
    if encoded is None:
        # A copy, for what the encoder returns sits in a block of its working size: kilobytes for a few hundred bytes.
        line = bytes(memoryview(encode(render_item(item, currency))))
        encoded = item.memo[currency] = orjson.Fragment(line)
    return encoded


def events_of(entry: Entry) -> list[tuple[str, bytes]]:
    """The events of one version, as pairs of type and body, in the order of publication."""
    shared = {
        "commandId": entry.command_id,
        "commandType": entry.kind,
        "tenant": entry.tenant,
        "cartId": entry.cart_id,
        "version": entry.version,
        "at": format_time(entry.at),
        "reason": entry.reason,
        "actor": entry.actor,
        "currency": entry.currency,
        "catalogRevision": entry.priced.pricing.stamp.catalog_revision,
        "totals": orjson.Fragment(encode(render_totals(entry.priced.pricing.totals, entry.currency))),
        "dueNow": orjson.Fragment(encode(render_due_now(entry.priced.pricing.due_now, entry.currency))),
    }
    changes = orjson.Fragment(encode(entry.changes))
    events = [("cart-updated", encode({"type": "cart-updated", **shared, "changes": changes}))]
    if entry.price_changes:
        body = {"type": "price-changed", **shared, "priceChanges": entry.price_changes}
        events.append(("price-changed", encode(body)))
    announced = [change["type"] for change in entry.changes if change["type"] in ANNOUNCED]
    return events + [(kind, encode({"type": kind, **shared})) for kind in announced]


def encode(value: Any) -> bytes:
    """JSON bytes."""
    return orjson.dumps(value)
