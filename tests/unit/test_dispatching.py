"""Groups side by side: callers first, a job's groups one at a time and with pauses while somebody is calling."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from support.deliveries import command_delivery, read
from support.records import START
from workers.consume.lanes import BATCH_COMMANDS, POLITE_BATCH_COMMANDS, Lanes, Taken
from workers.consume.work import LaneKey, Work
from workers.execute import dispatch
from workers.execute.dispatch import YIELDING, Dispatcher
from workers.execute.gate import Gate
from workers.settings import Settings
from workers.settle.watermark import Watermark


def work(cart_id: str, *, of_job: bool = False) -> Work:
    return replace(read(command_delivery("empty-cart", cart_id, {}), START), of_job=of_job)


@dataclass(eq=False)
class Scene:
    """A dispatcher whose groups end when they are told to."""

    lanes: Lanes = field(default_factory=Lanes)
    groups: list[list[Taken]] = field(default_factory=list)
    ends: list[asyncio.Event] = field(default_factory=list)

    async def run(self, group: list[Taken], _stamp: Any) -> tuple[list[Any], list[Any]]:
        end = asyncio.Event()
        self.groups.append(group)
        self.ends.append(end)
        await end.wait()
        return [], []

    def published(self, _stamp: Any) -> None:
        """Nothing is published."""

    async def begin(self, _inherited: Any, _answers: Any) -> Awaitable[None]:
        return asyncio.sleep(0)

    def job(self, commands: int) -> None:
        for number in range(commands):
            self.lanes.put(work(f"j-{number}", of_job=True))

    def of_jobs(self) -> int:
        return sum(group[0].patient for group in self.groups)


async def some_turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    part = cast("Any", scene)
    dispatcher = Dispatcher(Settings(), scene.lanes, part, part, Watermark("run"))
    running = asyncio.create_task(dispatcher.run())
    yield scene
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    for end in scene.ends:
        end.set()
    await dispatcher.finish()


async def test_a_job_alone_has_large_groups_side_by_side(scene: Scene) -> None:
    scene.job(3 * BATCH_COMMANDS)
    await some_turns()
    assert [len(group) for group in scene.groups] == [BATCH_COMMANDS] * 2
    scene.ends[0].set()
    await some_turns()
    assert len(scene.groups) == 3


async def test_beside_callers_a_job_has_one_small_group_at_a_time(scene: Scene) -> None:
    scene.lanes.put(work("c"))
    scene.job(3 * POLITE_BATCH_COMMANDS)
    await some_turns()
    assert [(len(group), group[0].patient) for group in scene.groups] == [
        (1, False),
        (POLITE_BATCH_COMMANDS, True),
    ]


async def test_a_caller_does_not_wait_for_the_groups_of_a_job(scene: Scene) -> None:
    scene.job(3 * BATCH_COMMANDS)
    await some_turns()
    for number in range(20):
        scene.lanes.put(work(f"c-{number}"))
    await some_turns()
    assert [len(group) for group in scene.groups] == [BATCH_COMMANDS, BATCH_COMMANDS, 20]


async def test_a_job_pauses_after_each_group_while_somebody_is_calling(scene: Scene) -> None:
    loop = asyncio.get_running_loop()
    scene.lanes.put(work("c"))
    scene.job(2 * POLITE_BATCH_COMMANDS)
    began = loop.time()
    await some_turns()
    await asyncio.sleep(0.02)
    scene.ends[1].set()
    async with asyncio.timeout(10):
        while scene.of_jobs() == 1:  # noqa: ASYNC110 (a poll is short and simple)
            await asyncio.sleep(0.001)
    assert loop.time() - began >= 0.02 * (1 + YIELDING)


async def test_searches_of_a_tenant_with_many_take_turns_with_those_of_others() -> None:
    gate = Gate(1, {})
    order: list[str] = []

    async def search(tenant: str, number: int) -> None:
        async with gate.place(LaneKey("search", tenant, str(number))):
            order.append(tenant)
            await asyncio.sleep(0)

    many = [asyncio.create_task(search("loud", number)) for number in range(6)]
    await asyncio.sleep(0)
    quiet = asyncio.create_task(search("quiet", 0))
    gone = asyncio.create_task(search("gone", 0))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(*many, quiet)
    assert order.index("quiet") <= 2
    assert order.count("loud") == 6
    assert gone.cancelled()


async def test_garbage_is_collected_when_nobody_waits(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(dispatch, "collect_at_leisure", lambda: collected.append(len(scene.lanes)))
    for name in ("a", "b"):
        scene.lanes.put(work(name))
        await some_turns()
    scene.lanes.put(work("a"))  # waits behind the first, whose group is under way
    scene.ends[0].set()
    await some_turns()
    assert collected == []
    scene.ends[1].set()
    await some_turns()
    assert collected == []
    scene.ends[2].set()
    await some_turns()
    assert collected == [0]


async def test_garbage_is_collected_in_the_pauses_of_a_job(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[bool] = []
    monkeypatch.setattr(dispatch, "collect_at_leisure", lambda: collected.append(scene.lanes.batch_waiting > 0))
    scene.lanes.put(work("c"))
    scene.job(3 * POLITE_BATCH_COMMANDS)
    await some_turns()
    scene.ends[1].set()
    await some_turns()
    assert collected == [True]
