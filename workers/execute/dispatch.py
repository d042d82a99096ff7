"""Dispatch: takes groups off the lanes, has them executed and completed, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from time import perf_counter

import structlog

from storage.records import CommitStamp, Entry, StorageUnavailable
from workers.consume.lanes import Lanes, Taken
from workers.consume.spans import UNTRACED, Spans
from workers.consume.work import JOB, SEARCH, Answered
from workers.execute.executor import GroupExecutor
from workers.execute.gate import Gate
from workers.execute.read_back import PAUSES
from workers.metrics.histogram import Histogram
from workers.process import collect_at_leisure
from workers.settings import Settings
from workers.settle.completion import Completion
from workers.settle.watermark import Watermark

FEW_COMMANDS = 8
"""So few may be under way in any number of groups: a lone command never waits for another one's round trips."""
SEARCHES_AT_ONCE = 2
ASIDE = frozenset({SEARCH, JOB})
"""Kinds of lanes whose commands are executed beside the groups, for they may take long."""
YIELDING = 1.0
"""While somebody is calling, a patient group is followed by a pause this many times as long as it took: so jobs and
backlogs have half of the worker's time."""

_log = structlog.get_logger(__name__)


class Dispatcher:
    """While one group waits for the database, the next one is prepared, and the last one published.

    Counts the groups that it took, the commands in them, and those of the commands that are finished; `lane_seconds`
    is how long commands that are of no job have waited in their lanes.
    """

    def __init__(
        self,
        settings: Settings,
        lanes: Lanes,
        executor: GroupExecutor,
        completion: Completion,
        watermark: Watermark,
    ) -> None:
        self._settings = settings
        self._lanes = lanes
        self._executor = executor
        self._completion = completion
        self._watermark = watermark
        self._executing = _Executing(settings.groups_at_once)
        self._searching = Gate(SEARCHES_AT_ONCE, settings.weights)
        self._tasks: set[asyncio.Task[None]] = set()
        self.watch: Callable[[asyncio.Task[None]], None] = lambda _: None
        """Told of every group that has ended; it should have raised nothing."""
        self._patient = 0
        self.commands = 0
        self.groups = 0
        self.finished = 0
        self.lane_seconds = Histogram()
        self.spans: Spans = UNTRACED

    async def run(self) -> None:
        """Dispatch until cancelled."""
        while True:
            await self._executing.room()
            group = await self._lanes.take(self._settings.group_commands, self._settings.group_bytes)
            self._note_waits(group)
            for taken in group:
                if taken.lane.kind in ASIDE:
                    self._start(self._aside(taken), len(taken.works))
            group = [taken for taken in group if taken.lane.kind not in ASIDE]
            if group:
                commands = sum(len(taken.works) for taken in group)
                patient = group[0].patient
                self._begin(commands, patient=patient)
                self._start(self._group(group, commands, patient=patient), commands)

    def _note_waits(self, group: Iterable[Taken]) -> None:
        now, observe = perf_counter(), self.lane_seconds.observe
        for taken in group:
            for work in taken.works:
                if not work.of_job:
                    observe(now - work.since)
            self.spans.waited(taken.works)

    def _start(self, running: Coroutine[None, None, None], commands: int) -> None:
        self.groups += 1
        self.commands += commands
        task = asyncio.create_task(running)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self.watch)

    async def finish(self) -> None:
        """Wait for the groups that are under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, commands: int, *, patient: bool) -> None:
        if not patient:
            self._executing.begin(commands)
            return
        self._patient += 1
        if self._patient >= (1 if self._lanes.polite else self._settings.groups_at_once):
            self._lanes.hold()

    def _end(self, commands: int, began: float, *, patient: bool) -> None:
        loop = asyncio.get_running_loop()
        if not patient:
            self._executing.end(commands)
            loop.call_soon(self._rest)  # after what it has to send is on its way
            return
        self._patient -= 1
        if self._lanes.polite:
            loop.call_later((loop.time() - began) * YIELDING, self._lanes.admit)
            collect_at_leisure()
        else:
            self._lanes.admit()

    def _rest(self) -> None:
        """Make use of a moment in which nobody waits."""
        if self._executing.nothing and not len(self._lanes):
            collect_at_leisure()

    async def _group(self, group: list[Taken], commands: int, *, patient: bool) -> None:
        began = asyncio.get_running_loop().time()
        try:
            completion = await self._execute_and_begin(group, self._watermark.start())
        finally:
            self._end(commands, began, patient=patient)
        await completion
        self.finished += commands

    async def _aside(self, taken: Taken) -> None:
        """Execute a lane's commands beside the groups: commands about single carts must not wait for it."""
        async with self._searching.place(taken.lane):
            completion = await self._execute_and_begin([taken], self._watermark.start())
        await completion
        self.finished += len(taken.works)

    async def _execute_and_begin(self, group: list[Taken], stamp: CommitStamp) -> Awaitable[None]:
        try:
            inherited, answers = await self._persistently(group, stamp)
            completion = await self._completion.begin(inherited, answers)
            return self._settled(completion, stamp)
        except Exception as error:  # noqa: BLE001 (what can't be completed comes back; it must not stop the others)
            if not isinstance(error, StorageUnavailable):
                _log.exception("group_failed", group=stamp.group)
            self._watermark.abandon(stamp)
            return await self._completion.postpone([work for taken in group for work in taken.works])
        finally:
            for taken in group:
                self._lanes.release(taken.lane)

    async def _settled(self, completion: Awaitable[None], stamp: CommitStamp) -> None:
        await completion
        self._watermark.finish(stamp)
        self._executor.published(stamp)

    async def _persistently(self, group: list[Taken], stamp: CommitStamp) -> tuple[list[Entry], list[Answered]]:
        """Execute, trying again in place: the order of a cart's commands holds as long as they stay in their lane."""
        for attempt in range(self._settings.attempts_in_place - 1):
            try:
                return await self._executor.run(group, stamp)
            except StorageUnavailable as error:
                _log.warning("storage_unavailable", error=str(error), attempt=attempt + 1)
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        return await self._executor.run(group, stamp)


class _Executing:
    """What is being executed: so many groups, or as many as there are while they hold few commands in all."""

    def __init__(self, groups: int) -> None:
        self._limit = groups
        self._groups = 0
        self._commands = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def nothing(self) -> bool:
        """Whether no group is being executed."""
        return not self._groups

    async def room(self) -> None:
        """Wait until another group may begin."""
        await self._room.wait()

    def begin(self, commands: int) -> None:
        """Note a group of so many commands."""
        self._count(1, commands)

    def end(self, commands: int) -> None:
        """Note its end."""
        self._count(-1, -commands)

    def _count(self, groups: int, commands: int) -> None:
        self._groups += groups
        self._commands += commands
        if self._groups < self._limit or self._commands < FEW_COMMANDS:
            self._room.set()
        else:
            self._room.clear()
