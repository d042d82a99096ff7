"""A group is folded while the database is asked for news; where there is some, its answers heed it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from facts.snapshot import CatalogRows
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from storage.memory.store import MemoryStore
from storage.records import CartKey, Revision
from support.deliveries import TENANT, command_delivery
from support.records import START
from support.simulation import SimulatedWorker, documents, stocked_store
from workers.amqp import Delivery
from workers.execute import read_back

CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
PHONE = command_delivery("add-items", "c-1", {"items": [{"id": "i-1", "offeringId": "phone"}]}, message_id="m-2")
NOTHING, TWO = (
    command_delivery("update-products", "c-1", {"products": [{"id": "i-1", "quantity": n}]}, message_id=f"m-{n}-items")
    for n in (1, 2)
)
OTHER_CREATION = command_delivery("create-cart", None, {"country": "FR", "currency": "EUR"}, message_id="m-other")
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


class Rivals:
    """Two workers that both look at the store before either of them writes."""

    def __init__(self, store: MemoryStore) -> None:
        self.workers = [SimulatedWorker(store, f"run-{number}", lambda: "slow") for number in (2, 3)]

    async def work(self, *deliveries: Delivery) -> list[str]:
        """Give each its delivery; what they told in all."""
        for worker, each in zip(self.workers, deliveries, strict=True):
            worker.receive(each)
        await asyncio.gather(*(worker.drain() for worker in self.workers))
        return sorted(reply["status"] for worker in self.workers for reply in worker.replies)

    async def close(self) -> None:
        for worker in self.workers:
            await worker.close()


@pytest.mark.parametrize(
    ("command", "statuses"),
    [
        (TWO, ["applied", "duplicate"]),
        (NOTHING, ["duplicate", "unchanged"]),
        (OTHER_CREATION, ["applied", "duplicate"]),
    ],
    ids=["change", "nothing", "creation"],
)
async def test_two_workers_with_copies_of_one_command_tell_its_outcome_once(
    store: MemoryStore, worker: SimulatedWorker, command: Delivery, statuses: list[str]
) -> None:
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    rivals = Rivals(store)
    assert await rivals.work(command, command) == statuses
    await rivals.close()


async def test_what_one_worker_finds_unchanged_and_another_would_apply_is_decided_once(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    """One copy meets the cart before another command, one after it: the journal keeps a hole if both are right."""
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    rivals = Rivals(store)
    for each in (TWO, NOTHING):
        rivals.workers[1].receive(each)
    rivals.workers[0].receive(NOTHING)
    await asyncio.gather(*(each.drain() for each in rivals.workers))
    await rivals.close()
    first, second = ([reply["status"] for reply in each.replies] for each in rivals.workers)
    assert (first, second) in ((["unchanged"], ["applied", "duplicate"]), (["duplicate"], ["applied", "applied"]))
    versions = [each.version for each in await store.journal.history(CartKey(TENANT, "c-1"))]
    assert versions == list(range(1, store.carts.stored[CartKey(TENANT, "c-1")].cart.version + 1))


async def test_copies_in_one_group_whose_commit_misses_tell_its_outcome_once(
    store: MemoryStore, worker: SimulatedWorker
) -> None:
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    rivals = Rivals(store)
    for each in (*rivals.workers, rivals.workers[0]):
        each.receive(TWO)
    await asyncio.gather(*(each.drain() for each in rivals.workers))
    await rivals.close()
    statuses = [reply["status"] for each in rivals.workers for reply in each.replies]
    assert sorted(statuses) == ["applied", "duplicate", "duplicate"]


@pytest.mark.parametrize("trouble", ["before", "after"])
async def test_of_two_copies_in_one_group_one_is_told_what_an_unknown_commit_did(
    store: MemoryStore, worker: SimulatedWorker, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_back, "PAUSES", (0.0,))
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    calls = iter(["none", trouble, trouble])  # loaded; the commit and its reading back meet trouble
    other = SimulatedWorker(store, "run-2", lambda: next(calls, "none"))
    for each in (TWO, TWO):
        other.receive(each)
    await other.drain()
    await other.close()
    assert sorted(reply["status"] for reply in other.replies) == ["applied", "duplicate"]


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
