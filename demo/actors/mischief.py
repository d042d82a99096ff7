"""Everything that senders get wrong: repeats, stale versions, bad bodies and manners, other people's carts.

Every message names the answer that it expects, by the error codes of docs/contract.md.
"""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from demo.actors.customer import Customer
from demo.actors.senders import Orchestrator
from demo.record import RIVAL, Command, Sending
from demo.wire import Wire

Properties = dict[str, Any]
"""The properties in which a message differs from a well-behaved sender's, by the names of `Message`."""

_ACTOR = "mischief"
_BAD_BODIES = (
    (b"", "malformed"),
    (b"{not json", "malformed"),
    (b"\xff\xfe\x00", "malformed"),
    (b'{"type": "update-products", "type": "update-products", "data": {}}', "malformed"),
    (b'{"type": "update-products", "data": {"products": [{"id": "x", "quantity": NaN}]}}', "malformed"),
    (b"[" * 5_000, "malformed"),
    (b'{"type": "update-products", "data": {}}', "invalid"),
)
_BAD_PRODUCTS: tuple[dict[str, object], ...] = (
    {"quantity": 0},
    {"quantity": "2"},
    {"quantity": True},
    {"quantity": 1.5},
    {"quantity": 2, "discount": "100"},
)
_BAD_MANNERS: tuple[tuple[Properties, str], ...] = (
    ({"content_type": "text/xml"}, "malformed"),
    ({"headers": {"deadline": "2026-01-01T00:00:00Z"}}, "deadline-exceeded"),
    ({"headers": {"deadline": "tomorrow"}}, "invalid"),
    ({"reply_to": "victim|amq.topic"}, "forbidden-reply-to"),
    ({"reply_to": "somebody.elses.queue"}, "forbidden-reply-to"),
)


async def make_mischief(wire: Wire, victim: Customer) -> list[Sending]:
    """Do everything wrong to one cart; return what was sent."""
    orderly = Orchestrator(wire, _ACTOR)
    letters = [*_bad_bodies(victim), *_bad_manners(victim)]
    await asyncio.gather(*(wire.ask(sending, **properties) for sending, properties in letters))
    sent = [sending for sending, _ in letters]
    for command, expects in (*_repeats(victim), *_stale(victim), *_bad_orders(victim)):
        sent.append(await orderly.ask(command, expects))
    return sent


def _bad_bodies(victim: Customer) -> Iterator[tuple[Sending, Properties]]:
    for body, expects in _BAD_BODIES:
        yield _letter(victim, body, expects), {}
    for fields in _BAD_PRODUCTS:
        data = {"products": [{"id": victim.basket.line, **fields}]}
        yield _letter(victim, Command("update-products", victim.cart_id, data).body(), "invalid"), {}


def _bad_manners(victim: Customer) -> Iterator[tuple[Sending, Properties]]:
    body = victim.quantity_command(9).body()
    spaced: Properties = {"message_id": f"two words {victim.cart_id}"}
    for properties, expects in ((spaced, "invalid"), *_BAD_MANNERS):
        sending = _letter(victim, body, expects)
        sending.message_id = properties.get("message_id", sending.message_id)
        sending.wants_reply = "reply_to" not in properties
        headers = {"cart-id": victim.cart_id, **properties.get("headers", {})}
        yield sending, {**properties, "headers": headers}


def _letter(victim: Customer, body: bytes, expects: str) -> Sending:
    return Sending(_ACTOR, Command("").tenant, "update-products", victim.cart_id, uuid4().hex, body, expects=expects)


def _repeats(victim: Customer) -> Iterator[tuple[Command, str]]:
    """The same message again and again, then another one under its id."""
    once = victim.quantity_command(40)
    yield once, "applied"
    yield once, "duplicate"
    yield once, "duplicate"
    other = victim.quantity_command(41)
    yield Command(other.kind, other.cart_id, other.data, message_id=once.message_id), "idempotency-mismatch"


def _stale(victim: Customer) -> Iterator[tuple[Command, str]]:
    """Versions long gone: refused, or rebased where nothing that they touch has changed since."""
    quantity = victim.quantity_command(42)
    locale = Command("update-cart", victim.cart_id, {"locale": "de-DE"})
    old = {"version": 1}
    yield Command(quantity.kind, victim.cart_id, quantity.data, old), "stale-version"
    yield Command(quantity.kind, victim.cart_id, quantity.data, {**old, "onConflict": "rebase"}), "rebase-conflict"
    yield Command(locale.kind, victim.cart_id, locale.data, {**old, "onConflict": "rebase"}), "applied"


def _bad_orders(victim: Customer) -> Iterator[tuple[Command, str]]:
    """Well-formed commands about things that are not there, or are there already, or are somebody else's."""
    cart = victim.cart_id
    yield Command("buy-everything", cart), "unknown-command"
    yield Command("create-cart", cart, {"currency": "EUR"}), "cart-exists"
    yield Command("get-cart", "no-such-cart"), "cart-not-found"
    yield Command("remove-items", cart, {"itemIds": ["no-such-item"]}), "item-not-found"
    yield Command("add-items", cart, {"items": [{"offeringId": "no-such-offering"}]}), "offering-not-found"
    yield (
        Command("add-items", cart, {"items": [{"offeringId": "router", "containerId": "nowhere"}]}),
        "container-not-found",
    )
    for kind in ("get-cart", "empty-cart", "delete-cart"):
        yield Command(kind, cart, tenant=RIVAL), "cart-not-found"
