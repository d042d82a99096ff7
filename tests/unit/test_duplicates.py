"""A message id is one command, even where the worker keeps the cart in memory and asks only for news."""

from collections.abc import AsyncIterator

import pytest

from storage.memory.store import MemoryStore
from support.deliveries import command_delivery
from support.simulation import SimulatedWorker, documents, stocked_store

CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
PHONE = command_delivery("add-items", "c-1", {"items": [{"offeringId": "phone"}]}, message_id="m-2")
PLAN = command_delivery("add-items", "c-1", {"items": [{"offeringId": "plan"}]}, message_id="m-2")
ITEMS = {"items": [{"offeringId": "phone"}]}


@pytest.fixture
async def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    """A worker that keeps the cart, and has nothing of it left to publish."""
    working = SimulatedWorker(store)
    for each in (CREATION, PHONE):
        working.receive(each)
        await working.drain()
    yield working
    await working.close()


async def test_again_is_a_duplicate(store: MemoryStore, worker: SimulatedWorker) -> None:
    before = documents(store)
    worker.receive(PHONE)
    await worker.drain()
    assert [reply["status"] for reply in worker.replies] == ["applied", "applied", "duplicate"]
    assert documents(store) == before


async def test_another_body_is_refused(store: MemoryStore, worker: SimulatedWorker) -> None:
    before = documents(store)
    worker.receive(PLAN)
    await worker.drain()
    assert worker.replies[-1]["error"]["code"] == "idempotency-mismatch"
    assert documents(store) == before


async def test_also_right_behind_each_other(worker: SimulatedWorker) -> None:
    third = command_delivery("add-items", "c-1", {"items": [{"offeringId": "phone"}]}, message_id="m-3")
    worker.receive(third)
    worker.receive(third)
    await worker.drain()
    assert [reply["status"] for reply in worker.replies[-2:]] == ["applied", "duplicate"]
    assert worker.replies[-1]["version"] == 3


@pytest.mark.parametrize("there", [False, True])
async def test_an_id_is_used_once_also_by_two_carts_at_the_same_moment(worker: SimulatedWorker, there: bool) -> None:
    """The carts come about by it, or are kept in memory, where no write proves what the second one is told."""
    kind = "add-items" if there else "create-cart"
    data = ITEMS if there else {"currency": "EUR"}
    for cart_id in ("c-2", "c-3") if there else ():
        worker.receive(command_delivery("create-cart", cart_id, {"country": "FR", "currency": "EUR"}))
        await worker.drain()
    known = len(worker.replies)
    for cart_id in ("c-2", "c-3"):
        worker.receive(command_delivery(kind, cart_id, data, message_id="m-9"))
    await worker.drain()
    first, second = worker.replies[known:]
    assert (first["status"], second["error"]["code"]) == ("applied", "idempotency-mismatch")
    assert [event["cartId"] for event in worker.events if event["commandId"] == "m-9"].count("c-3") == 0
