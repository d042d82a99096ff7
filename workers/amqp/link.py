"""Settling deliveries: acknowledgements for one opening of one channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

WriteAcks = Callable[[int | None, Sequence[int]], None]
"""Acknowledges everything up to a tag, if one is given, and then each of these tags."""


class Link:
    """One opening of a channel. Delivery tags mean something on it alone, so each delivery keeps its link.

    After a channel or connection was lost its link is closed: what was unacknowledged comes again on the next one, and
    an acknowledgement through the old one would be answered by the broker with the end of the channel.
    """

    __slots__ = ("_held", "_oldest", "_unacknowledged", "_write", "open")

    def __init__(self, write: WriteAcks) -> None:
        self._write = write
        self._unacknowledged: set[int] = set()
        self._oldest = 1
        self._held: list[int] | None = None
        self.open = True

    def delivered(self, tag: int) -> None:
        """Note a delivery as unacknowledged. Tags of a channel count up from 1."""
        self._unacknowledged.add(tag)

    @property
    def unacknowledged(self) -> int:
        """How many deliveries still have to be settled."""
        return len(self._unacknowledged)

    def hold(self) -> None:
        """Keep acknowledgements back, so that the broker, its prefetch window full, sends no more."""
        self._held = []

    def release(self) -> None:
        """Send the acknowledgements that were kept back."""
        held, self._held = self._held, None
        self.acknowledge(held or ())

    def acknowledge(self, tags: Iterable[int], /) -> None:
        """Acknowledge these deliveries at once; those already settled are left out.

        Everything older than the oldest delivery still being worked on is covered by one cumulative frame; a tag
        beyond it gets a frame of its own, for a cumulative one would acknowledge unfinished work.
        """
        if self._held is not None:
            self._held.extend(tags)
            return
        settled = sorted(self._unacknowledged.intersection(tags))
        if not settled or not self.open:
            return
        self._unacknowledged.difference_update(settled)
        while self._oldest <= settled[-1] and self._oldest not in self._unacknowledged:
            self._oldest += 1
        covered = [tag for tag in settled if tag < self._oldest]
        self._write(covered[-1] if covered else None, settled[len(covered) :])
