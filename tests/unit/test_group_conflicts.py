"""What a worker does not know yet: carts that another one wrote, budgets that another cart took, runs that died."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.memory.store import MemoryStore
from storage.records import CartKey
from support.deliveries import TENANT, command_delivery
from support.simulation import SimulatedWorker, stocked_store
from workers.amqp import Delivery

PHONE = {"id": "i-1", "offeringId": "phone"}


def creation(cart_id: str = "c-1") -> Delivery:
    return command_delivery("create-cart", cart_id, {"country": "FR", "currency": "EUR", "items": [PHONE]})


def quantity(number: int) -> Delivery:
    return command_delivery("update-products", "c-1", {"products": [{"id": "i-1", "quantity": number}]})


def voucher(kind: str, cart_id: str) -> Delivery:
    return command_delivery(f"{kind}-voucher", cart_id, {"code": "FIVE"})


@pytest.fixture
async def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def workers(store: MemoryStore) -> AsyncIterator[list[SimulatedWorker]]:
    """Two workers on one store."""
    both = [SimulatedWorker(store, "run-1"), SimulatedWorker(store, "run-2")]
    yield both
    await asyncio.gather(*(each.close() for each in both))


async def told(worker: SimulatedWorker, *deliveries: Delivery) -> list[dict[str, Any]]:
    """The replies to deliveries that come together."""
    before = len(worker.replies)
    for each in deliveries:
        worker.receive(each)
    await worker.drain()
    return worker.replies[before:]


async def test_what_another_worker_wrote_is_heeded_and_every_command_answered_once(
    store: MemoryStore, workers: list[SimulatedWorker]
) -> None:
    first, second = workers
    await told(first, creation())
    await told(second, quantity(2))
    replies = await told(first, quantity(3), quantity(4))
    assert [(each["status"], each["version"]) for each in replies] == [("applied", 3), ("applied", 4)]
    assert [event["version"] for event in first.events if event["type"] == "cart-updated"][-2:] == [3, 4]
    assert store.carts.stored[CartKey(TENANT, "c-1")].cart.items[0].quantity == 4


async def test_a_refusal_is_never_told_from_an_old_copy(workers: list[SimulatedWorker]) -> None:
    first, second = workers
    await told(first, creation())
    await told(second, command_delivery("add-items", "c-1", {"items": [{"id": "i-9", "offeringId": "phone"}]}))
    (reply,) = await told(first, command_delivery("remove-items", "c-1", {"itemIds": ["i-9"]}))
    assert reply.get("status") == "applied", reply


async def test_of_two_carts_in_one_group_one_has_the_last(workers: list[SimulatedWorker]) -> None:
    worker = workers[0]
    await told(worker, creation("c-1"), creation("c-2"))
    replies = await told(worker, voucher("add", "c-1"), voucher("add", "c-2"))
    assert sorted(each["type"] for each in replies) == ["cart-updated", "command-refused"]


async def test_what_a_cart_leaves_another_one_can_have(workers: list[SimulatedWorker]) -> None:
    worker = workers[0]
    await told(worker, creation("c-1"), creation("c-2"))
    for kind, cart_id in (("add", "c-1"), ("remove", "c-1"), ("add", "c-2")):
        (reply,) = await told(worker, voucher(kind, cart_id))
        assert reply.get("status") == "applied", reply


async def test_who_meets_a_cart_publishes_what_a_dead_run_may_not_have(
    store: MemoryStore, workers: list[SimulatedWorker]
) -> None:
    dead, heir = workers
    await told(dead, creation())
    await told(dead, quantity(2))
    store.journal.entries.clear()  # as if it had been killed right after the second commit
    await told(heir, quantity(3))
    assert [event["version"] for event in heir.events if event["type"] == "cart-updated"][-2:] == [2, 3]
    assert {entry.version for entry in store.journal.entries.values()} >= {2, 3}
