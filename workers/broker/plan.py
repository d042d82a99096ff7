"""The plan: which topology a worker goes by, and whether it may still declare where commands go.

The number of partitions is stored in the database, as a layout. A worker that has not confirmed its layout for a few
seconds (because the database is down, or the process was stopped) must not bind queues: the number may be changing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from math import inf

from storage.layout import Layout
from workers.broker.topology import Topology
from workers.settings import Settings

FRESH_SECONDS = 3.0
"""So long after a layout was confirmed its bindings may be declared. A change of the layout waits longer for workers
that are silent: `GONE` in `mover`."""


def loop_time() -> float:
    """Seconds, by the clock of the event loop."""
    return asyncio.get_running_loop().time()


class Plan:
    """The topology of now. Whoever declares it holds it, so that it is not replaced meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self.topology = Topology(settings)
        self._holding = asyncio.Lock()
        self._confirmed = -inf

    @property
    def revision(self) -> int:
        """The revision of the layout; 0 before there is one."""
        return self.topology.layout.revision if self.topology.layout is not None else 0

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Topology]:
        """The topology to declare: without the ways to partitions, unless the layout was confirmed lately."""
        async with self._holding:
            yield replace(self.topology, routed=self.is_fresh())

    def is_fresh(self) -> bool:
        """Whether the layout was confirmed lately."""
        return loop_time() - self._confirmed < FRESH_SECONDS

    async def adopt(self, layout: Layout) -> None:
        """Go by another layout, once nobody declares the former one any more."""
        async with self._holding:
            self.topology = replace(self.topology, layout=layout)
            self._confirmed = -inf

    def confirm(self, at: float) -> None:
        """Everybody could know at that time by which layout we go, and afterwards it was still the stored one."""
        self._confirmed = at
