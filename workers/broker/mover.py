"""Changes the number of partitions, while callers send and workers work. One worker does it, whoever has the lock.

Where it has come to is stored as the phase of the layout. Each phase can be done again from its beginning, so another
worker goes on where one was killed. The lock belongs to the connection over which the broker is asked for everything:
who has lost it can ask for nothing any more, and what it had asked for is done a moment later. Decision 35 says why
the order of each cart's commands holds.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime

import structlog

from storage.layout import Layout, Phase
from storage.ports import Layouts, Runs
from storage.records import ALIVE
from workers.amqp import Broker
from workers.broker.locks import Locks
from workers.broker.partition import RETURN_SECONDS
from workers.broker.plan import loop_time
from workers.broker.routes import Routes
from workers.broker.topology import INTERIM, Topology

GONE = 3 * ALIVE
"""A worker that has not been seen for so long is not waited for; by then it declares nothing any more."""
AGAIN_SECONDS = 1.0
"""So often what a phase declares is declared again, in case somebody deletes it."""
ALL_FOLLOW = frozenset({Phase.PREPARING, Phase.LEFT, Phase.ENTERED})
"""Phases that begin when every live worker goes by them."""

_log = structlog.get_logger(__name__)


class Mover:
    """The part of a worker that changes the number of partitions, if it is the one."""

    def __init__(self, layouts: Layouts, runs: Runs, prefix: str) -> None:
        self._layouts = layouts
        self._runs = runs
        self._prefix = prefix
        self._broker: Broker | None = None
        self._revision = 0
        self._leading = False
        self._held: set[int] = set()
        self._declared_at: float | None = None
        self._still_since: float | None = None
        self._waited_for: frozenset[str] = frozenset()

    async def step(self, broker: Broker, topology: Topology, at: datetime) -> None:
        """Do what can be done now, over the connection of `broker`.

        Raises AMQPError, OSError or StorageUnavailable; then it is tried again.
        """
        layout = topology.layout
        if layout is None:
            return
        routes = Routes(topology, broker.open_channel)
        if broker is not self._broker or layout.revision != self._revision:
            await self._begin(broker, layout, routes)
        if not layout.changing:
            return
        self._leading = await Locks(broker.open_channel).held(topology.mover)
        if not self._leading or (layout.phase in ALL_FOLLOW and await self._behind(layout, at)):
            return
        following = await PHASES[layout.phase](self, layout, routes)
        if following is not None and await self._layouts.write(self._prefix, following):
            await self._let_go(routes)

    async def _begin(self, broker: Broker, layout: Layout, routes: Routes) -> None:
        """Forget what belonged to another phase or connection, and release what is still locked."""
        if broker is self._broker:
            await self._let_go(routes)
            if self._leading and not layout.changing:
                self._leading = False
                await Locks(routes.open_channel).release(routes.topology.mover)
        else:
            self._leading = False
            self._held.clear()
        self._broker, self._revision = broker, layout.revision
        self._declared_at = self._still_since = None
        self._waited_for = frozenset()

    async def _behind(self, layout: Layout, at: datetime) -> bool:
        """Whether live workers do not go by this layout yet. They are read after it was written."""
        runs = await self._runs.current(at)
        behind = frozenset(each.id for each in runs if each.layout < layout.revision and each.lives(at - GONE))
        if behind != self._waited_for:
            self._waited_for = behind
            _log.info("partitions_change_waits", phase=layout.phase.value, workers=sorted(behind))
        return bool(behind)

    async def _prepare(self, layout: Layout, routes: Routes) -> Layout | None:
        await routes.put_switch(layout.partitions)
        return layout.at(Phase.LEAVING)

    async def _leave(self, layout: Layout, routes: Routes) -> Layout | None:
        if self._due():
            await routes.leave_for_interim(layout.partitions)
            self._declared_at = loop_time()
        return layout.at(Phase.LEFT) if await self._empty(routes, range(layout.partitions)) else None

    async def _make_sure_of_old(self, layout: Layout, routes: Routes) -> Layout | None:
        old = range(layout.partitions)
        if not await self._locked(routes, old):
            return None
        return layout.at(Phase.REBUILDING if await routes.are_empty(old) else Phase.LEAVING)

    async def _rebuild(self, layout: Layout, routes: Routes) -> Layout | None:
        # What the broker has received of a mover that is gone may come into effect after its lock is free.
        if not self._a_moment_later():
            return None
        rebuilt = await routes.rebuild(layout.partitions, _new(layout))
        return layout.at(Phase.ENTERING if rebuilt else Phase.LEAVING)

    async def _enter(self, layout: Layout, routes: Routes) -> Layout | None:
        if self._due():
            await routes.enter(_new(layout))
            self._declared_at = loop_time()
        return layout.at(Phase.ENTERED) if await self._empty(routes, [INTERIM]) else None

    async def _make_sure_of_interim(self, layout: Layout, routes: Routes) -> Layout | None:
        if not await self._locked(routes, [INTERIM]):
            return None
        if not await routes.are_empty([INTERIM]):
            return layout.at(Phase.ENTERING)
        await routes.drop_interim()
        return layout.changed()

    def _due(self) -> bool:
        """Whether it is time to declare what the phase declares, or it was never done."""
        return self._declared_at is None or loop_time() - self._declared_at >= AGAIN_SECONDS

    async def _empty(self, routes: Routes, partitions: Sequence[int]) -> bool:
        """Whether nothing waits, a moment after nothing leads there any more."""
        return self._a_moment_later() and not await routes.messages(partitions)

    async def _locked(self, routes: Routes, partitions: Iterable[int]) -> bool:
        """Whether we have the locks of all these partitions: who had them has settled everything, or is gone.

        What the broker requeues of a worker that is gone is there a moment later.
        """
        locks = Locks(routes.open_channel)
        for each in partitions:
            if each not in self._held and await locks.held(routes.topology.owner(each)):
                self._held.add(each)
        return self._held.issuperset(partitions) and self._a_moment_later()

    def _a_moment_later(self) -> bool:
        if self._still_since is None:
            self._still_since = loop_time()
        return loop_time() - self._still_since >= RETURN_SECONDS

    async def _let_go(self, routes: Routes) -> None:
        while self._held:
            await Locks(routes.open_channel).release(routes.topology.owner(self._held.pop()))


def _new(layout: Layout) -> int:
    return layout.partitions if layout.following is None else layout.following


PHASES: Mapping[Phase, Callable[[Mover, Layout, Routes], Awaitable[Layout | None]]] = {
    Phase.PREPARING: Mover._prepare,
    Phase.LEAVING: Mover._leave,
    Phase.LEFT: Mover._make_sure_of_old,
    Phase.REBUILDING: Mover._rebuild,
    Phase.ENTERING: Mover._enter,
    Phase.ENTERED: Mover._make_sure_of_interim,
}
"""What is done in each phase; it returns the next layout once that is done."""
