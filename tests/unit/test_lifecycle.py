"""The table of states: every command in every state, against what executes commands and answers queries."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from cartwright.wire.status import CartStatus
from cli.schema.messages import example_body
from engine.execute import execute
from engine.opening import blank_cart
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import AboutNoCart, CartCommand, Query
from handlers.lifecycle import ROWS
from handlers.registry import commands
from models.cart.cart import Cart

NOW = datetime(2026, 6, 1, tzinfo=UTC)
STATES = [None, *CartStatus]
OPEN = {CartStatus.ACTIVE, CartStatus.SAVED, CartStatus.ABANDONED}
ABOUT_CARTS = {kind: entry for kind, entry in commands().items() if not isinstance(entry, AboutNoCart)}
OTHERWISE: dict[str, dict[CartStatus, str]] = {
    "delete-cart": {
        CartStatus.SUBMITTED: "reached",
        CartStatus.EXPIRED: "reached",
        CartStatus.QUOTE_CREATED: "reached",
    },
    "reopen-cart": {
        **dict.fromkeys(OPEN, "cart-not-submitted"),
        CartStatus.SUBMITTED: "reached",
        CartStatus.EXPIRED: "reached",
    },
    "claim-cart": {
        CartStatus.ACTIVE: "forbidden",
        CartStatus.SAVED: "reached",
        CartStatus.ABANDONED: "forbidden",
    },
}
"""What becomes of commands with a row of their own, where it is not what becomes of the others."""


def expected(entry: CartCommand | Query, status: CartStatus | None) -> str:
    """What the contract says."""
    if isinstance(entry, Query) and entry.blank:
        return "reached"
    if isinstance(entry, CartCommand) and entry.creates:
        return "reached" if status is None else "cart-exists"
    if status is None or status is CartStatus.DELETED:
        return "cart-not-found"
    if status in OTHERWISE.get(entry.kind, {}):
        return OTHERWISE[entry.kind][status]
    return "reached" if isinstance(entry, Query) or status in OPEN else "cart-read-only"


class ReachedError(Exception):
    """The command was let through to its decision."""


def reached(*_: Any) -> Iterable[Any]:
    """In place of a decision, or of an answer."""
    raise ReachedError


def outcome(entry: CartCommand | Query, cart: Cart | None) -> str:
    """How far the command's own example gets."""
    body = {**example_body(entry.kind, entry), "cartId": "c-1"}
    body.pop("version", None)
    _, command = read_command(json.dumps(body).encode(), Origin("acme", entry.kind, "m-1", None, None, NOW))
    try:
        if isinstance(entry, Query):
            answer_query(replace(entry, answer=reached), cart, command, Facts(), NOW)
        else:
            execute(replace(entry, decide=reached), cart, command, Facts(), NOW, ())
    except ReachedError:
        return "reached"
    except Refusal as refusal:
        return refusal.code.value
    raise AssertionError("neither reached nor refused")


@pytest.mark.parametrize("status", STATES, ids=str)
@pytest.mark.parametrize("kind", ABOUT_CARTS)
def test_every_command_in_every_state(kind: str, status: CartStatus | None) -> None:
    entry = ABOUT_CARTS[kind]
    assert isinstance(entry, CartCommand | Query)
    cart = None if status is None else replace(blank_cart("acme", "c-1", NOW, None), version=1, status=status)
    assert outcome(entry, cart) == expected(entry, status)


def test_every_row_is_of_a_command() -> None:
    assert set(ROWS) <= set(ABOUT_CARTS)
