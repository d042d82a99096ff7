"""The sweeper: settles what no redelivery will, because the worker that committed it is gone or gave up."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from storage.ports import Store
from storage.records import CartKey, CommitStamp, Run, StorageUnavailable
from workers.clock import Clock
from workers.settle.completion import Completion
from workers.settle.watermark import CLOSED_KNOWN, Watermark

CARTS_AT_ONCE = 500
ENTRIES_AT_ONCE = 1000
"""Their events are far fewer messages than a publisher holds."""
Sweep = Callable[[], Awaitable[object]]
"""Settles what was left over. Raises `StorageUnavailable`."""

_log = structlog.get_logger(__name__)


class Sweeper:
    """Runs the sweeps of a worker, one after the other."""

    def __init__(self, sweeps: Sequence[Sweep]) -> None:
        self._sweeps = sweeps

    async def sweep(self) -> None:
        """Settle what is left over, each as far as it goes. Raises `StorageUnavailable`."""
        for sweep in self._sweeps:
            try:
                await sweep()
            except StorageUnavailable:
                raise
            except Exception:  # noqa: BLE001 (one that fails must not keep the others from running)
                _log.exception("sweep_failed", sweep=sweep.__qualname__)


class CartSweep:
    """Looks after runs that were not seen for `grace` seconds, and after this run's own abandoned groups."""

    def __init__(self, store: Store, completion: Completion, watermark: Watermark, grace: float, clock: Clock) -> None:
        self._store = store
        self._completion = completion
        self._watermark = watermark
        self._grace = timedelta(seconds=grace)
        self._clock = clock
        self._abandoned: dict[int, datetime] = {}
        """This run's abandoned groups, and when each was first looked for."""
        self._told: set[tuple[CartKey, CommitStamp]] = set()
        """What was found of them."""

    async def sweep(self) -> int:
        """Settle what is left over; return the number of carts. Raises `StorageUnavailable`."""
        known_since = self._clock() - CLOSED_KNOWN
        runs = await self._store.runs.current(known_since)
        self._watermark.learn(runs, known_since)
        return await self._sweep_own() + await self._sweep_dead(runs)

    async def _sweep_own(self) -> int:
        """Look for what abandoned groups have written, for a while: the server may get to a write late."""
        now = self._clock()
        own = self._watermark.record(now)
        self._abandoned = {group: self._abandoned.get(group, now) for group in own.abandoned}
        if not own.abandoned:
            self._told.clear()
            return 0
        await self._store.runs.caught_up()
        carts = 0
        for group in own.abandoned:
            carts += await self._finish(replace(own, settled=2**62, abandoned=(group,)), self._told)
        self._watermark.recover([group for group, since in self._abandoned.items() if since <= now - self._grace])
        return carts

    async def _sweep_dead(self, runs: Iterable[Run]) -> int:
        carts = 0
        for run in runs:
            if not run.closed and run.id != self._watermark.run and run.seen_at < self._clock() - self._grace:
                carts += await self._finish(run, set())
                await self._store.runs.record(replace(run, closed=True, seen_at=self._clock()))
        return carts

    async def _finish(self, run: Run, told: set[tuple[CartKey, CommitStamp]]) -> int:
        """Publish and journal the outboxes of a run's unsettled carts that are not told, one page after the other."""
        before = len(told)
        while True:
            # However late a run committed before it died: it is closed after this, and nobody looks again.
            found = await self._store.carts.unpublished(run, self._clock() + self._grace, CARTS_AT_ONCE)
            carts = [each for each in found if (each.key, each.stamp) not in told]
            if not carts:
                return len(told) - before
            told.update((each.key, each.stamp) for each in carts)
            entries = [entry for each in carts for entry in each.outbox]
            for first in range(0, len(entries), ENTRIES_AT_ONCE):
                await (await self._completion.begin(entries[first : first + ENTRIES_AT_ONCE], ()))
            _log.info("swept", run=run.id, carts=len(carts), entries=len(entries))
            run = replace(run, settled=max(run.settled, max(each.stamp.group for each in carts) - 1))
