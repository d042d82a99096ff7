"""What has come and is not read yet: each tenant's deliveries in order, and only as many read as its lanes need."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from support.deliveries import command_delivery, read
from support.records import START
from workers.amqp import Delivery
from workers.consume import backlog
from workers.consume.backlog import UNREAD_SIZE, Backlog
from workers.consume.lanes import Lanes
from workers.consume.volume import Volume

AHEAD = 5
PLENTY = 10**9


@dataclass(eq=False)
class Scene:
    """A backlog before lanes; what was read, and what was told about its bytes."""

    told: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.lanes = Lanes()
        volume = Volume(8 * UNREAD_SIZE, lambda: self.told.append("full"), lambda: self.told.append("room"))
        self.backlog = Backlog(self.lanes, self._read, volume)

    def _read(self, given: Delivery) -> None:
        self.read.append(str(given.message_id))
        if given.message_id not in self.refused:
            self.lanes.put(read(given, START))

    def deliver(self, tenant: str, number: int, link: Any = None, kind: str = "empty-cart") -> None:
        cart_id = None if kind == "find-carts" else f"c-{number}"
        given = command_delivery(kind, cart_id, {}, message_id=f"{tenant}-{number}")
        given.routing_key = f"{tenant}.{kind}"
        given.link = link or Link()
        self.backlog.receive(given)

    async def take(self, most: int) -> list[str]:
        group = await self.lanes.take(most, PLENTY)
        await asyncio.sleep(0)
        return [str(each.command.id) for taken in group for each in taken.works]


@dataclass
class Link:
    open: bool = True

    def acknowledge(self, tags: Any) -> None:
        raise AssertionError(f"{tags} were acknowledged")


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(backlog, "READ_AHEAD", AHEAD)
    monkeypatch.setattr(backlog, "READ_AT_ONCE", 2)
    return Scene()


async def test_a_flood_is_read_as_its_lanes_have_room_and_a_quiet_tenant_at_once(scene: Scene) -> None:
    for number in range(12):
        scene.deliver("flood", number)
    scene.deliver("quiet", 0)
    assert scene.read == [f"flood-{number}" for number in range(AHEAD)] + ["quiet-0"]
    assert len(scene.backlog) == 7
    taken: list[str] = []
    while len(taken) < 13:
        taken += await scene.take(3)
    assert [each for each in taken if each != "quiet-0"] == [f"flood-{number}" for number in range(12)]
    assert len(scene.backlog) == 0


async def test_searches_that_end_make_room(scene: Scene) -> None:
    """They count as long as they are under way, so that nobody else has to wait for all of a tenant's."""
    for number in range(AHEAD):
        scene.deliver("t", number, kind="find-carts")
    scene.deliver("t", AHEAD)
    searches = await scene.lanes.take(PLENTY, PLENTY)
    assert (len(searches), len(scene.backlog)) == (AHEAD, 1)
    scene.lanes.release(searches[0].lane)
    assert scene.read[-1] == f"t-{AHEAD}"
    assert len(scene.backlog) == 0


async def test_what_is_refused_makes_way_for_the_next(scene: Scene) -> None:
    scene.refused = {f"flood-{number}" for number in range(AHEAD, 20)}
    for number in range(21):
        scene.deliver("flood", number)
    await scene.take(1)
    async with asyncio.timeout(5):
        while len(scene.backlog):  # noqa: ASYNC110 (a turn of the loop at a time)
            await asyncio.sleep(0)
    assert scene.read == [f"flood-{number}" for number in range(21)]


async def test_unread_deliveries_count_as_bytes(scene: Scene) -> None:
    for number in range(AHEAD + 7):
        scene.deliver("flood", number)
    assert scene.told == []
    scene.deliver("flood", 20)
    assert scene.told == ["full"]
    scene.backlog.close()
    assert scene.told[-1] == "room"


async def test_what_was_lost_is_dropped_and_the_rest_is_read(scene: Scene) -> None:
    lost = Link()
    for number in range(AHEAD + 3):
        scene.deliver("flood", number, lost)
    for number in range(AHEAD + 3, AHEAD + 5):
        scene.deliver("flood", number)
    lost.open = False
    assert scene.lanes.withdraw(lambda work: not work.source.link.open) == AHEAD
    assert scene.backlog.withdraw() == 3
    assert scene.read[AHEAD:] == [f"flood-{AHEAD + 3}", f"flood-{AHEAD + 4}"]
    assert len(scene.backlog) == 0


async def test_once_closed_it_reads_nothing(scene: Scene) -> None:
    for number in range(AHEAD + 3):
        scene.deliver("flood", number)
    scene.backlog.close()
    scene.deliver("quiet", 0)
    await scene.take(100)
    assert scene.read == [f"flood-{number}" for number in range(AHEAD)]
    assert len(scene.backlog) == 0


async def test_little_is_read_ahead_where_much_is_delivered(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "READ_LITTLE_AHEAD", 2)
    scene.backlog = Backlog(scene.lanes, scene._read, prefetch=AHEAD + 1)
    for number in range(4):
        scene.deliver("flood", number)
    assert (scene.read, len(scene.backlog)) == (["flood-0", "flood-1"], 2)
