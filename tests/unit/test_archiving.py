"""Archiving: what goes, what stays, whoever is killed in between or does the same at once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from audit import audit_stored, read_pages
from storage.memory.store import MemoryStore
from storage.records import CartKey, CommandKey, Entry
from support.deliveries import TENANT, command_delivery
from support.records import START
from support.simulation import SimulatedWorker, stocked_store
from workers.settings import Settings
from workers.settle import archiving
from workers.settle.archiving import ArchiveSweep
from workers.settle.watermark import Watermark

KEY = CartKey(TENANT, "c-1")
DAY = timedelta(days=1)
MUCH_LATER = START + 60 * DAY


async def step(store: MemoryStore, at: datetime, *commands: tuple[str, str, dict[str, Any]]) -> None:
    """A worker of that time applies the commands, and ends in good order; the ids of messages are their times."""
    worker = SimulatedWorker(store, f"run-{at}", at=at)
    for number, (kind, cart_id, data) in enumerate(commands):
        worker.receive(command_delivery(kind, cart_id, data, message_id=f"{kind}-{cart_id}-{at:%j}-{number}"))
        await worker.drain()
    await worker.close()


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


@pytest.fixture
async def store() -> MemoryStore:
    """Two carts that were changed on five days, one of them also without any effect."""
    store = stocked_store()
    opening = {"country": "FR", "currency": "EUR", "items": [{"id": "i-1", "offeringId": "plan"}]}
    await step(store, START, *(("create-cart", cart, opening) for cart in ("c-1", "c-2")))
    for day in range(1, 5):
        changes = [("update-products", cart, quantity(day + 1)) for cart in ("c-1", "c-2")]
        await step(store, START + day * DAY, *changes, ("update-products", "c-1", quantity(day + 1)))
    return store


def sweep(store: MemoryStore, at: datetime, days: int | None = 30, *, settled: bool = True) -> ArchiveSweep:
    watermark = Watermark("sweeper")
    if settled:
        watermark.learn([], MUCH_LATER)
    return ArchiveSweep(store, watermark, days, lambda: at)


async def versions(store: MemoryStore, cart_id: str = "c-1") -> list[int]:
    return [each.version for each in await store.journal.history(CartKey(TENANT, cart_id))]


async def sound(store: MemoryStore) -> bool:
    [page] = [page async for page in read_pages(store, TENANT)]
    return audit_stored(page) == []


def test_history_is_kept_for_good_by_default() -> None:
    assert Settings().history_days is None
    assert Settings(history_days=30).history_days == 30


async def test_without_a_limit_nothing_is_removed(store: MemoryStore) -> None:
    assert await sweep(store, MUCH_LATER, None).sweep() == 0
    assert await versions(store) == [1, 2, 3, 4, 5]


async def test_what_is_older_is_removed_and_leaves_the_cart_at_the_last_version(store: MemoryStore) -> None:
    before = dict(store.carts.stored)
    assert await sweep(store, START + 32.5 * DAY).sweep() == 2
    assert [await versions(store, each) for each in ("c-1", "c-2")] == [[4, 5], [4, 5]]
    assert {key.cart_id: cart.version for key, cart in store.archive.carts.items()} == {"c-1": 3, "c-2": 3}
    assert store.carts.stored == before
    assert all(entry.at >= START + 2.5 * DAY for entry in store.journal.entries.values())
    assert await sound(store)


async def test_in_time_everything_is_removed_and_replay_still_gives_the_cart(store: MemoryStore) -> None:
    await sweep(store, MUCH_LATER).sweep()
    assert store.journal.entries == {}
    assert await sound(store)
    await step(store, MUCH_LATER, ("update-products", "c-1", quantity(9)))
    assert await versions(store) == [6]
    assert await sound(store)


async def test_the_sweeper_of_a_worker_does_it(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, "sweeping", at=MUCH_LATER, history_days=30)
    await worker.parts.sweeper.sweep()
    assert store.journal.entries == {}


async def test_an_entry_that_an_outbox_holds_stays(store: MemoryStore) -> None:
    """Nobody knows whether the runs have settled what they committed."""
    assert await sweep(store, MUCH_LATER, settled=False).sweep() == 0
    assert await versions(store) == [1, 2, 3, 4, 5]


async def test_a_cart_that_is_written_meanwhile_is_left_for_the_next_time(store: MemoryStore) -> None:
    commit = store.carts.commit

    async def late(writes: Any) -> Any:
        if writes[0].stored.outbox == ():
            await step(store, MUCH_LATER, ("update-products", writes[0].stored.cart.id, quantity(7)))
        return await commit(writes)

    with patch.object(store.carts, "commit", late):
        assert await sweep(store, MUCH_LATER).sweep() == 0
    assert await versions(store) == [1, 2, 3, 4, 5, 6]
    assert await sweep(store, MUCH_LATER).sweep() == 2
    assert await versions(store) == [6]
    assert await sound(store)


@pytest.mark.parametrize("removed", [0, 1, 2])
async def test_who_is_killed_between_keeping_and_removing_leaves_it_to_the_next(
    store: MemoryStore, removed: int
) -> None:
    """Also in the middle of removing."""

    async def killed(key: CartKey, until: int, before: datetime) -> None:
        own = sorted((e for e in store.journal.entries.values() if e.cart_key == key), key=lambda e: e.version)
        for each in own[:removed]:
            del store.journal.entries[each.key]
        raise KeyboardInterrupt

    with patch.object(store.journal, "remove", killed), pytest.raises(KeyboardInterrupt):
        await sweep(store, START + 32.5 * DAY).sweep()
    assert await sound(store)
    await sweep(store, START + 32.5 * DAY).sweep()
    assert await versions(store) == [4, 5]
    assert await sound(store)


async def test_two_workers_may_do_it_at_once(store: MemoryStore) -> None:
    """Each reads before the other has written, and one of them is a day behind."""
    history = store.journal.history

    async def slowly(*arguments: Any, **named: Any) -> list[Entry]:
        found = await history(*arguments, **named)
        await asyncio.sleep(0)
        return found

    with patch.object(store.journal, "history", slowly):
        await asyncio.gather(*(sweep(store, START + days * DAY).sweep() for days in (32.5, 33.5, 32.5)))
    assert store.archive.carts[KEY].version == 4
    assert await versions(store) == [5]
    assert await sound(store)


async def test_a_sweep_is_bounded_and_the_next_goes_on(store: MemoryStore) -> None:
    swept = sweep(store, MUCH_LATER)
    with patch.object(archiving, "FOUND_AT_ONCE", 3), patch.object(archiving, "ENTRIES_AT_ONCE", 2):
        await swept.sweep()
        assert len(store.journal.entries) >= 8
        for _ in range(10):
            await swept.sweep()
            assert await sound(store)
    assert store.journal.entries == {}


async def test_a_journal_with_a_hole_is_left_alone_and_stops_nobody(store: MemoryStore) -> None:
    [hole] = [each for each in store.journal.entries.values() if each.cart_key == KEY and each.version == 3][:1]
    del store.journal.entries[CommandKey(TENANT, hole.command_id)]
    assert await sweep(store, MUCH_LATER).sweep() == 1
    assert await versions(store) == [1, 2, 4, 5]
    assert await versions(store, "c-2") == []
