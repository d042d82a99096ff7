"""Which groups are settled: everything that they committed is published, journaled and acknowledged.

A run's groups settle out of order; its watermark is the last one before the first that has not. Every run records its
watermark, so that a worker that loads a cart knows whether its outbox still has to be published.

Runs accumulate, so a worker reads only those that are open or were closed within the last `CLOSED_KNOWN`. Any other run
was closed before that, with everything that it had committed settled; or it started after the last read, and then its
commits are newer. So an outbox of an unknown run is settled if its last entry is older than `CLOSED_KNOWN`
(decision 6).
"""

import heapq
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from storage.records import CommitStamp, Run, StoredCart

CLOSED_KNOWN = timedelta(hours=1)
"""How long a closed run is known. Clocks of workers must differ by far less."""


class Watermark:
    """Numbers this run's groups from 1, keeps its watermark, and knows those that other runs have recorded."""

    def __init__(self, run: str) -> None:
        self.run = run
        self._watermark = 0
        self._abandoned: set[int] = set()
        self._started = 0
        self._done: list[int] = []
        self._others: dict[str, Run] = {}
        self._others_closed_since = datetime.min.replace(tzinfo=UTC)

    def start(self) -> CommitStamp:
        """The stamp of the next group."""
        self._started += 1
        return CommitStamp(self.run, self._started)

    def finish(self, stamp: CommitStamp) -> None:
        """Note a group of this run as settled."""
        heapq.heappush(self._done, stamp.group)
        while self._done and self._done[0] == self._watermark + 1:
            self._watermark = heapq.heappop(self._done)

    def abandon(self, stamp: CommitStamp) -> None:
        """Mark a group whose commit outcome is unknown; the sweeper publishes what was committed."""
        self._abandoned.add(stamp.group)
        self.finish(stamp)

    def recover(self, groups: Iterable[int]) -> None:
        """Note that the sweeper has found and settled what was committed of abandoned groups."""
        self._abandoned.difference_update(groups)

    @property
    def abandoned(self) -> int:
        """How many groups the sweeper has to look for."""
        return len(self._abandoned)

    def learn(self, runs: Iterable[Run], closed_since: datetime) -> None:
        """Take in what the other runs have recorded: all that are open, or were closed since that time."""
        self._others = {run.id: run for run in runs if run.id != self.run}
        self._others_closed_since = closed_since

    def is_under_way(self, stamp: CommitStamp) -> bool:
        """Whether this run made the commit, and completes it itself."""
        return stamp.run == self.run and stamp.group not in self._abandoned

    def is_settled(self, stamp: CommitStamp) -> bool:
        """Whether everything up to this commit is known to be settled."""
        if stamp.run == self.run:
            return stamp.group <= self._watermark and stamp.group not in self._abandoned
        run = self._others.get(stamp.run)
        return run is not None and stamp.group <= run.settled and stamp.group not in run.abandoned

    def has_settled_outbox(self, stored: StoredCart) -> bool:
        """Whether nothing of a cart's outbox is left to be published, as far as this run knows."""
        return not stored.outbox or self.is_settled(stored.stamp) or self._is_of_forgotten_run(stored)

    def _is_of_forgotten_run(self, stored: StoredCart) -> bool:
        """The last entry has the commit's time; the cart's own time is older if the commit left it unchanged."""
        run = stored.stamp.run
        known = run == self.run or run in self._others
        return not known and stored.outbox[-1].at < self._others_closed_since

    @property
    def complete(self) -> bool:
        """Whether every group that was started is settled."""
        return self._watermark == self._started and not self._abandoned

    def record(self, at: datetime, *, closed: bool = False, partitions: Iterable[int] = ()) -> Run:
        """This run as it is to be recorded."""
        return Run(self.run, self._watermark, tuple(sorted(self._abandoned)), at, closed, tuple(sorted(partitions)))
