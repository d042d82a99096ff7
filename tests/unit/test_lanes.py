"""Lanes: order within a cart, carts side by side, groups of a bounded size."""

import asyncio
from collections import deque
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.deliveries import command_delivery, read
from support.records import START
from workers.consume.lanes import (
    BATCH_COMMANDS,
    BATCH_EVERY,
    LATELY,
    POLITE_BATCH_COMMANDS,
    TURN,
    Lanes,
    Taken,
)
from workers.consume.volume import Volume
from workers.consume.work import Work

PLENTY = 10**9


def work(cart_id: str, message_id: str = "m") -> Work:
    return read(command_delivery("empty-cart", cart_id, {}, message_id=message_id), START)


def of(tenant: str, cart_id: str, message_id: str = "m") -> Work:
    one = work(cart_id, message_id)
    return replace(one, command=replace(one.command, tenant=tenant))


def job(cart_id: str, message_id: str = "j") -> Work:
    return replace(work(cart_id, message_id), of_job=True)


class Clock:
    """A time that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def ids(group: list[Taken]) -> list[tuple[str, list[Any]]]:
    return [(taken.lane.subject, [each.command.id for each in taken.works]) for taken in group]


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
    (taken,) = await lanes.take(10, PLENTY)
    lanes.put(work("a", "2"))
    lanes.put(work("b", "3"))
    assert ids(await lanes.take(10, PLENTY)) == [("b", ["3"])]
    taking = asyncio.create_task(lanes.take(10, PLENTY))
    await asyncio.sleep(0)
    assert not taking.done()
    lanes.release(taken.lane)
    assert ids(await taking) == [("a", ["2"])]


async def test_what_is_taken_is_bounded_in_commands_and_the_rest_stays_in_front(lanes: Lanes) -> None:
    for number in range(5):
        lanes.put(work("a", str(number)))
    (taken,) = await lanes.take(2, PLENTY)
    assert ids([taken]) == [("a", ["0", "1"])]
    lanes.release(taken.lane)
    assert ids(await lanes.take(10, PLENTY)) == [("a", ["2", "3", "4"])]


async def test_what_is_taken_is_bounded_in_bytes_but_never_empty(lanes: Lanes) -> None:
    for cart_id in ("a", "b"):
        lanes.put(work(cart_id))
    assert ids(await lanes.take(10, 1)) == [("a", ["m"])]
    assert ids(await lanes.take(10, 0)) == [("b", ["m"])]


async def test_idle_when_nothing_waits_and_nothing_is_worked_on(lanes: Lanes) -> None:
    await lanes.idle()
    lanes.put(work("a"))
    waiting = asyncio.create_task(lanes.idle())
    (taken,) = await lanes.take(10, PLENTY)
    await asyncio.sleep(0)
    assert not waiting.done()
    lanes.release(taken.lane)
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
    lanes = Lanes(Volume(2 * size + 1, lambda: told.append("full"), lambda: told.append("room")))
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


async def test_a_job_waits_for_interactive_commands_and_then_comes_alone() -> None:
    lanes = Lanes(clock=Clock())
    for number in range(3):
        lanes.put(job(f"j-{number}"))
        lanes.put(work(f"c-{number}"))
    first, second = await lanes.take(10, PLENTY), await lanes.take(10, PLENTY)
    assert [taken.lane.subject for taken in first] == ["c-0", "c-1", "c-2"]
    assert [taken.lane.subject for taken in second] == ["j-0", "j-1", "j-2"]
    assert [each.patient for each in first + second] == [False] * 3 + [True] * 3


async def test_an_interactive_command_takes_along_what_comes_before_it_in_its_lane_and_nothing_behind() -> None:
    lanes = Lanes(clock=Clock())
    for each in (job("a", "1"), job("b", "2"), work("a", "3"), job("a", "4")):
        lanes.put(each)
    first = await lanes.take(10, PLENTY)
    assert ids(first) == [("a", ["1", "3"])]
    lanes.release(first[0].lane)
    assert ids(await lanes.take(10, PLENTY)) == [("b", ["2"]), ("a", ["4"])]
    assert (len(lanes), lanes.batch_waiting) == (0, 0)


async def test_a_job_has_small_groups_while_somebody_is_calling_and_large_ones_otherwise() -> None:
    clock = Clock()
    lanes = Lanes(clock=clock)
    lanes.put(work("c"))
    (call,) = await lanes.take(10, PLENTY)
    for number in range(2 * BATCH_COMMANDS + POLITE_BATCH_COMMANDS):
        lanes.put(job(f"j-{number}"))
    clock.now += LATELY
    assert lanes.polite
    assert len(await lanes.take(1000, PLENTY)) == POLITE_BATCH_COMMANDS
    lanes.release(call.lane)
    assert not lanes.polite
    assert len(await lanes.take(1000, PLENTY)) == BATCH_COMMANDS


async def test_a_job_does_not_wait_forever() -> None:
    clock = Clock()
    lanes = Lanes(clock=clock)
    lanes.put(job("j"))
    for number in range(3):
        lanes.put(work(f"c-{number}"))
    assert ids(await lanes.take(1, PLENTY)) == [("c-0", ["m"])]
    clock.now += BATCH_EVERY
    assert ids(await lanes.take(1, PLENTY)) == [("j", ["j"])]
    assert ids(await lanes.take(1, PLENTY)) == [("c-1", ["m"])]


async def test_what_is_held_waits_until_it_is_admitted() -> None:
    lanes = Lanes(clock=Clock())
    lanes.hold()
    lanes.put(job("j"))
    taking = asyncio.create_task(lanes.take(10, PLENTY))
    await asyncio.sleep(0)
    assert not taking.done()
    lanes.admit()
    assert ids(await taking) == [("j", ["j"])]


async def test_a_quiet_tenant_comes_first_and_alone_and_makes_the_groups_of_a_flood_small() -> None:
    clock = Clock()
    lanes = Lanes(clock=clock)
    for number in range(400):
        lanes.put(of("flood", f"f-{number}"))
    assert len(await lanes.take(256, PLENTY)) == 256
    lanes.put(of("quiet", "q"))
    assert [(taken.lane.tenant, taken.patient) for taken in await lanes.take(256, PLENTY)] == [("quiet", False)]
    small = await lanes.take(256, PLENTY)
    assert [(taken.lane.tenant, taken.patient) for taken in small] == [("flood", True)] * TURN
    clock.now += LATELY
    assert len(await lanes.take(256, PLENTY)) == 400 - 256 - TURN


async def test_many_tenants_with_a_backlog_share_a_group() -> None:
    lanes = Lanes(weights={"a": 3}, clock=Clock())
    for number in range(400):
        for tenant in ("a", "b", "c", "d"):
            lanes.put(of(tenant, str(number)))
    assert [len(await lanes.take(256, PLENTY)) for _ in range(2)] == [256, 256]
    lanes.put(of("quiet", "q"))
    assert len(await lanes.take(256, PLENTY)) == 1
    share = [taken.lane.tenant for taken in await lanes.take(256, PLENTY)]
    assert {tenant: share.count(tenant) for tenant in "abcd"} == {"a": 3 * TURN, "b": TURN, "c": TURN, "d": TURN}


async def test_the_commands_of_jobs_are_not_counted_as_bytes_that_wait() -> None:
    full: list[str] = []
    lanes = Lanes(Volume(1, lambda: full.append("full")))
    lanes.put(job("j"))
    assert full == []
    lanes.put(work("c"))
    assert full == ["full"]


class Checked:
    """Lanes beside what they should hold: each lane's commands in order, and the lanes that are being worked on."""

    def __init__(self) -> None:
        self.lanes = Lanes(clock=Clock())
        self.expected: dict[Any, deque[Work]] = {}
        self.busy: deque[Taken] = deque()

    def put(self, each: Work) -> None:
        self.expected.setdefault(each.lane, deque()).append(each)
        self.lanes.put(each)

    async def take(self, most: int) -> None:
        """Take what is ready; if nothing is, because all lanes with commands are being worked on, release some."""
        if not any(self.expected.values()):
            return
        taking = asyncio.create_task(self.lanes.take(most, PLENTY))
        await some_turns()
        while not taking.done():
            assert self.busy, "commands wait, and no lane is busy"
            self.release()
            await some_turns()
        for taken in taking.result():
            assert taken.lane not in [each.lane for each in self.busy]
            self.busy.append(taken)
            assert taken.works == [self.expected[taken.lane].popleft() for _ in taken.works]

    def release(self) -> None:
        if self.busy:
            self.lanes.release(self.busy.popleft().lane)

    def withdraw(self, *, of_job: bool) -> None:
        gone = {each for waiting in self.expected.values() for each in waiting if each.of_job is of_job}
        assert self.lanes.withdraw(lambda each: each in gone) == len(gone)
        self.expected = {key: deque(each for each in own if each not in gone) for key, own in self.expected.items()}


async def some_turns() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


puts = st.tuples(st.just("put"), st.sampled_from("ab"), st.integers(0, 4), st.booleans())
others = st.tuples(st.sampled_from(["take", "release", "withdraw"]), st.just("a"), st.integers(0, 4), st.booleans())


@given(st.lists(st.one_of(puts, puts, others), max_size=60))
async def test_every_command_is_taken_once_in_the_order_of_its_lane(steps: list[tuple[str, str, int, bool]]) -> None:
    checked = Checked()
    for what, tenant, number, flag in steps:
        match what:
            case "put":
                checked.put(replace(of(tenant, str(number)), of_job=flag))
            case "take":
                await checked.take(number + 1)
            case "release":
                checked.release()
            case _:
                checked.withdraw(of_job=flag)
    while any(checked.expected.values()):
        await checked.take(3)
    while checked.busy:
        checked.release()
    await checked.lanes.idle()
    assert (len(checked.lanes), checked.lanes.batch_waiting) == (0, 0)
