"""Consuming with an ordinary FastStream subscriber, acknowledging by hand.

What the tap does better: while paused, it reads nothing from the socket; here incoming deliveries wait in memory, at
most the prefetch. The tap delivers messages with unreadable properties; here such a message stays unacknowledged. And
it acknowledges any number of deliveries in one write.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import aiormq
from aio_pika import RobustConnection
from aiormq.abc import AbstractChannel
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitMessage

from workers.amqp.answering import LOST, answering
from workers.amqp.consumer import SubscribedConsumer, as_it_is
from workers.amqp.messages import Delivery
from workers.amqp.plain.inbox import OnDelivery, PlainInbox

_HIGHEST_CHANNEL = 1000
_CONNECT_SECONDS = 5.0
_GOODBYE_SECONDS = 3.0


class PlainBroker:
    """One connection of FastStream's with ordinary subscribers."""

    def __init__(self, url: str, on_lost: Callable[[], None] = lambda: None, *, reconnect_after: float = 5.0) -> None:
        """`on_lost` is called when the connection is gone; it is restored after `reconnect_after` seconds."""
        self._faststream = RabbitBroker(
            url, logger=None, apply_types=False, reconnect_interval=reconnect_after, timeout=_CONNECT_SECONDS
        )
        self._on_lost = on_lost
        self._connection: RobustConnection | None = None
        self._inboxes: list[PlainInbox] = []
        self._channel_numbers = count(_HIGHEST_CHANNEL, -1)
        self._paused = False
        self._waiting: deque[tuple[OnDelivery, Delivery]] = deque()

    def consumer(
        self,
        queue: str,
        on_delivery: OnDelivery,
        *,
        prefetch: int,
        on_lost: Callable[[], None] = lambda: None,
    ) -> SubscribedConsumer:
        """Subscribe to `queue`."""
        if prefetch < 1:
            raise ValueError("a consumer without a prefetch limit would take the whole queue into memory")
        number = next(self._channel_numbers)
        inbox = PlainInbox(
            lambda: self._channel(number), lambda delivery: self._hand_over(on_delivery, delivery), on_lost
        )
        self._inboxes.append(inbox)
        channel = Channel(prefetch_count=prefetch, channel_number=number, publisher_confirms=False)
        subscriber = self._faststream.subscriber(
            as_it_is(queue), channel=channel, ack_policy=AckPolicy.MANUAL, no_reply=True, decoder=_as_it_came
        )
        subscriber(inbox.received)
        return SubscribedConsumer(subscriber, inbox)

    async def start(self) -> None:
        """Connect, and start all subscribers."""
        self._connection = await self._faststream.connect()
        self._connection.close_callbacks.add(lambda *_: self._on_lost())
        await self._faststream.start()

    async def stop(self) -> None:
        """Write pending acknowledgements, within a few seconds, stop all subscribers, close the connection."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                for inbox in self._inboxes:
                    await inbox.written()
        await self._faststream.stop()

    async def abandon(self) -> None:
        """Close the connection, within a few seconds."""
        if self._connection is not None:
            with suppress(*LOST):
                async with answering(_GOODBYE_SECONDS):
                    await self._connection.close()

    def pause(self) -> None:
        """Hold incoming deliveries back; the prefetch bounds them."""
        self._paused = True

    def resume(self) -> None:
        """Hand over what was held back, until paused again, and what comes in."""
        self._paused = False
        while self._waiting and not self._paused:
            on_delivery, delivery = self._waiting.popleft()
            if delivery.link.open:
                on_delivery(delivery)

    async def open_channel(self) -> AbstractChannel:
        """Open one more channel on the connection; raises ConnectionResetError if there is none."""
        transport = self._connection.transport if self._connection is not None else None
        if transport is None:
            raise ConnectionResetError("there is no connection")
        return await transport.connection.channel(publisher_confirms=False)

    def _channel(self, number: int) -> aiormq.Channel | None:
        transport = self._connection.transport if self._connection is not None else None
        channel = transport.connection.channels.get(number) if transport is not None else None
        return channel if isinstance(channel, aiormq.Channel) else None

    def _hand_over(self, on_delivery: OnDelivery, delivery: Delivery) -> None:
        if self._paused or self._waiting:
            self._waiting.append((on_delivery, delivery))
        else:
            on_delivery(delivery)


async def _as_it_came(message: RabbitMessage) -> RabbitMessage:
    """Leave decoding the body to the worker."""
    return message
