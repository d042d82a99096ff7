"""Listening: events as an async iterator that outlives connections and drops repeats."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from types import TracebackType
from typing import Self

from aio_pika.abc import AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelClosed, ChannelNotFoundEntity

from cartwright.client.connection import BROKEN, Line
from cartwright.client.errors import ClientError, MissingTopology, UnreadableMessage
from cartwright.client.messages import read_event
from cartwright.client.reconnecting import Link
from cartwright.endings import ending_alike
from cartwright.wire.events import Event

_PREFETCH = 100
_REMEMBERED = 10_000


class EventStream:
    """Events of one tenant, in the order of their arrival; `async for` over it, best within `async with`.

    Entering the block, or asking for the first event, starts to listen. An event is acknowledged when the next
    one is asked for. With `queue`, a durable queue of that name keeps what happens while nobody listens, and all
    who name it share its events; without, events that come while the connection is away are missed.
    """

    def __init__(self, link: Link, exchange: str, keys: tuple[str, ...], queue: str | None) -> None:
        self._link = link
        self._exchange = exchange
        self._keys = keys
        self._queue = queue
        self._subscription: _Subscription | None = None
        self._current: AbstractIncomingMessage | None = None
        self._seen = RecentIds(_REMEMBERED)

    async def __aenter__(self) -> Self:
        await self._listening()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        """The next event; raises `UnreadableMessage` once for each message that is none."""
        await self._acknowledge()
        while True:
            message = await (await self._listening()).next()
            if message is None:
                await self.aclose()
                continue
            self._current = message
            if message.message_id is None or self._seen.add(message.message_id):
                return await self._read(message)
            await self._acknowledge()

    async def aclose(self) -> None:
        """Stop listening; an event not yet acknowledged is delivered again to a subscriber that shares the queue."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await subscription.close()

    async def _listening(self) -> "_Subscription":
        while self._subscription is None:
            line = await self._link.line()
            try:
                with ending_alike():
                    self._subscription = await _Subscription.start(line, self._exchange, self._keys, self._queue)
            except ChannelNotFoundEntity as error:
                raise MissingTopology(f"there is no exchange {self._exchange}") from error
            except ChannelClosed as error:
                raise ClientError(f"the broker does not let us listen: {error}") from error
            except BROKEN:
                line.fail()
        return self._subscription

    async def _read(self, message: AbstractIncomingMessage) -> Event:
        try:
            return read_event(message.body)
        except UnreadableMessage:
            self._current = None
            await message.reject(requeue=False)
            raise

    async def _acknowledge(self) -> None:
        message, self._current = self._current, None
        if message is not None:
            # On a broken connection the broker sends it again, and it is dropped as a repeat.
            with suppress(*BROKEN):
                await message.ack()


class RecentIds:
    """The last so many message ids."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, message_id: str) -> bool:
        """Remember the id; False if it was known."""
        if message_id in self._ids:
            return False
        self._ids[message_id] = None
        if len(self._ids) > self._capacity:
            self._ids.popitem(last=False)
        return True


class _Subscription:
    """A consumer on one connection; after its last message comes None.

    It ends with its channel, and with its queue: the broker then cancels the consumer, and the channel stays open.
    """

    def __init__(self, queue: AbstractQueue) -> None:
        self._queue = queue
        self._messages: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()

    @classmethod
    async def start(cls, line: Line, exchange: str, keys: tuple[str, ...], name: str | None) -> Self:
        channel = await line.connection.channel()
        await channel.set_qos(prefetch_count=_PREFETCH)
        await channel.get_exchange(exchange, ensure=True)
        if name is None:
            queue = await channel.declare_queue(exclusive=True)
        else:
            queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
        for key in keys:
            await queue.bind(exchange, key)
        subscription = cls(queue)
        channel.close_callbacks.add(subscription._ended)
        (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(subscription._ended)
        await queue.consume(subscription._messages.put)
        return subscription

    async def next(self) -> AbstractIncomingMessage | None:
        return await self._messages.get()

    async def close(self) -> None:
        with suppress(*BROKEN), ending_alike():
            await self._queue.channel.close()

    def _ended(self, *_reason: object) -> None:
        self._messages.put_nowait(None)
