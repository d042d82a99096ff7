"""Sweeps of a worker that lives later than the others, on the same store."""

from datetime import timedelta

from storage.ports import Store
from workers.clock import now
from workers.settle.archiving import ArchiveSweep
from workers.settle.watermark import Watermark


def later_watermark(days: float) -> Watermark:
    """A watermark that knows of no run any more: all were closed long ago, with everything settled."""
    watermark = Watermark("sweeper")
    watermark.learn([], now() + timedelta(days=days))
    return watermark


def archive_sweep(store: Store, days: int = 30, later: float = 31) -> ArchiveSweep:
    """A sweep that keeps the history of so many days, and runs so many days later."""
    return ArchiveSweep(store, later_watermark(later), days, lambda: now() + timedelta(days=later))
