"""Acknowledgements for one opening of one channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

WriteAcks = Callable[[int | None, Sequence[int]], None]
"""Acknowledges everything up to a tag, if one is given, and then each of these tags."""


class Link:
    """A link is one opening of a channel. Delivery tags are valid only on it, so each delivery keeps its link.

    When the channel or connection is lost, its link is closed: unacknowledged deliveries come again on the next one,
    and acknowledging them through the old one would make the broker close the channel.
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
        """How many deliveries are not acknowledged yet."""
        return len(self._unacknowledged)

    def hold(self) -> None:
        """Hold acknowledgements back: the prefetch window fills, and the broker sends no more."""
        if self._held is None:
            self._held = []

    def release(self) -> None:
        """Send the acknowledgements that were held back."""
        held, self._held = self._held, None
        self.acknowledge(held or ())

    def acknowledge(self, tags: Iterable[int], /) -> None:
        """Acknowledge these deliveries at once; those already settled are left out.

        One cumulative frame covers everything older than the oldest unfinished delivery. Each later tag gets a frame
        of its own, because a cumulative one would acknowledge unfinished work.
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
