"""Consuming: FastStream subscribes, the tap delivers.

FastStream (and aio-pika under it) declares the queue, sets the prefetch, starts, cancels and restores the consumer.
Its pipeline per message is bypassed: deliveries are read from the connection's tap and handed over synchronously,
in queue order. docs/decisions/0004-publish-path.md says what that saves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count, cycle, islice
from typing import Any, cast

from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker
from yarl import URL

from workers.amqp.answering import LOST, answering
from workers.amqp.consumer import SubscribedConsumer, as_it_is
from workers.amqp.messages import Delivery
from workers.amqp.tap.subscription import Subscription
from workers.amqp.tap.tap import Tap, TapFactory

_HIGHEST_CHANNEL = 1000
"""Subscriptions use the channels from here downwards, all others those above."""
_OWN_CHANNELS = 1000
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


async def _tapped_delivery(body: bytes) -> None:
    raise RuntimeError(f"a delivery of {len(body)} bytes went past the tap")


class TappedBroker(RabbitBroker):
    """A FastStream broker whose connection is tapped. Subscribers made the usual way work as usual."""

    def __init__(self, url: str, on_lost: Callable[[], None] = lambda: None, *, reconnect_after: float = 5.0) -> None:
        """`on_lost` is called when the connection is gone; it is restored after `reconnect_after` seconds."""
        super().__init__(url, logger=None, reconnect_interval=reconnect_after)
        self._switchboard = _Switchboard(on_lost)
        self._tapped: RobustConnection | None = None
        self._channel_numbers = count(_HIGHEST_CHANNEL, -1)
        self._own_numbers = cycle(range(_HIGHEST_CHANNEL + 1, _HIGHEST_CHANNEL + 1 + _OWN_CHANNELS))

    def consumer(
        self,
        queue: str,
        on_delivery: Callable[[Delivery], None],
        *,
        prefetch: int,
        on_lost: Callable[[], None] = lambda: None,
    ) -> SubscribedConsumer:
        """Subscribe to `queue`; an error in `on_delivery` ends the connection."""
        if prefetch < 1:
            raise ValueError("a consumer without a prefetch limit would take the whole queue into memory")
        subscription = Subscription(next(self._channel_numbers), on_delivery, on_lost)
        self._switchboard.subscriptions[subscription.channel] = subscription
        channel = Channel(prefetch_count=prefetch, channel_number=subscription.channel, publisher_confirms=False)
        subscriber = self.subscriber(as_it_is(queue), channel=channel, ack_policy=AckPolicy.MANUAL, no_reply=True)
        subscriber(_tapped_delivery)
        return SubscribedConsumer(subscriber, subscription)

    def pause(self) -> None:
        """Stop reading deliveries for now; heartbeats wait with them, so not for minutes."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.pause_reading()

    def resume(self) -> None:
        """Read deliveries again."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.resume_reading()

    async def open_channel(self) -> AbstractChannel:
        """Open one more channel on the connection; raises ConnectionResetError if there is none."""
        transport = self._tapped.transport if self._tapped is not None else None
        if transport is None:
            raise ConnectionResetError("there is no connection")
        # aiormq takes the number after the highest open one, which may belong to a subscription that has yet to start.
        free = (each for each in islice(self._own_numbers, _OWN_CHANNELS) if each not in transport.connection.channels)
        number = next(free, None)
        if number is None:
            raise ConnectionResetError("every channel of the connection is in use")
        return await transport.connection.channel(number, publisher_confirms=False)

    async def abandon(self) -> None:
        """Cut the connection without a goodbye, whatever state FastStream believes it to be in."""
        if self._switchboard.tap is not None:
            self._switchboard.tap.abort()
        if self._tapped is not None:
            # FastStream's own close waits for a lost connection to come back first.
            with suppress(*LOST):
                async with answering(GOODBYE_SECONDS):
                    await self._tapped.close()

    async def _connect(self) -> RobustConnection:
        self._connection_kwargs["connection_class"] = cast("type[RobustConnection]", self._tapped_connection)
        return await super()._connect()

    def _tapped_connection(self, url: URL, **kwargs: Any) -> RobustConnection:
        self._tapped = _TappedConnection(url, tap_factory=TapFactory(self._switchboard), **kwargs)
        return self._tapped
