"""Random streams of commands on MongoDB and in memory: the same answers, carts and journals; no guarantee is broken."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from audit import audit_stored, read_pages
from storage.memory.store import MemoryStore
from storage.mongo.cart_documents import write_cart
from storage.mongo.store import MongoStore
from storage.ports import Store
from storage.records import CartKey, Revision
from support.deliveries import TENANT
from support.records import START
from support.simulation import SimulatedWorker, followed, stocked_rows
from support.streams import CATALOG_COMMAND, COMMAND, OPENING, deliveries, predictable

CARTS = [CartKey(TENANT, "c-1"), CartKey(TENANT, "c-2")]
MINUTES = st.sampled_from([0, 0, 0, 1, 120])
SEEDS = [1, 2, 3, *(pytest.param(number, marks=pytest.mark.soak) for number in range(4, 40))]


def stream(number: int) -> list[tuple[int, Any]]:
    """Forty commands, each some minutes after the last one; the same for the same number."""
    drawn: list[list[tuple[int, Any]]] = []

    @seed(number)
    @settings(max_examples=2, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(MINUTES, COMMAND | CATALOG_COMMAND), min_size=40, max_size=40))
    def draw(commands: list[tuple[int, Any]]) -> None:
        drawn.append([*((0, command) for command in OPENING), *commands])

    draw()
    return drawn[-1]


@pytest.mark.parametrize("number", SEEDS)
async def test_what_a_stream_comes_to_does_not_depend_on_the_store(pymongo_store: MongoStore, number: int) -> None:
    workers = [await worker_on(store) for store in (MemoryStore(), pymongo_store)]
    for place, (minutes, command) in enumerate(stream(number)):
        for worker in workers:
            worker.at += timedelta(minutes=minutes)
            await work(worker, f"s-{place}", command)
    for worker in workers:
        await worker.close()
    in_memory, on_mongo = [(worker.replies, worker.events, await kept(worker.store)) for worker in workers]
    assert [predictable(reply) for reply in on_mongo[0]] == [predictable(reply) for reply in in_memory[0]]
    assert on_mongo[1:] == in_memory[1:]
    assert [reply.get("status") for reply in on_mongo[0]].count("applied") > 10
    assert [audit_stored(page) async for page in read_pages(pymongo_store, TENANT)] == [[]]


async def worker_on(store: Store) -> SimulatedWorker:
    """A worker on the store, which has the shop's catalog."""
    assert await store.catalog.append(Revision(TENANT, 1, START, "catalog", b"", stocked_rows()))
    return SimulatedWorker(store)


async def work(worker: SimulatedWorker, message_id: str, command: Any) -> None:
    """One command, and what follows from it."""
    before = len(worker.outbox.messages)
    [delivery] = deliveries([command])
    worker.receive(replace(delivery, message_id=message_id))
    await worker.drain()
    for follow_up in [each for each in worker.outbox.messages[before:] if each.exchange.endswith(".commands")]:
        worker.receive(followed(follow_up))
        await worker.drain()


async def kept(store: Store) -> list[Any]:
    """The carts, and what the journal says of each version."""
    carts = await store.carts.load(CARTS)
    journals = await asyncio.gather(*(store.journal.history(key) for key in CARTS))
    return [
        {key.cart_id: write_cart(stored.cart) for key, stored in carts.items()},
        [[(entry.version, entry.kind, entry.changes, entry.price_changes) for entry in each] for each in journals],
    ]
