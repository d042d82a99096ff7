"""A histogram that one part of a worker keeps: an addition to two numbers for each observation."""

from bisect import bisect_left
from collections.abc import Sequence

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds for how long a stage of a command takes."""


class Histogram:
    """Counts observations by size. Only the event loop adds; any thread may read."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float, times: int = 1) -> None:
        """Count a value, as often as there are commands that it is true of."""
        self._counts[bisect_left(self._bounds, value)] += times
        self._sum += value * times

    @property
    def sum(self) -> float:
        """All values together."""
        return self._sum

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self._counts)

    def buckets(self) -> list[tuple[str, float]]:
        """Upper bounds as Prometheus writes them, each with the number of values up to it."""
        counted, found = 0, []
        for bound, count in zip((*self._bounds, float("inf")), list(self._counts), strict=True):
            counted += count
            found.append(("+Inf" if bound == float("inf") else repr(bound), float(counted)))
        return found
