"""Lanes: order within a cart, carts side by side, batches of a bounded size."""

import asyncio
from typing import Any

import pytest

from support.deliveries import command_delivery, read
from support.records import START
from workers.consume.lanes import Batch, Lanes
from workers.consume.work import Work

PLENTY = 10**9


def work(cart_id: str, message_id: str = "m") -> Work:
    return read(command_delivery("empty-cart", cart_id, {}, message_id=message_id), START)


def ids(batches: list[Batch]) -> list[tuple[str, list[Any]]]:
    return [(batch.lane[2], [each.command.id for each in batch.works]) for batch in batches]


@pytest.fixture
def lanes() -> Lanes:
    return Lanes()


async def test_a_lane_keeps_its_order_and_lanes_come_in_the_order_of_arrival(lanes: Lanes) -> None:
    for cart_id, message_id in (("b", "1"), ("a", "2"), ("b", "3")):
        lanes.put(work(cart_id, message_id))
    assert len(lanes) == 3
    assert ids(await lanes.take(10, PLENTY)) == [("b", ["1", "3"]), ("a", ["2"])]
    assert len(lanes) == 0


async def test_a_lane_is_closed_until_it_is_released(lanes: Lanes) -> None:
    lanes.put(work("a", "1"))
    (batch,) = await lanes.take(10, PLENTY)
    lanes.put(work("a", "2"))
    lanes.put(work("b", "3"))
    assert ids(await lanes.take(10, PLENTY)) == [("b", ["3"])]
    taking = asyncio.create_task(lanes.take(10, PLENTY))
    await asyncio.sleep(0)
    assert not taking.done()
    lanes.release(batch.lane)
    assert ids(await taking) == [("a", ["2"])]


async def test_a_batch_is_bounded_in_commands_and_the_rest_stays_in_front(lanes: Lanes) -> None:
    for number in range(5):
        lanes.put(work("a", str(number)))
    (batch,) = await lanes.take(2, PLENTY)
    assert ids([batch]) == [("a", ["0", "1"])]
    lanes.release(batch.lane)
    assert ids(await lanes.take(10, PLENTY)) == [("a", ["2", "3", "4"])]


async def test_a_batch_is_bounded_in_bytes_but_never_empty(lanes: Lanes) -> None:
    for cart_id in ("a", "b"):
        lanes.put(work(cart_id))
    assert ids(await lanes.take(10, 1)) == [("a", ["m"])]
    assert ids(await lanes.take(10, 0)) == [("b", ["m"])]


async def test_idle_when_nothing_waits_and_nothing_is_worked_on(lanes: Lanes) -> None:
    await lanes.idle()
    lanes.put(work("a"))
    waiting = asyncio.create_task(lanes.idle())
    (batch,) = await lanes.take(10, PLENTY)
    await asyncio.sleep(0)
    assert not waiting.done()
    lanes.release(batch.lane)
    await waiting


async def test_tenants_and_kinds_have_lanes_of_their_own() -> None:
    tax = {"taxes": [{"id": "t", "country": "FR", "category": "x", "rate": "1"}]}
    catalog = read(command_delivery("upsert-taxes", None, tax), START)
    lookup = command_delivery("get-cart", None, {"key": {"name": "a", "value": "b"}})
    first, second = (read(lookup, START) for _ in range(2))
    assert (work("a").lane, catalog.lane) == (("cart", "acme", "a"), ("catalog", "acme", ""))
    assert first.lane != second.lane


async def test_what_is_withdrawn_is_not_taken_and_makes_room() -> None:
    told: list[str] = []
    works = [work(f"c-{number % 2}", str(number)) for number in range(4)]
    size = works[0].size
    lanes = Lanes(2 * size + 1, lambda: told.append("full"), lambda: told.append("room"))
    for each in works:
        lanes.put(each)
    (first,) = await lanes.take(1, PLENTY)
    assert told == ["full", "full"]
    assert lanes.withdraw(lambda each: each in works[1:3]) == 2
    assert len(lanes) == 1
    assert lanes.withdraw(lambda each: each is works[3]) == 1
    assert told[-1] == "room"
    idle = asyncio.create_task(lanes.idle())
    await asyncio.sleep(0)
    assert not idle.done()
    lanes.release(first.lane)
    await idle
