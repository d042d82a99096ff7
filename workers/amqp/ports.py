"""What the worker needs from AMQP. Two adapters implement it: `tap` (fast) and `plain` (FastStream and aio-pika as is).

Both preserve the order of a queue and of published messages, lose nothing, and say when deliveries come again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiormq.abc import AbstractChannel

from workers.amqp.messages import Delivery, Outcome, Outgoing

OpenChannel = Callable[[], Awaitable[AbstractChannel]]
"""Opens one more channel on a connection, for whoever asks the broker or declares something."""


class PublisherClosed(ConnectionError):  # noqa: N818 - it says what happened, not whose fault it was
    """The publisher was closed, or never connected."""


class PublisherFull(RuntimeError):  # noqa: N818 - it says what happened, not whose fault it was
    """More messages wait for their confirms than the publisher may hold; await `room` before sending."""


class Consumer(Protocol):
    """One queue's consumer, started and stopped with its broker."""

    @property
    def consuming(self) -> bool:
        """Whether the broker is, to our knowledge, sending us this queue's messages."""

    @property
    def unacknowledged(self) -> int:
        """How many deliveries are not acknowledged yet."""

    async def cancel(self) -> None:
        """Stop receiving; the channel stays open, so that received deliveries can still be acknowledged."""

    async def drained(self) -> None:
        """Wait until every delivery is acknowledged."""

    async def resume(self) -> None:
        """Receive again after a cancel, behind others that wait for the queue."""

    async def renew(self) -> None:
        """Receive again after the broker has cancelled us."""


class Broker(Protocol):
    """One connection to the broker, over which queues are consumed."""

    def consumer(
        self,
        queue: str,
        on_delivery: Callable[[Delivery], None],
        *,
        prefetch: int,
        on_lost: Callable[[], None] = lambda: None,
    ) -> Consumer:
        """Subscribe to a queue, which must exist, once the broker starts; at most `prefetch` (> 0) unacknowledged.

        `on_delivery` is called in queue order from the event loop and must neither block nor raise. `on_lost` is
        called when the channel is gone: its unacknowledged deliveries come again, to us or to another worker.
        """

    async def start(self) -> None:
        """Connect, and start all consumers; raises AMQPError or OSError."""

    async def stop(self) -> None:
        """Stop all consumers, and close the connection."""

    async def abandon(self) -> None:
        """End the connection at once, whatever state it is in."""

    def pause(self) -> None:
        """Hand over no more deliveries for now."""

    def resume(self) -> None:
        """Hand over deliveries again."""

    async def open_channel(self) -> AbstractChannel:
        """Open one more channel on the connection; raises ConnectionResetError if there is none."""


class Publisher(Protocol):
    """Publishes persistent messages over its own connection and reports the outcome of each.

    At least once, in the order of the `send` calls, across reconnects too.
    """

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""

    @property
    def reconnects(self) -> int:
        """How often a lost connection was replaced."""

    @property
    def unconfirmed(self) -> int:
        """How many messages wait to be confirmed."""

    @property
    def silent_for(self) -> float:
        """How many seconds messages have waited without any confirm; 0 if none waits."""

    async def connect(self) -> None:
        """Open the connection and keep it open. Raises AMQPError or OSError if it can't be opened."""

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        """Queue messages, in order, and return a future of their outcomes, in the same order.

        The future raises PublisherClosed. Raises at once, with nothing queued: PublisherClosed, PublisherFull, and
        ValueError or struct.error for a message that AMQP cannot carry.
        """

    async def room(self, messages: int) -> None:
        """Wait until this many messages can be sent."""

    async def close(self, patience: float = 10.0) -> None:
        """Wait for the outstanding confirms, `patience` seconds at most, and close the connection."""
