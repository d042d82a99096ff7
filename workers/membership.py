"""One worker among others: it says that it lives and how far it is, and goes by the layout of partitions they share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from storage.layout import Layout
from storage.ports import Store
from storage.records import ALIVE, Run
from workers.amqp.answering import LOST, answering
from workers.broker.establishing import established, reconciled, report_difference
from workers.broker.mover import Mover
from workers.broker.plan import Plan, loop_time
from workers.broker.session import ANSWER_SECONDS
from workers.broker.sessions import Sessions
from workers.clock import SharedClock
from workers.metrics.pulse import Pulse
from workers.settings import Settings
from workers.settle.watermark import CLOSED_KNOWN, Watermark
from workers.watchdog import Vitals

STANDBY = "a standby takes over if an owner ends, and helps with jobs; cart partitions set N has more workers at work"
CHANGING_SECONDS = 0.2
"""The pause between heartbeats while the number of partitions changes, if it is not shorter anyway."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Membership:
    """What a worker knows of the others, and they of it, by the records of their runs and the stored layout.

    `vitals` tells what is recorded of its progress.
    """

    run_id: str
    settings: Settings
    amqp_url: str
    store: Store
    plan: Plan
    sessions: Sessions
    watermark: Watermark
    vitals: Callable[[], Vitals]
    clock: SharedClock
    pulse: Pulse = field(init=False)
    _mover: Mover = field(init=False)
    _runs: list[Run] = field(default_factory=list)
    _stored: Layout | None = None
    _adopted: int = 0
    """The revision of the layout that we go by, in what we consume too."""
    _standby: bool = False

    def __post_init__(self) -> None:
        """Make what it needs of its own."""
        self.pulse = Pulse(self.settings.heartbeat_interval)
        self._mover = Mover(self.store.layouts, self.store.runs, self.settings.prefix)

    @property
    def live(self) -> int:
        """How many workers there are: this one, and those that were seen lately."""
        since = self.clock() - ALIVE
        return len({each.id for each in self._runs if each.lives(since)} | {self.run_id})

    async def join(self) -> None:
        """Adopt the stored layout of partitions in a way that nobody misses who changes it."""
        layouts = self.store.layouts
        stored = await established(self.amqp_url, self.settings, layouts)
        self._stored = await reconciled(self.amqp_url, self.settings, layouts, stored)
        report_difference(self.settings, self._stored)
        while self._stored.revision != self._adopted:
            await self.plan.adopt(self._stored)
            self._adopted = self._stored.revision
            await self.heartbeat()

    async def heartbeat(self) -> None:
        """Record that this worker lives, and learn what the others have recorded, and which layout is stored."""
        await self._set_clock()
        began, adopted = loop_time(), self._adopted
        run, vitals = self.watermark.record(self.clock(), partitions=self.sessions.owned), self.vitals()
        known_since = self.clock() - CLOSED_KNOWN
        record = replace(run, waiting=vitals.waiting, finished=vitals.finished, layout=adopted)
        with self.pulse.asking():
            await self.store.runs.record(record)
            self._stored = await established(self.amqp_url, self.settings, self.store.layouts)
            if self._stored.revision == adopted == self.plan.revision:
                self.plan.confirm(began)
            self._runs = await self.store.runs.current(known_since)
        self.watermark.learn(self._runs, known_since)

    async def _set_clock(self) -> None:
        asked = self.clock.own()
        with self.pulse.asking():
            told = await self.store.runs.time()
        if self.clock.learn(asked, told, self.clock.own()):
            seconds = round(self.clock.correction.total_seconds(), 3)
            _log.warning("clock_corrected", seconds=seconds, remedy="set the clocks of machines by the network")

    def pause(self) -> float:
        """The seconds from one heartbeat to the next."""
        usual = self.settings.heartbeat_interval
        return usual if self.plan.topology.stable else min(usual, CHANGING_SECONDS)

    async def follow(self) -> None:
        """Go by the layout that is stored; if it is changing, take part in the change."""
        layout = self._stored
        if layout is None:
            return
        if layout.revision != self._adopted:
            await self.sessions.change(layout)
            self._adopted = layout.revision
            _log.info("partitions", number=layout.partitions, phase=layout.phase.value, following=layout.following)
            return
        broker = self.sessions.broker
        if broker is not None:
            try:
                async with answering(ANSWER_SECONDS):
                    await self._mover.step(broker, self.plan.topology, self.clock())
            except LOST as error:
                _log.warning("partitions_change_failed", error=repr(error), phase=layout.phase.value)

    async def balance(self) -> None:
        """Hand over what is more than this worker's share; say so when it becomes a standby, or ceases to be one."""
        await self.sessions.balance(self.run_id, self._runs, self.clock())
        standby = self.sessions.standby
        if standby != self._standby:
            self._standby = standby
            partitions = self.plan.topology.count
            if standby:
                _log.info("standby", workers=self.live, partitions=partitions, remedy=STANDBY)
            else:
                _log.info("standby_ended", partitions=partitions)
