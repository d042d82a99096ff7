"""What a command knows of its cart: a version that is no more, and a cart that may not be changed any more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cart.cart import CartStatus
from models.changes.change import overlap
from storage.memory.store import MemoryStore
from storage.records import CartKey
from support.deliveries import TENANT, command_delivery
from support.simulation import SimulatedWorker, stocked_store
from workers.amqp import Delivery

ITEMS = [{"id": "i-1", "offeringId": "phone"}, {"id": "i-2", "offeringId": "plan"}]
CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR", "items": ITEMS})
KEY = CartKey(TENANT, "c-1")


def quantity(item: str, number: int, **envelope: Any) -> Delivery:
    return command_delivery("update-products", "c-1", {"products": [{"id": item, "quantity": number}]}, **envelope)


@pytest.fixture
async def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    """A worker with a cart at version 2, whose first item was changed last."""
    working = SimulatedWorker(store)
    for each in (CREATION, quantity("i-1", 2)):
        working.receive(each)
        await working.drain()
    yield working
    await working.close()


async def told(worker: SimulatedWorker, delivery: Delivery) -> str:
    """The code of a refusal, or the status."""
    worker.receive(delivery)
    await worker.drain()
    reply = worker.replies[-1]
    return reply["error"]["code"] if reply["type"] == "command-refused" else reply["status"]


@pytest.mark.parametrize(("version", "outcome"), [(1, "stale-version"), (2, "applied"), (3, "stale-version")])
async def test_only_the_version_that_is_there_is_accepted(worker: SimulatedWorker, version: int, outcome: str) -> None:
    assert await told(worker, quantity("i-1", 5, version=version)) == outcome


@pytest.mark.parametrize(("item", "outcome"), [("i-1", "rebase-conflict"), ("i-2", "applied")])
async def test_a_rebase_leaves_alone_what_has_changed(worker: SimulatedWorker, item: str, outcome: str) -> None:
    assert await told(worker, quantity(item, 5, version=1, onConflict="rebase")) == outcome


NOTE = {"itemId": "i-2", "note": {"id": "n-1", "text": "call first"}}
LINE = {"id": "i-3", "offeringId": "phone", "containerId": "k-1"}
OTHER_LINE = {"id": "i-4", "offeringId": "phone", "containerId": "k-1"}
ADJUSTED = {"id": "a-1", "kind": "down-payment", "amount": "1.00", "currency": "EUR", "itemId": "i-2"}
REPLACED = {"portfolioId": "pf-1", "notes": []}


def patched(op: str, path: str, value: Any = None) -> dict[str, Any]:
    return {"operations": [{"op": op, "path": path, "value": value}]}


@pytest.mark.parametrize(
    ("since", "kind", "data", "outcome"),
    [
        (("add-note", NOTE), "remove-items", {"itemIds": ["i-2"]}, "rebase-conflict"),
        (("add-note", NOTE), "remove-items", {"itemIds": ["i-20"]}, "applied"),
        (("add-note", NOTE), "patch-cart", patched("delete", "/items/i-2"), "rebase-conflict"),
        (("add-note", NOTE), "patch-cart", patched("replace", "/items/i-2/quantity", 3), "applied"),
        (("add-note", {**NOTE, "itemId": "i-20"}), "remove-items", {"itemIds": ["i-2"]}, "applied"),
        (("apply-adjustment", ADJUSTED), "remove-items", {"itemIds": ["i-2"]}, "rebase-conflict"),
        (
            ("add-note", {"containerId": "k-1", "note": {"id": "n-1", "text": "ring"}}),
            "remove-containers",
            {"containerIds": ["k-1"]},
            "rebase-conflict",
        ),
        (
            ("add-note", {"containerId": "k-1", "note": {"id": "n-1", "text": "ring"}}),
            "replace-containers",
            {"containers": [REPLACED]},
            "rebase-conflict",
        ),
        (("add-items", {"items": [LINE]}), "remove-containers", {"containerIds": ["k-1"]}, "rebase-conflict"),
        (("remove-containers", {"containerIds": ["k-1"]}), "add-items", {"items": [LINE]}, "rebase-conflict"),
        (("add-items", {"items": [LINE]}), "add-items", {"items": [OTHER_LINE]}, "applied"),
        (("add-items", {"items": [LINE]}), "add-items", {"items": [LINE]}, "rebase-conflict"),
    ],
)
async def test_a_removal_takes_nothing_along_that_came_since(
    worker: SimulatedWorker, since: tuple[str, dict[str, Any]], kind: str, data: dict[str, Any], outcome: str
) -> None:
    more = {"containers": [{"id": "k-1", "portfolioId": "pf-1", "category": "mobile", "processContext": "new"}]}
    assert await told(worker, command_delivery("add-containers", "c-1", more)) == "applied"
    long_id = {"items": [{"id": "i-20", "offeringId": "phone"}]}
    assert await told(worker, command_delivery("add-items", "c-1", long_id)) == "applied"
    assert await told(worker, command_delivery(since[0], "c-1", since[1])) == "applied"
    stale = {"version": 4, "onConflict": "rebase"}
    assert await told(worker, command_delivery(kind, "c-1", data, **stale)) == outcome


@pytest.mark.parametrize(
    ("kind", "data", "outcome"),
    [
        ("update-products", {"products": [{"id": "i-9", "quantity": 2}]}, "item-not-found"),
        (
            "update-products",
            {"products": [{"id": "i-9", "quantity": 2}, {"id": "i-1", "quantity": 4}]},
            "rebase-conflict",
        ),
        ("remove-items", {"itemIds": ["i-9"]}, "item-not-found"),
        ("add-items", {"items": [{"offeringId": "nothing"}]}, "offering-not-found"),
        ("add-items", {"items": [{"offeringId": "phone", "parentId": "i-1", "containerId": "k"}]}, "rebase-conflict"),
        ("patch-cart", patched("replace", "/items/i-2/prices", 3), "invalid"),
        ("patch-cart", patched("test", "/items/i-2/quantity", 7), "test-failed"),
        ("patch-cart", patched("test", "/items/i-1/quantity", 1), "rebase-conflict"),
        ("patch-cart", patched("replace", "/items/i-2/notes/n-1", {"text": "x"}), "note-not-found"),
        ("update-cart", {"currency": None}, "invalid"),
        ("remove-voucher", {"code": "NONE"}, "voucher-unknown"),
        ("remove-adjustment", {"id": "a-9"}, "invalid"),
        ("remove-adjustment", {"id": "a-1"}, "rebase-conflict"),
    ],
)
async def test_a_refusal_stands_unless_what_it_names_has_changed(
    worker: SimulatedWorker, kind: str, data: dict[str, Any], outcome: str
) -> None:
    """Since version 2 an adjustment came and went, and line `i-1` was changed."""
    assert await told(worker, command_delivery("apply-adjustment", "c-1", {**ADJUSTED, "itemId": None})) == "applied"
    assert await told(worker, command_delivery("remove-adjustment", "c-1", {"id": "a-1"})) == "applied"
    assert await told(worker, quantity("i-1", 3)) == "applied"
    assert await told(worker, command_delivery(kind, "c-1", data, version=2, onConflict="rebase")) == outcome


async def test_what_was_removed_since_is_a_conflict_for_who_names_it(worker: SimulatedWorker) -> None:
    assert await told(worker, command_delivery("remove-items", "c-1", {"itemIds": ["i-2"]})) == "applied"
    assert await told(worker, quantity("i-2", 5, version=2, onConflict="rebase")) == "rebase-conflict"
    assert worker.replies[-1]["error"]["details"] == {"currentVersion": 3, "conflicts": ["item:i-2"]}


NAMES = st.sets(st.sampled_from(["*", "item:a", "item:a:*", "item:a:note:*", "item:a:note:n", "item:ab", "header:x"]))


@given(NAMES, NAMES)
def test_what_overlaps_is_the_same_from_both_sides(left: set[str], right: set[str]) -> None:
    shared = overlap(frozenset(left), frozenset(right))
    assert shared == overlap(frozenset(right), frozenset(left))
    assert left & right <= shared <= left | right
    assert bool(shared) or not (left and "*" in right)


@pytest.mark.parametrize(
    ("removed", "about", "meets"),
    [
        ("item:a:*", "item:a", True),
        ("item:a:*", "item:a:note:n", True),
        ("item:a:note:*", "item:a:note:n", True),
        ("item:a:note:*", "item:a:adjustment:n", False),
        ("item:a:*", "item:ab", False),
        ("item:a", "item:a:note:n", False),
        ("*", "header:x", True),
    ],
)
def test_all_of_something_overlaps_with_each_part(removed: str, about: str, meets: bool) -> None:
    assert overlap(frozenset({removed}), frozenset({about})) == (frozenset({about}) if meets else frozenset())


async def test_a_submitted_cart_stays_as_it_is(store: MemoryStore, worker: SimulatedWorker) -> None:
    stored = store.carts.stored[KEY]
    submitted = replace(stored, cart=replace(stored.cart, status=CartStatus.SUBMITTED))
    store.carts.stored[KEY] = submitted
    other = SimulatedWorker(store, "run-2")
    assert await told(other, quantity("i-1", 5)) == "cart-read-only"
    await other.close()
    assert store.carts.stored[KEY] == submitted
