"""How many bytes of commands a worker holds: above a limit it stops reading, and goes on when half of them are done."""

from collections.abc import Callable


class Volume:
    """Counts bytes: `on_full` is called on every addition beyond `limit`, `on_room` on removals below half of it."""

    def __init__(
        self,
        limit: int = 2**63,
        on_full: Callable[[], None] = lambda: None,
        on_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._limit = limit
        self._on_full = on_full
        self._on_room = on_room
        self._size = 0

    def add(self, size: int) -> None:
        """Count bytes that have come."""
        self._size += size
        if self._size > self._limit:
            self._on_full()

    def remove(self, size: int) -> None:
        """Count bytes that are gone."""
        self._size -= size
        if self._size < self._limit // 2:
            self._on_room()
