"""Lanes: one first-in-first-out queue per cart. A lane is worked on by one group at a time; lanes run side by side.
Only a catalog command has those behind it wait: they must see what it sets.

There are two classes. A lane with an interactive command is interactive; one with nothing but a job's commands waits
until no interactive lane is ready. In each class the tenants take turns.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from workers.consume.catalog_gate import CatalogGate
from workers.consume.turns import Turns
from workers.consume.volume import Volume
from workers.consume.work import CATALOG, SEARCH, LaneKey, Work

LATELY = 1.0
"""For so many seconds after a command that should not wait, others leave room for the next one."""
MANY = 64
"""So many waiting commands are a backlog; a tenant without any should not wait for those of others."""
TURN = 4
"""Commands of one turn, times the tenant's weight, while tenants without a backlog are calling."""
BATCH_COMMANDS = 100
POLITE_BATCH_COMMANDS = 8
"""Commands of a job in one group: while nobody else is calling, and while somebody is."""
BATCH_EVERY = 0.5
"""A job gets a group this often, in seconds, even if interactive commands are always ready."""
PATIENT_EVERY = 0.05
"""Patient commands get a group this often, in seconds, even if others are always being worked on."""


@dataclass(slots=True)
class _Lane:
    waiting: deque[Work] = field(default_factory=deque)
    interactive: int = 0
    """How many of them are interactive."""
    busy: bool = False
    under_way: bool = False
    """Whether commands were taken from it that are not patient."""
    taken: int = 0
    """How many commands are being worked on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Commands taken from one lane at once, in order; the lane stays closed until it is released.

    `patient`: they are of a job or of a backlog, and others should not have to wait for them.
    """

    lane: LaneKey
    works: list[Work]
    patient: bool = False


class Lanes:
    """All commands that wait in a worker to be executed.

    `volume` counts the bytes of the interactive ones: jobs bound how much they put in themselves, and pausing the
    broker would not make them slower. `weights` are those of tenants whose turns hold more than others' do.
    """

    def __init__(
        self,
        volume: Volume | None = None,
        weights: Mapping[str, int] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on_room: Callable[[str], None] = lambda _: None
        """Called when fewer commands of a tenant count as waiting."""
        self._volume = volume or Volume()
        self._clock = clock
        self._lanes: dict[LaneKey, _Lane] = {}
        self._interactive = Turns(weights or {})
        self._batch = Turns(weights or {})
        self._gate = CatalogGate()
        self._of_tenants: Counter[str] = Counter()
        self._waiting = 0
        self._batch_waiting = 0
        self._under_way = 0
        self._called_until = self._fair_until = self._batch_taken_at = self._patient_taken_at = -1.0
        self._holding = False
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, work: Work) -> None:
        """Queue a command behind the others of its lane, and behind its tenant's catalog commands."""
        self._idle.clear()
        if work.of_job:
            self._batch_taken_at = self._batch_taken_at if self._batch_waiting else self._clock()
            self._batch_waiting += 1
            self._queue(work, work.lane)
            return
        key = work.lane
        self._note_call(key.tenant)
        self._count(key.tenant, 1)
        self._volume.add(work.size)
        if key.kind == CATALOG:
            self._gate.note(key.tenant)
        elif self._gate.holds(work):
            return
        self._queue(work, key)

    def _queue(self, work: Work, key: LaneKey) -> None:
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting.append(work)
        lane.interactive += not work.of_job
        if not lane.busy:
            self._make_ready(key, lane)

    def _pass_gate(self, tenant: str, count: int) -> None:
        for work in self._gate.ended(tenant, count):
            self._queue(work, work.lane)

    async def take(self, commands: int, size: int) -> list[Taken]:
        """Wait until a lane is ready, then take what is ready: up to `commands` commands and `size` body bytes.

        At least one command is taken, however large. Commands of jobs come alone. So do the first commands of tenants
        without a backlog while others have one: small groups are answered soon.
        """
        while not (group := self._take(commands, size)):
            self._wake.clear()
            if self._batch or self._interactive:
                asyncio.get_running_loop().call_later(PATIENT_EVERY, self._wake.set)
            await self._wake.wait()
        for tenant in {each.lane.tenant for each in group}:
            self.on_room(tenant)
        return group

    def hold(self) -> None:
        """Keep patient commands back, while anybody is calling, until `admit`."""
        self._holding = True

    def admit(self) -> None:
        """Give patient commands again."""
        self._holding = False
        self._wake.set()

    @property
    def polite(self) -> bool:
        """Whether somebody is calling, or was lately, who should not have to wait for a job or another's backlog."""
        now = self._clock()
        return now < self._fair_until or (self._batch_waiting > 0 and self._called(now))

    def _called(self, now: float) -> bool:
        return self._under_way > 0 or bool(self._interactive) or now < self._called_until

    def be_brief(self, seconds: float) -> None:
        """Have small groups of those with a backlog for a while."""
        self._fair_until = max(self._fair_until, self._clock() + seconds)

    def _take(self, commands: int, size: int) -> list[Taken]:
        now = self._clock()
        patient = not self._holding and (not self._under_way or now >= self._patient_taken_at + PATIENT_EVERY)
        if self._batch and patient and (not self._interactive or now >= self._batch_taken_at + BATCH_EVERY):
            self._batch_taken_at = self._patient_taken_at = now
            most = POLITE_BATCH_COMMANDS if self._called(now) else BATCH_COMMANDS
            return self._gather(self._batch, min(commands, most), size, patient=True)
        if not self._interactive:
            return []
        if now >= self._fair_until:
            return self._gather(self._interactive, commands, size)
        if self._interactive.fresh:
            return self._gather(self._interactive, commands, size, TURN)
        if not patient:
            return []
        self._patient_taken_at = now
        return self._gather(self._interactive, commands, size, TURN, patient=True)

    def _gather(
        self, turns: Turns, commands: int, size: int, quantum: int | None = None, *, patient: bool = False
    ) -> list[Taken]:
        """Take from the lanes in turn; with a `quantum`, fresh tenants alone or else one turn of each tenant."""
        once, fresh, done = quantum is not None, turns.fresh, set[str]()
        quantum = quantum or max(TURN, commands // max(1, turns.tenants))
        group: list[Taken] = []
        while commands > 0 and (size > 0 or not group) and (turn := turns.next(quantum, done)):
            key, credit = turn
            works = self._from(key, min(commands, credit), size, alone=not group, patient=patient)
            commands -= len(works)
            size -= sum(work.size for work in works)
            group.append(Taken(key, works, patient))
            if turns.charge(key.tenant, len(works), quantum) and once:
                done.add(key.tenant)
                if fresh and not turns.fresh:
                    break
        self._volume.remove(_counted(work for each in group for work in each.works))
        return group

    def _from(self, key: LaneKey, most: int, size: int, *, alone: bool, patient: bool) -> list[Work]:
        """Take the first commands of a lane, and close it. A job's that come after the last interactive one stay."""
        lane = self._lanes[key]
        of_jobs = not lane.interactive
        works: list[Work] = []
        while lane.waiting and len(works) < most and (size > 0 or (alone and not works)):
            if not of_jobs and not lane.interactive:
                break
            work = lane.waiting.popleft()
            works.append(work)
            size -= work.size
            self._forget(lane, work)
        if key.kind == SEARCH:
            self._count(key.tenant, 1)
        lane.busy, lane.taken = True, len(works)
        lane.under_way = not patient
        self._under_way += lane.under_way
        return works

    def release(self, key: LaneKey) -> None:
        """Open a lane again."""
        lane = self._lanes[key]
        lane.busy = False
        self._under_way -= lane.under_way
        lane.under_way = False
        if not self._under_way:
            self._wake.set()
        if key.kind == SEARCH:
            self._count(key.tenant, -1)
        elif key.kind == CATALOG:
            self._pass_gate(key.tenant, lane.taken)
        if lane.waiting:
            self._make_ready(key, lane)
        else:
            self._remove(key)
        if key.kind == SEARCH:
            self.on_room(key.tenant)

    def _make_ready(self, key: LaneKey, lane: _Lane) -> None:
        if lane.interactive:
            self._batch.discard(key)
            self._interactive.add(key)
        else:
            self._batch.add(key)
        self._wake.set()

    def _note_call(self, tenant: str) -> None:
        """Note that an interactive command has come; whoever has no other waiting should not wait for backlogs."""
        self._called_until = self._clock() + LATELY
        if not self._of_tenants[tenant] and self._waiting >= MANY:
            self._fair_until = self._called_until

    def _count(self, tenant: str, change: int) -> None:
        self._waiting += change
        self._of_tenants[tenant] += change
        if not self._of_tenants[tenant]:
            del self._of_tenants[tenant]

    def _forget(self, lane: _Lane, work: Work) -> None:
        """A command does not wait any more."""
        if work.of_job:
            self._batch_waiting -= 1
        else:
            lane.interactive -= 1
            self._count(work.command.tenant, -1)

    def _remove(self, key: LaneKey) -> None:
        del self._lanes[key]
        if not self._lanes:
            self._idle.set()

    def withdraw(self, unwanted: Callable[[Work], bool]) -> int:
        """Remove unwanted commands that wait; return how many. Commands in work are left alone."""
        held = self._gate.withdraw(unwanted)
        for work in held:
            self._count(work.command.tenant, -1)
        self._volume.remove(_counted(held))
        removed = len(held)
        for key, lane in list(self._lanes.items()):
            kept = deque(work for work in lane.waiting if not unwanted(work))
            if len(kept) == len(lane.waiting):
                continue
            gone = [work for work in lane.waiting if unwanted(work)]
            removed += len(lane.waiting) - len(kept)
            lane.waiting = kept
            for work in gone:
                self._forget(lane, work)
            self._volume.remove(_counted(gone))
            if key.kind == CATALOG:
                self._pass_gate(key.tenant, len(gone))
            if lane.busy:
                continue
            self._interactive.discard(key)
            self._batch.discard(key)
            if kept:
                self._make_ready(key, lane)
            else:
                self._remove(key)
        return removed

    async def idle(self) -> None:
        """Wait until nothing is waiting or being worked on."""
        await self._idle.wait()

    def of_tenant(self, tenant: str) -> int:
        """A tenant's interactive commands that wait, and its searches under way: they wait for each other elsewhere."""
        return self._of_tenants[tenant]

    @property
    def batch_waiting(self) -> int:
        """Commands of jobs that wait."""
        return self._batch_waiting

    def __len__(self) -> int:
        """Interactive commands that wait, and searches under way."""
        return self._waiting


def _counted(works: Iterable[Work]) -> int:
    """The bytes of those that are not of jobs."""
    return sum(work.size for work in works if not work.of_job)
