"""What a command knows of its cart: a version that is no more, and a cart that may not be changed any more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from models.cart.cart import CartStatus
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


async def test_a_submitted_cart_stays_as_it_is(store: MemoryStore, worker: SimulatedWorker) -> None:
    stored = store.carts.stored[KEY]
    submitted = replace(stored, cart=replace(stored.cart, status=CartStatus.SUBMITTED))
    store.carts.stored[KEY] = submitted
    other = SimulatedWorker(store, "run-2")
    assert await told(other, quantity("i-1", 5)) == "cart-read-only"
    await other.close()
    assert store.carts.stored[KEY] == submitted
