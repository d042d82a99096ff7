"""The commits that are not settled yet, and how old the oldest is."""

from itertools import count
from time import perf_counter


class Unsettled:
    """Notes when each commit became known, until it is published, journaled and acknowledged."""

    def __init__(self) -> None:
        self._numbers = count()
        self._since: dict[int, float] = {}

    def begin(self) -> int:
        """Note a commit; return its number."""
        number = next(self._numbers)
        self._since[number] = perf_counter()
        return number

    def end(self, number: int) -> None:
        """Forget it."""
        del self._since[number]

    @property
    def age(self) -> float:
        """How many seconds ago the oldest one was noted; 0 if there is none. Any thread may ask."""
        return perf_counter() - min(list(self._since.values()), default=perf_counter())
