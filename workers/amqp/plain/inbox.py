"""The deliveries of one ordinary subscriber, acknowledged by hand."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

import aiormq
from aio_pika import IncomingMessage
from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from faststream.rabbit import RabbitMessage

from workers.amqp.link import Link
from workers.amqp.messages import Delivery

OnDelivery = Callable[[Delivery], None]


class PlainInbox:
    """The deliveries of one subscriber: follows the openings of its channel."""

    def __init__(self, find: Callable[[], aiormq.Channel | None], hand_over: OnDelivery, on_lost: Callable[[], None]):
        self._find = find
        self._hand_over = hand_over
        self._on_lost = on_lost
        self._channel: AbstractChannel | None = None
        self._link: Link | None = None
        self._writing: set[asyncio.Task[None]] = set()

    @property
    def consuming(self) -> bool:
        """Whether the channel is open and has its consumer."""
        channel = self._find()
        return channel is not None and not channel.is_closed and bool(channel.consumers)

    @property
    def unacknowledged(self) -> int:
        """How many deliveries are not acknowledged yet."""
        return self._link.unacknowledged if self._link is not None and self._link.open else 0

    def hold(self) -> None:
        """Hold acknowledgements back until `release`."""
        if self._link is not None:
            self._link.hold()

    def release(self) -> None:
        """Send the acknowledgements that were held back."""
        if self._link is not None:
            self._link.release()

    async def written(self) -> None:
        """Wait until all acknowledgements so far are written to the socket."""
        while self._writing:
            await asyncio.wait(self._writing)

    async def received(self, message: RabbitMessage) -> None:
        """Take a message from the subscriber, in the order in which they come."""
        raw = message.raw_message
        try:
            link = self._link_of(raw.channel)
        except ChannelInvalidStateError:
            return  # its channel is gone already, so it comes again
        link.delivered(raw.delivery_tag or 0)
        self._hand_over(_delivery(raw, link))

    def _link_of(self, channel: AbstractChannel) -> Link:
        if self._link is None or channel is not self._channel:
            self._channel = channel
            link = self._link = Link(lambda covered, singles: self._write(channel, covered, singles))
            channel.closing.add_done_callback(lambda _: self._closed(link))
        return self._link

    def _closed(self, link: Link) -> None:
        link.open = False
        self._on_lost()

    def _write(self, channel: AbstractChannel, covered: int | None, singles: Sequence[int]) -> None:
        task = asyncio.create_task(_acknowledge(channel, covered, singles))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)


async def _acknowledge(channel: AbstractChannel, covered: int | None, singles: Sequence[int]) -> None:
    # When the channel closes, the broker requeues everything unacknowledged.
    with suppress(AMQPError, OSError, RuntimeError):
        if covered is not None:
            await channel.basic_ack(covered, multiple=True, wait=False)
        for tag in singles:
            await channel.basic_ack(tag, wait=False)


def _delivery(raw: IncomingMessage, link: Link) -> Delivery:
    expiration = None if raw.expiration is None else str(round(cast("float", raw.expiration) * 1000))
    return Delivery(
        link=link,
        delivery_tag=raw.delivery_tag or 0,
        redelivered=bool(raw.redelivered),
        routing_key=raw.routing_key or "",
        body=raw.body,
        headers=dict(raw.headers),
        message_id=raw.message_id,
        correlation_id=raw.correlation_id,
        reply_to=raw.reply_to,
        content_type=raw.content_type,
        content_encoding=raw.content_encoding,
        expiration=expiration,
        timestamp=int(raw.timestamp.timestamp()) if raw.timestamp is not None else None,
        user_id=raw.user_id,
    )
