"""The sweeper: what a dead run committed and may not have told is told, and its run is closed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from storage.memory.store import MemoryStore
from storage.records import CommandKey, Run
from support.deliveries import TENANT, command_delivery
from support.records import START
from support.simulation import SimulatedWorker, stocked_store
from workers.execute import dispatch, read_back
from workers.settle import sweeper
from workers.settle.sweeper import Sweeper

CREATION = command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
LATER = START + timedelta(hours=1)


@pytest.fixture
async def store() -> MemoryStore:
    """What a worker leaves that was killed right after its first commit."""
    store = stocked_store()
    dead = SimulatedWorker(store, "dead")
    dead.receive(CREATION)
    await dead.drain()
    await dead.close()
    store.journal.entries.clear()
    for key, stored in store.carts.stored.items():
        # What only the dead process knew of its entries.
        store.carts.stored[key] = replace(stored, outbox=tuple(replace(entry) for entry in stored.outbox))
    return store


@pytest.fixture
async def worker(store: MemoryStore) -> AsyncIterator[SimulatedWorker]:
    living = SimulatedWorker(store, "living", at=LATER)
    yield living
    await living.close()


async def test_a_dead_run_is_settled_and_closed(store: MemoryStore, worker: SimulatedWorker) -> None:
    await store.runs.record(Run("dead", 0, (), START))
    await worker.parts.sweeper.sweep()
    assert [(event["cartId"], event["version"]) for event in worker.events if event["type"] == "cart-updated"] == [
        ("c-1", 1)
    ]
    assert list(store.journal.entries) == [CommandKey(TENANT, "m-1")]
    assert store.runs.runs["dead"].closed


async def test_a_sweep_that_fails_keeps_no_other_from_running() -> None:
    done: list[str] = []

    async def fails() -> None:
        raise ValueError("odd")

    async def works() -> None:
        done.append("swept")

    with capture_logs() as logs:
        await Sweeper([fails, works]).sweep()
    assert done == ["swept"]
    assert [each["event"] for each in logs] == ["sweep_failed"]


async def test_one_message_id_of_two_carts_is_told_of_both(store: MemoryStore, worker: SimulatedWorker) -> None:
    [(key, stored)] = store.carts.stored.items()
    other = replace(stored, cart=replace(stored.cart, id="c-2"))
    other = replace(other, outbox=tuple(replace(entry, cart_id="c-2") for entry in stored.outbox))
    store.carts.stored[key._replace(cart_id="c-2")] = other
    await store.runs.record(Run("dead", 0, (), START))
    await worker.parts.sweeper.sweep()
    assert {event["cartId"] for event in worker.events if event["type"] == "cart-updated"} == {"c-1", "c-2"}


async def test_large_outboxes_are_told_part_by_part(
    store: MemoryStore, worker: SimulatedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper, "ENTRIES_AT_ONCE", 2)
    key, stored = next(iter(store.carts.stored.items()))
    [entry] = stored.outbox
    later = tuple(replace(entry, version=version, command_id=f"m-{version}") for version in range(2, 6))
    store.carts.stored[key] = replace(stored, outbox=(entry, *later))
    await store.runs.record(Run("dead", 0, (), START))
    await worker.parts.sweeper.sweep()
    assert [event["version"] for event in worker.events if event["type"] == "cart-updated"] == [1, 2, 3, 4, 5]
    assert len(store.journal.entries) == 5


async def test_what_was_inherited_is_told_though_the_group_does_not_know_that_it_was_written(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a commit is lost, and it can't be read back: the group is executed again."""
    monkeypatch.setattr(read_back, "PAUSES", (0,))
    monkeypatch.setattr(dispatch, "PAUSES", (0,))
    calls = iter(["none", "after", "before"])
    worker = SimulatedWorker(store, "living", lambda: next(calls, "none"), at=LATER, attempts_in_place=2)
    worker.receive(command_delivery("add-items", "c-1", {"items": [{"offeringId": "phone"}]}, message_id="m-2"))
    await worker.drain()
    await worker.close()
    assert next(calls, None) is None
    assert [event["version"] for event in worker.events if event["type"] == "cart-updated"] == [1, 2]
    assert {key.command_id for key in store.journal.entries} == {"m-1", "m-2"}


async def test_a_run_that_was_seen_lately_is_left_alone(store: MemoryStore, worker: SimulatedWorker) -> None:
    await store.runs.record(Run("dead", 0, (), LATER))
    await worker.parts.sweeper.sweep()
    assert worker.outbox.messages == []


async def test_what_this_run_gave_up_is_swept_too(store: MemoryStore) -> None:
    """A group of which nobody knew whether it was committed: it was."""
    worker = SimulatedWorker(store, "dead", at=LATER)
    worker.parts.watermark.abandon(worker.parts.watermark.start())
    [(key, stored)] = store.carts.stored.items()
    stamp = stored.stamp
    assert not worker.parts.watermark.is_settled(stamp)
    del store.carts.stored[key]
    await worker.parts.sweeper.sweep()
    assert worker.events == []
    store.carts.stored[key] = stored  # only now the server gets to it
    for _ in range(3):
        await worker.parts.sweeper.sweep()
        assert not worker.parts.watermark.is_settled(stamp)
    assert [event["version"] for event in worker.events if event["type"] == "cart-updated"] == [1], "told once"
    worker.at += timedelta(minutes=1)
    await worker.parts.sweeper.sweep()
    assert worker.parts.watermark.is_settled(stamp)
