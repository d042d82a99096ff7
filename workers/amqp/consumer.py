"""Consuming: FastStream subscribes, the tap delivers.

FastStream (and aio-pika under it) declares the queue, sets the prefetch, starts, cancels and restores the consumer.
Its pipeline per message is passed by: deliveries are read off the connection's tap and handed over synchronously,
in queue order. What that saves is in docs/decisions/0004-publish-path.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, cast

from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from yarl import URL

from workers.amqp.answering import LOST, answering
from workers.amqp.messages import Delivery
from workers.amqp.subscription import Subscription
from workers.amqp.tap import Tap, TapFactory

_HIGHEST_CHANNEL = 1000
_QUIET_SECONDS = 0.25
_POLL_SECONDS = 0.02
GOODBYE_SECONDS = 3.0


class _Switchboard:
    """Hands the frames of each subscription's channel to that subscription."""

    def __init__(self, on_lost: Callable[[], None]) -> None:
        self.subscriptions: dict[int, Subscription] = {}
        self.tap: Tap | None = None
        self._on_lost = on_lost

    def attached(self, tap: Tap) -> None:
        self.tap = tap
        for subscription in self.subscriptions.values():
            subscription.attached(tap)

    def received(self, kind: int, channel: int, payload: bytes) -> bool:
        subscription = self.subscriptions.get(channel)
        return subscription is not None and subscription.received(kind, payload)

    def writable(self) -> None:
        """Acknowledgements are small; the transport buffers them."""

    def lost(self, tap: Tap) -> None:
        for subscription in self.subscriptions.values():
            subscription.lost(tap)
        self._on_lost()


class _TappedConnection(RobustConnection):
    def __init__(self, url: URL, *, tap_factory: TapFactory, **kwargs: Any) -> None:
        super().__init__(url, **kwargs)
        self.kwargs["transport_factory"] = tap_factory


class Consumer:
    """One queue's consumer, started and stopped with its broker."""

    def __init__(self, broker: CartBroker, queue: RabbitQueue, subscription: Subscription, prefetch: int) -> None:
        channel = Channel(prefetch_count=prefetch, channel_number=subscription.channel, publisher_confirms=False)
        self._subscription = subscription
        self._subscriber = broker.subscriber(queue, channel=channel, ack_policy=AckPolicy.MANUAL, no_reply=True)
        self._subscriber(_tapped_delivery)

    @property
    def consuming(self) -> bool:
        """Whether the broker is, to our knowledge, sending us this queue's messages."""
        return self._subscription.consuming

    @property
    def idle(self) -> bool:
        """Whether nothing that was delivered still has to be settled."""
        return self._subscription.idle

    @property
    def unsettled(self) -> int:
        """How many deliveries still have to be settled."""
        return self._subscription.unsettled

    async def resume(self) -> None:
        """Receive again after a cancel, behind whoever else waits for the queue."""
        await self._subscriber.start()

    async def settled(self) -> None:
        """Wait until everything that was delivered is settled."""
        while not self.idle:  # noqa: ASYNC110 (happens once in a while, and takes milliseconds)
            await asyncio.sleep(_POLL_SECONDS)

    async def renew(self) -> None:
        """Receive again after the broker has cancelled us."""
        await self._subscriber.stop()
        await self._subscriber.start()

    async def cancel(self) -> None:
        """Stop receiving; the channel stays open, so that what was received can still be settled.

        Every acknowledgement makes the broker pick the next message, and what it has picked when the cancel reaches it
        comes back as redelivered without ever having been sent. So acknowledgements wait until the cancel is through.
        """
        self._subscription.hold()
        await asyncio.sleep(_QUIET_SECONDS)
        await self._subscriber.stop()
        self._subscription.release()


async def _tapped_delivery(body: bytes) -> None:
    raise RuntimeError(f"a delivery of {len(body)} bytes went past the tap")


class CartBroker(RabbitBroker):
    """A FastStream broker whose connection is tapped. Subscribers made the usual way work as usual."""

    def __init__(self, url: str, on_lost: Callable[[], None] = lambda: None, **kwargs: Any) -> None:
        """``on_lost`` is called when the connection is gone; the rest is FastStream's."""
        super().__init__(url, **kwargs)
        self._switchboard = _Switchboard(on_lost)
        self._tapped: RobustConnection | None = None
        # Counted down, since aiormq numbers its own channels upwards.
        self._channel_numbers = count(_HIGHEST_CHANNEL, -1)

    def consumer(
        self,
        queue: RabbitQueue,
        on_delivery: Callable[[Delivery], None],
        *,
        prefetch: int,
        on_lost: Callable[[], None] = lambda: None,
    ) -> Consumer:
        """Subscribe to ``queue`` once the broker starts; at most ``prefetch`` (> 0) unsettled deliveries.

        ``on_delivery`` is called in queue order from the event loop and must neither block nor raise: an error
        there ends the connection. ``on_lost`` is called when the channel is gone: what it had delivered and was
        not settled comes again, to us or to somebody else.
        """
        if prefetch < 1:
            raise ValueError("a consumer without a prefetch limit would take the whole queue into memory")
        subscription = Subscription(next(self._channel_numbers), on_delivery, on_lost)
        self._switchboard.subscriptions[subscription.channel] = subscription
        return Consumer(self, queue, subscription, prefetch)

    def pause(self) -> None:
        """Take no more deliveries off the connection for now; heartbeats wait with them, so not for minutes."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.pause_reading()

    def resume(self) -> None:
        """Take deliveries again."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.resume_reading()

    async def open_channel(self) -> AbstractChannel:
        """Open one more channel on the connection; raises ConnectionResetError if there is none."""
        transport = self._tapped.transport if self._tapped is not None else None
        if transport is None:
            raise ConnectionResetError("there is no connection")
        return await transport.connection.channel(publisher_confirms=False)

    async def abandon(self) -> None:
        """Cut the connection without a goodbye, whatever state FastStream believes it to be in."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.abort()
        if self._tapped is not None:
            # FastStream's own way waits for a connection to come back before it closes it.
            with suppress(*LOST):
                async with answering(GOODBYE_SECONDS):
                    await self._tapped.close()

    async def _connect(self) -> RobustConnection:
        self._connection_kwargs["connection_class"] = cast("type[RobustConnection]", self._tapped_connection)
        return await super()._connect()

    def _tapped_connection(self, url: URL, **kwargs: Any) -> RobustConnection:
        self._tapped = _TappedConnection(url, tap_factory=TapFactory(self._switchboard), **kwargs)
        return self._tapped
