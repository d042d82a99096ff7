"""What the Python peers share: where they are told to work, and the same work per command as Cartwright's."""

import os
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uvloop

from benchmarks.scene import TENANT
from cartwright.handlers.execute import execute
from cartwright.handlers.reading import Origin, read_command
from cartwright.handlers.registry import CartCommand
from cartwright.models.cart import Cart
from cartwright.models.priced import PricedPatch
from cartwright.pricing.facts import Facts
from cartwright.storage.mongo_carts import read_stored, write_stored
from cartwright.storage.records import Entry, StoredCart
from cartwright.workers.bodies import events_of, reply_body
from cartwright.workers.work import CartAnswer

AMQP_URL = os.environ.get("CART_AMQP_URL", "")
MONGO_URL = os.environ.get("CART_MONGO_URL", "")
DATABASE = os.environ.get("CART_DATABASE", "")
PREFIX = os.environ.get("CART_PREFIX", "")
QUEUE = f"{PREFIX}.commands.0"
EVENTS = f"{PREFIX}.events"
PREFETCH = 100


@dataclass(frozen=True, slots=True)
class Update:
    """What one command leads to: the cart's next document (none: nothing to write), and the messages."""

    document: dict[str, Any] | None
    reply: bytes
    events: list[tuple[str, bytes]]


def update(document: dict[str, Any], body: bytes, message_id: str, kind: str, facts: Facts) -> Update:
    """Read the command, execute it against the cart in `document`, and render the answer."""
    now = datetime.now(UTC)
    stored = read_stored(document)
    entry, command = read_command(body, Origin(TENANT, kind, message_id, None, None, now))
    if not isinstance(entry, CartCommand):
        raise TypeError(f"{kind} is not a command about a cart")
    outcome = execute(entry, stored.cart, command, facts, now, ())
    changes = [change.wire() for change in outcome.changes]
    status = "read" if entry.reads else "unchanged" if outcome.unchanged else "applied"
    status = "dry-run" if command.envelope.dry_run else status
    answer = CartAnswer(
        entry, status, outcome.cart.id, outcome.cart.version, outcome.cart, changes, outcome.price_changes
    )
    reply = reply_body(message_id, outcome.cart.id, answer)
    if status != "applied":
        return Update(None, reply, [])
    record = _record(stored.cart, outcome.cart, message_id, kind, now, changes, outcome.price_changes)
    return Update(write_stored(StoredCart(outcome.cart, stored.stamp)), reply, events_of(record))


def cart_id(body: bytes | dict[str, Any]) -> str:
    """The id under which the command's cart is stored."""
    fields = body if isinstance(body, dict) else _decode(body)
    return f"{TENANT}/{fields['cartId']}"


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run until terminated, on the same event loop as Cartwright."""
    uvloop.run(main)


def _decode(body: bytes) -> dict[str, Any]:
    import orjson  # noqa: PLC0415

    fields: dict[str, Any] = orjson.loads(body)
    return fields


def _record(
    before: Cart,
    after: Cart,
    message_id: str,
    kind: str,
    now: datetime,
    changes: list[dict[str, Any]],
    price_changes: list[dict[str, Any]],
) -> Entry:
    return Entry(
        tenant=TENANT,
        cart_id=after.id,
        command_id=message_id,
        body_hash=b"",
        kind=kind,
        status="applied",
        version=after.version,
        at=now,
        actor=None,
        reason=None,
        currency=after.currency,
        changes=changes,
        price_changes=price_changes,
        priced=PricedPatch.between(before, after),
    )
