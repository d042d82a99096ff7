"""The watchdog: ends a worker that has commands but makes no progress, so that its supervisor restarts it.

It does not look for causes. A lock that is never released, a library that waits forever, a bug of ours: all look the
same from here, something waits and nothing is finished.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

_CHECKS = 10

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a worker has finished since its start, what waits in it, and whether it has a known reason to wait."""

    finished: int
    waiting: int
    explained: bool


class Watchdog:
    """Sets `stalled`, and calls `on_stall`, once something has waited for `seconds` and nothing was finished.

    If the event loop itself stands still, it can't watch either: then `silent_for` grows.
    """

    def __init__(self, seconds: float, read: Callable[[], Vitals], on_stall: Callable[[], None]) -> None:
        self._seconds = seconds
        self._read = read
        self._on_stall = on_stall
        self.stalled = False
        self._looked_at: float | None = None

    @property
    def silent_for(self) -> float:
        """How many seconds ago it last looked; any thread may ask. 0 before it runs."""
        return time.monotonic() - self._looked_at if self._looked_at is not None else 0.0

    async def run(self) -> None:
        """Watch until there is a stall."""
        clock = asyncio.get_running_loop().time
        finished, since = -1, clock()
        while not self.stalled:
            await asyncio.sleep(self._seconds / _CHECKS)
            self._looked_at = time.monotonic()
            seen = self._read()
            if not seen.waiting or seen.explained or seen.finished != finished:
                finished, since = seen.finished, clock()
            elif clock() - since >= self._seconds:
                self.stalled = True
        _log.critical("worker_stalled", seconds=self._seconds, waiting=seen.waiting, finished=seen.finished)
        self._on_stall()
