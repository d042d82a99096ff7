"""What the Python peers share: their settings, and the same work per command as Cartwright's."""

import os
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uvloop

from benchmarks.scene import TENANT
from cartwright.wire.command import Command
from engine.execute import execute
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import CartCommand, Query
from models.answers.cart_answer import CartAnswer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.changes.priced_patch import PricedPatch
from storage.mongo.carts import read_stored, write_stored
from storage.records import Entry, StoredCart
from workers.publish.bodies import events_of

AMQP_URL = os.environ.get("CART_AMQP_URL", "")
MONGO_URL = os.environ.get("CART_MONGO_URL", "")
DATABASE = os.environ.get("CART_DATABASE", "")
PREFIX = os.environ.get("CART_PREFIX", "")
QUEUE = f"{PREFIX}.commands.0"
EVENTS = f"{PREFIX}.events"
PREFETCH = 100


@dataclass(frozen=True, slots=True)
class Changed:
    """What one command leads to: the cart after it, the status, and the messages."""

    cart: Cart
    status: str
    reply: bytes
    events: list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Update:
    """What is to be written (none: nothing) and published."""

    document: dict[str, Any] | None
    reply: bytes
    events: list[tuple[str, bytes]]


def change(cart: Cart, body: bytes, message_id: str, kind: str, facts: Facts) -> Changed:
    """Read the command, execute it, and render the answer and the events."""
    now = datetime.now(UTC)
    entry, command = read_command(body, Origin(TENANT, kind, message_id, None, None, now))
    if isinstance(entry, Query):
        found = answer_query(entry, cart, command, facts, now)
        return Changed(cart, "read", found.body(message_id), [])
    if not isinstance(entry, CartCommand):
        raise TypeError(f"{kind} is not a command about a cart")
    outcome = execute(entry, cart, command, facts, now, ())
    status = "dry-run" if command.envelope.dry_run else "unchanged" if outcome.unchanged else "applied"
    answer = CartAnswer.of(entry.reply_type, status, outcome)
    events = events_of(_record(cart, outcome, command, now)) if status == "applied" else []
    return Changed(outcome.cart, status, answer.body(message_id), events)


def update(document: dict[str, Any], body: bytes, message_id: str, kind: str, facts: Facts) -> Update:
    """Change the cart in `document`."""
    stored = read_stored(document)
    changed = change(stored.cart, body, message_id, kind, facts)
    applied = changed.status == "applied"
    after = write_stored(StoredCart(changed.cart, stored.stamp)) if applied else None
    return Update(after, changed.reply, changed.events)


def document_id(cart_id: str) -> str:
    """The id under which a cart is stored."""
    return f"{TENANT}/{cart_id}"


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run until terminated, on the same event loop as Cartwright."""
    uvloop.run(main)


def _record(before: Cart, outcome: Outcome, command: Command[Any], now: datetime) -> Entry:
    after = outcome.cart
    return Entry(
        tenant=command.tenant,
        cart_id=after.id,
        command_id=command.id or "",
        body_hash=command.body_hash,
        kind=command.type,
        status="applied",
        version=after.version,
        at=now,
        actor=command.actor,
        reason=command.envelope.reason,
        currency=after.currency,
        changes=outcome.changes,
        price_changes=outcome.price_changes,
        priced=PricedPatch.between(before, after, outcome.changes),
    )
