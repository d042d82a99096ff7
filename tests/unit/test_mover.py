"""Changing the number of partitions: no phase ends before what it is for is certain."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelLockedResource, ChannelNotFoundEntity

from storage.layout import Layout, Phase
from storage.memory.store import MemoryStore
from storage.records import Run
from support.records import START
from workers.amqp import Broker
from workers.broker import mover as movers
from workers.broker.mover import GONE, Mover
from workers.broker.routes import Routes
from workers.broker.topology import INTERIM, Topology
from workers.settings import Settings

SETTINGS = Settings(prefix="shop")
SECOND = timedelta(seconds=1)
LIVE = Run("live", 0, (), START)


class FakeBroker:
    """Locks: `taken` are somebody else's, `held` ours."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.held: set[str] = set()

    async def open_channel(self) -> AbstractChannel:
        return cast("AbstractChannel", cast("Any", self))

    async def queue_declare(self, name: str, *, exclusive: bool) -> None:
        assert exclusive
        if name in self.taken:
            raise ChannelLockedResource
        self.held.add(name)

    async def queue_delete(self, name: str) -> None:
        self.held.remove(name)

    async def close(self) -> None:
        """Locks outlive the channel."""


class Scene:
    """A mover at a phase, with what waits in queues and what was done to the ways of commands."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
        self.store = MemoryStore()
        self.broker = FakeBroker()
        self.waiting: dict[int, int] = {}
        self.done: list[str] = []
        self.rebuilt = True
        self.topology = Topology(SETTINGS, Layout(1, 2, phase, 3))
        self.store.layouts.layouts["shop"] = self.layout
        self.mover = Mover(self.store.layouts, self.store.runs, "shop")

        async def messages(_: Routes, partitions: Any) -> int:
            return sum(self.waiting.get(each, 0) for each in partitions)

        async def are_empty(routes: Routes, partitions: Any) -> bool:
            return not await messages(routes, partitions)

        def noted(name: str, result: Any = None) -> Any:
            async def note(*_: Any) -> Any:
                self.done.append(name)
                return self.rebuilt if name == "rebuild" else result

            return note

        monkeypatch.setattr(Routes, "messages", messages)
        monkeypatch.setattr(Routes, "are_empty", are_empty)
        for name in ("put_switch", "leave_for_interim", "rebuild", "enter", "drop_interim"):
            monkeypatch.setattr(Routes, name, noted(name))

    @property
    def layout(self) -> Layout:
        assert self.topology.layout is not None
        return self.topology.layout

    async def step(self) -> Phase:
        """One step; the phase that is stored after it."""
        await self.mover.step(cast("Broker", self.broker), self.topology, START)
        stored = await self.store.layouts.read("shop")
        assert stored is not None
        return stored.phase


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movers, "RETURN_SECONDS", 0.0)


@pytest.mark.parametrize(
    ("phase", "after", "done"),
    [
        (Phase.PREPARING, Phase.LEAVING, ["put_switch"]),
        (Phase.LEAVING, Phase.LEFT, ["leave_for_interim"]),
        (Phase.LEFT, Phase.REBUILDING, []),
        (Phase.REBUILDING, Phase.ENTERING, ["rebuild"]),
        (Phase.ENTERING, Phase.ENTERED, ["enter"]),
        (Phase.ENTERED, Phase.STABLE, ["drop_interim"]),
    ],
)
async def test_each_phase_leads_to_the_next(
    monkeypatch: pytest.MonkeyPatch, phase: Phase, after: Phase, done: list[str]
) -> None:
    scene = Scene(monkeypatch, phase)
    assert await scene.step() is after
    assert scene.done == done
    assert scene.broker.held == {"shop.owner.change"}


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.STABLE])
async def test_one_worker_does_it(monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    scene = Scene(monkeypatch, phase)
    scene.broker.taken.add("shop.owner.change")
    assert await scene.step() is phase
    assert scene.done == []


@pytest.mark.parametrize("phase", [Phase.PREPARING, Phase.LEFT, Phase.ENTERED])
async def test_every_live_worker_has_to_follow(monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    scene = Scene(monkeypatch, phase)
    await scene.store.runs.record(LIVE)
    assert await scene.step() is phase
    assert scene.done == []
    await scene.store.runs.record(replace(LIVE, layout=1))
    assert await scene.step() is not phase


@pytest.mark.parametrize(
    "gone", [replace(LIVE, closed=True), replace(LIVE, seen_at=START - GONE - timedelta(seconds=1))]
)
async def test_who_is_gone_need_not(monkeypatch: pytest.MonkeyPatch, gone: Run) -> None:
    scene = Scene(monkeypatch, Phase.PREPARING)
    await scene.store.runs.record(gone)
    assert await scene.step() is Phase.LEAVING


@pytest.mark.parametrize(("phase", "queue"), [(Phase.LEAVING, 1), (Phase.ENTERING, INTERIM)])
async def test_workers_first_finish_what_waits(monkeypatch: pytest.MonkeyPatch, phase: Phase, queue: int) -> None:
    scene = Scene(monkeypatch, phase)
    scene.waiting[queue] = 1
    assert await scene.step() is phase
    scene.waiting.clear()
    assert await scene.step() is not phase


@pytest.mark.parametrize(("phase", "lock"), [(Phase.LEFT, "shop.owner.1"), (Phase.ENTERED, "shop.owner.interim")])
async def test_workers_first_settle_what_they_hold(monkeypatch: pytest.MonkeyPatch, phase: Phase, lock: str) -> None:
    scene = Scene(monkeypatch, phase)
    scene.broker.taken.add(lock)
    assert await scene.step() is phase
    scene.broker.taken.clear()
    assert await scene.step() is not phase


@pytest.mark.parametrize(
    ("phase", "queue", "before"), [(Phase.LEFT, 0, Phase.LEAVING), (Phase.ENTERED, INTERIM, Phase.ENTERING)]
)
async def test_what_comes_again_of_a_killed_worker_is_finished_first(
    monkeypatch: pytest.MonkeyPatch, phase: Phase, queue: int, before: Phase
) -> None:
    scene = Scene(monkeypatch, phase)
    scene.waiting[queue] = 1
    assert await scene.step() is before
    assert scene.done == []
    assert scene.broker.held == {"shop.owner.change"}


@pytest.mark.parametrize("phase", [Phase.LEAVING, Phase.LEFT, Phase.REBUILDING, Phase.ENTERING, Phase.ENTERED])
async def test_a_moment_passes_for_what_is_on_its_way(monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    scene = Scene(monkeypatch, phase)
    monkeypatch.setattr(movers, "RETURN_SECONDS", 3600.0)
    assert await scene.step() is phase
    assert await scene.step() is phase
    monkeypatch.setattr(movers, "RETURN_SECONDS", 0.0)
    assert await scene.step() is not phase


@pytest.mark.parametrize(
    ("phase", "name", "after"),
    [(Phase.LEAVING, "leave_for_interim", Phase.LEFT), (Phase.ENTERING, "enter", Phase.ENTERED)],
)
async def test_what_could_not_be_declared_is_declared_before_the_phase_ends(
    monkeypatch: pytest.MonkeyPatch, phase: Phase, name: str, after: Phase
) -> None:
    scene = Scene(monkeypatch, phase)
    declare = getattr(Routes, name)

    async def fail(*_: Any) -> None:
        raise ChannelNotFoundEntity

    monkeypatch.setattr(Routes, name, fail)
    for _ in range(2):
        with pytest.raises(ChannelNotFoundEntity):
            await scene.step()
    monkeypatch.setattr(Routes, name, declare)
    assert await scene.step() is after
    assert scene.done == [name]


async def test_a_queue_that_is_not_empty_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, Phase.REBUILDING)
    scene.rebuilt = False
    assert await scene.step() is Phase.LEAVING


async def test_locks_end_with_what_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, Phase.LEFT)
    scene.broker.taken.add("shop.owner.1")
    await scene.step()
    assert scene.broker.held == {"shop.owner.change", "shop.owner.0"}
    scene.topology = replace(scene.topology, layout=scene.layout.at(Phase.LEAVING))
    await scene.step()
    assert scene.broker.held == {"shop.owner.change"}
    scene.topology = replace(scene.topology, layout=Layout(3, 3))
    await scene.step()
    assert scene.broker.held == set()


async def test_nothing_is_asked_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, Phase.STABLE)
    assert await scene.step() is Phase.STABLE
    assert scene.broker.held == set()
