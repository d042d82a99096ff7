"""Settling deliveries: acknowledgements for one opening of one channel."""

from __future__ import annotations

from collections.abc import Iterable

from workers.amqp.encoding import ack_frames
from workers.amqp.messages import Delivery
from workers.amqp.tap import Tap


class Link:
    """One opening of a channel. Delivery tags mean something on it alone, so each delivery keeps its link.

    After a channel or connection was lost its link is closed: what was unsettled comes again on the next one, and
    an acknowledgement through the old one would be answered by the broker with the end of the channel.
    """

    __slots__ = ("_channel", "_held", "_oldest", "_tap", "_unsettled", "open")

    def __init__(self, tap: Tap, channel: int) -> None:
        self._tap = tap
        self._channel = channel
        self._unsettled: set[int] = set()
        self._oldest = 1
        self._held: list[int] | None = None
        self.open = True

    def delivered(self, tag: int) -> None:
        """Note a delivery as unsettled. Tags of a channel count up from 1."""
        self._unsettled.add(tag)

    @property
    def idle(self) -> bool:
        """Whether nothing that it delivered still has to be settled."""
        return not self._unsettled

    @property
    def unsettled(self) -> int:
        """How many deliveries still have to be settled."""
        return len(self._unsettled)

    def hold(self) -> None:
        """Keep acknowledgements back, so that the broker, its prefetch window full, sends no more."""
        self._held = []

    def release(self) -> None:
        """Send the acknowledgements that were kept back."""
        held, self._held = self._held, None
        self.acknowledge(held or ())

    def acknowledge(self, tags: Iterable[int]) -> None:
        """Acknowledge these deliveries in one socket write; those already settled are left out.

        Everything older than the oldest delivery still being worked on is covered by one cumulative frame; a tag
        beyond it gets a frame of its own, for a cumulative one would acknowledge unfinished work.
        """
        if self._held is not None:
            self._held.extend(tags)
            return
        settled = sorted(self._unsettled.intersection(tags))
        if not settled or not self.open:
            return
        self._unsettled.difference_update(settled)
        while self._oldest <= settled[-1] and self._oldest not in self._unsettled:
            self._oldest += 1
        covered = [tag for tag in settled if tag < self._oldest]
        self._tap.write(ack_frames(self._channel, covered[-1] if covered else None, settled[len(covered) :]))


def settle(deliveries: Iterable[Delivery]) -> None:
    """Acknowledge deliveries of any channels, all frames of a channel in one write.

    Deliveries whose channel is gone are passed over: the broker has put them back and sends them again.
    """
    tags: dict[Link, list[int]] = {}
    for delivery in deliveries:
        tags.setdefault(delivery.link, []).append(delivery.delivery_tag)
    for link, of_link in tags.items():
        link.acknowledge(of_link)
