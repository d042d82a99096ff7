"""Lanes: one first-in-first-out queue per cart. A lane is worked on by one group at a time; lanes run side by side."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from workers.consume.work import LaneKey, Work


@dataclass(slots=True)
class _Lane:
    waiting: deque[Work] = field(default_factory=deque)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Commands taken from one lane at once, in order; the lane stays closed until it is released."""

    lane: LaneKey
    works: list[Work]


class Lanes:
    """All commands that wait in a worker. The consumers' prefetch bounds their number.

    The callbacks bound their size: `on_full` is called on every put beyond `limit` body bytes, `on_room` on every take
    that leaves less than half of it.
    """

    def __init__(
        self,
        limit: int = 2**63,
        on_full: Callable[[], None] = lambda: None,
        on_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._limit = limit
        self._on_full = on_full
        self._on_room = on_room
        self._size = 0
        self._lanes: dict[LaneKey, _Lane] = {}
        self._ready: OrderedDict[LaneKey, None] = OrderedDict()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, work: Work) -> None:
        """Queue a command behind the others of its lane."""
        key = work.lane
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting.append(work)
        self._size += work.size
        if self._size > self._limit:
            self._on_full()
        self._idle.clear()
        if not lane.busy:
            self._ready[key] = None
            self._wake.set()

    async def take(self, commands: int, size: int) -> list[Batch]:
        """Wait until a lane is ready, then take what is ready: up to `commands` commands and `size` body bytes.

        At least one command is taken, however large.
        """
        while not self._ready:
            self._wake.clear()
            await self._wake.wait()
        batches: list[Batch] = []
        room = commands
        while self._ready and room > 0 and (size > 0 or not batches):
            key, _ = self._ready.popitem(last=False)
            lane = self._lanes[key]
            works: list[Work] = []
            while lane.waiting and room > 0 and (size > 0 or not (batches or works)):
                work = lane.waiting.popleft()
                works.append(work)
                room -= 1
                size -= work.size
            lane.busy = True
            batches.append(Batch(key, works))
        self._size -= sum(work.size for batch in batches for work in batch.works)
        if self._size < self._limit // 2:
            self._on_room()
        return batches

    def release(self, key: LaneKey) -> None:
        """Open a lane again."""
        lane = self._lanes[key]
        lane.busy = False
        if lane.waiting:
            self._ready[key] = None
            self._wake.set()
        else:
            self._remove(key)

    def _remove(self, key: LaneKey) -> None:
        del self._lanes[key]
        if not self._lanes:
            self._idle.set()

    def withdraw(self, unwanted: Callable[[Work], bool]) -> int:
        """Remove unwanted commands that wait; return how many. Commands in work are left alone."""
        removed = 0
        for key, lane in list(self._lanes.items()):
            kept = deque(work for work in lane.waiting if not unwanted(work))
            gone = [work for work in lane.waiting if unwanted(work)] if len(kept) < len(lane.waiting) else []
            lane.waiting = kept
            removed += len(gone)
            self._size -= sum(work.size for work in gone)
            if not kept and not lane.busy:
                self._ready.pop(key, None)
                self._remove(key)
        if self._size < self._limit // 2:
            self._on_room()
        return removed

    async def idle(self) -> None:
        """Wait until nothing is waiting or being worked on."""
        await self._idle.wait()

    def __len__(self) -> int:
        """Commands that wait."""
        return sum(len(lane.waiting) for lane in self._lanes.values())
