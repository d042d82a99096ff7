"""A group is folded while the database is asked for news; where there is some, its answers heed it."""

from collections.abc import AsyncIterator

import pytest
from support.deliveries import TENANT, command_delivery
from support.records import START
from support.simulation import SimulatedWorker, documents, stocked_store

from cartwright.models.catalog import Offering, PricePoint
from cartwright.pricing.facts import CatalogRows
from cartwright.storage.memory import MemoryStore
from cartwright.storage.records import Revision

CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
PHONE = command_delivery("add-items", "c-1", {"items": [{"id": "i-1", "offeringId": "phone"}]}, message_id="m-2")
NOTHING, TWO = (
    command_delivery("update-products", "c-1", {"products": [{"id": "i-1", "quantity": n}]}, message_id=f"m-{n}-items")
    for n in (1, 2)
)
NEWS = command_delivery("add-items", "c-1", {"items": [{"id": "i-2", "offeringId": "news"}]}, message_id="m-3")


@pytest.fixture
async def store() -> MemoryStore:
    return stocked_store()


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    working = SimulatedWorker(store)
    yield working
    await working.close()


async def test_an_offering_of_a_revision_not_yet_known_is_found(store: MemoryStore, worker: SimulatedWorker) -> None:
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    price = {"id": "pp-news", "offeringId": "news", "type": "one-time", "currency": "EUR", "amount": "5.00"}
    rows = CatalogRows(offerings=(Offering.model_validate({"id": "news"}),), prices=(PricePoint.model_validate(price),))
    await store.catalog.append(Revision(TENANT, 2, START, "later", b"", rows))
    worker.receive(NEWS)
    await worker.drain()
    reply = worker.replies[-1]
    assert (reply["status"], reply["version"]) == ("applied", 3)
    assert reply["cart"]["pricing"]["catalogRevision"] == 2


async def test_a_command_that_changed_nothing_is_committed_with_those_that_did(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    for each in (CREATION, PHONE, NOTHING):
        worker.receive(each)
    await worker.drain()
    assert [reply["status"] for reply in worker.replies] == ["applied", "applied", "unchanged"]
    store.journal.entries.clear()  # as if the worker had been killed right after the commit
    other = SimulatedWorker(store, "run-2")
    for each in (TWO, NOTHING):
        other.receive(each)
    await other.drain()
    await other.close()
    assert [reply["status"] for reply in other.replies] == ["applied", "duplicate"]


async def test_a_command_that_left_the_outbox_is_a_duplicate(store: MemoryStore, worker: SimulatedWorker) -> None:
    for each in (CREATION, PHONE):
        worker.receive(each)
        await worker.drain()
    before = documents(store)
    other = SimulatedWorker(store, "run-2")
    other.receive(PHONE)
    await other.drain()
    await other.close()
    assert [reply["status"] for reply in other.replies] == ["duplicate"]
    assert documents(store) == before
