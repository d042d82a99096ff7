"""Commit, then tell, then acknowledge; and what is not confirmed yet stays in the outbox."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import replace

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from storage.memory.briefings import MemoryBriefings
from storage.memory.carts import MemoryCarts
from storage.memory.store import MemoryStore
from storage.records import CartKey, CartWrite, WriteResult
from support.deliveries import MESSAGES, TENANT, FakeLink, command_delivery, work_of
from support.patience import until
from support.simulation import SimulatedWorker, stocked_store
from workers.amqp import Delivery, Outgoing
from workers.consume.work import Answered
from workers.publish.amqp_source import AmqpSource

CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
PHONE = command_delivery("add-items", "c-1", {"items": [{"id": "i-1", "offeringId": "phone"}]}, message_id="m-2")
KEY = CartKey(TENANT, "c-1")


class SlowCarts(MemoryCarts):
    """Carts whose commits wait until they may happen."""

    def __init__(self) -> None:
        super().__init__()
        self.may = asyncio.Event()
        self.may.set()
        self.asked = asyncio.Event()

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        self.asked.set()
        await self.may.wait()
        return await super().commit(writes)


@pytest.fixture
async def carts() -> SlowCarts:
    return SlowCarts()


@pytest.fixture
async def store(carts: SlowCarts) -> MemoryStore:
    store = stocked_store()
    store.carts, store.briefings = carts, MemoryBriefings(carts, store.journal, store.catalog)
    return store


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    working = SimulatedWorker(store)
    yield working
    await working.close()


REFUSED = replace(CREATION, link=FakeLink(), reply_to=None)


def acknowledged_of(given: Delivery) -> list[int]:
    """The tags that were acknowledged over the link of this delivery."""
    return list(given.link.acknowledged)  # type: ignore[attr-defined]


def acknowledged(worker: SimulatedWorker) -> set[int]:
    """The delivery tags that were acknowledged."""
    return {tag for each in worker.received for tag in each.link.acknowledged}  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _nothing_acknowledged_before() -> None:
    for each in (CREATION, PHONE, REFUSED):
        each.link.acknowledged.clear()  # type: ignore[attr-defined]


async def test_nothing_is_told_or_acknowledged_before_the_commit(worker: SimulatedWorker, carts: SlowCarts) -> None:
    carts.may.clear()
    worker.receive(CREATION)
    draining = asyncio.create_task(worker.drain())
    await asyncio.wait_for(carts.asked.wait(), 5)
    await asyncio.sleep(0.05)
    assert worker.outbox.messages == []
    assert acknowledged(worker) == set()
    carts.may.set()
    await draining
    assert [reply["status"] for reply in worker.replies] == ["applied"]
    assert [(event["type"], event["version"]) for event in worker.events] == [("cart-updated", 1), ("cart-created", 1)]
    assert acknowledged(worker) == {1}


async def test_nothing_is_acknowledged_or_settled_before_the_broker_has_it(
    worker: SimulatedWorker, store: MemoryStore
) -> None:
    worker.outbox.confirming.clear()
    worker.receive(CREATION)
    draining = asyncio.create_task(worker.drain())
    await until(lambda: worker.events and store.journal.entries)
    await asyncio.sleep(0.05)
    assert acknowledged(worker) == set()
    assert not worker.parts.watermark.complete
    worker.outbox.confirming.set()
    await draining
    assert acknowledged(worker) == {1}
    assert worker.parts.watermark.complete


async def test_what_is_not_confirmed_stays_in_the_outbox(worker: SimulatedWorker, store: MemoryStore) -> None:
    worker.outbox.confirming.clear()
    for version, each in enumerate((CREATION, PHONE), start=1):
        worker.receive(each)
        draining = asyncio.create_task(worker.drain())
        await until(lambda: KEY in store.carts.stored and store.carts.stored[KEY].cart.version == version)  # noqa: B023
    assert [entry.command_id for entry in store.carts.stored[KEY].outbox] == ["m-1", "m-2"]
    worker.outbox.confirming.set()
    await draining


async def test_what_was_told_is_in_the_journal(worker: SimulatedWorker, store: MemoryStore) -> None:
    for each in (CREATION, PHONE):
        worker.receive(each)
    await worker.drain()
    assert {key.command_id for key in store.journal.entries} == {"m-1", "m-2"}


async def test_what_waits_for_the_parking_queue_holds_up_no_other(
    worker: SimulatedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, send = asyncio.Event(), worker.outbox.send

    async def full(messages: Sequence[Outgoing]) -> Awaitable[None]:
        sending = await send(messages)

        async def confirmed() -> None:
            if any(each.parked for each in messages):
                await room.wait()
            await sending

        return confirmed()

    monkeypatch.setattr(worker.outbox, "send", full)
    sources = [AmqpSource(REFUSED, MESSAGES), AmqpSource(CREATION, MESSAGES)]
    told = Refused(Refusal(ErrorCode.CART_NOT_FOUND, "no"), "c-9")
    answers = [Answered(replace(work_of(each.delivery), source=each), told) for each in sources]
    await (await worker.parts.completion.begin([], answers))
    assert acknowledged_of(CREATION) == [1]
    assert acknowledged_of(REFUSED) == []
    room.set()
    await worker.parts.completion.parked()
    assert acknowledged_of(REFUSED) == [1]
