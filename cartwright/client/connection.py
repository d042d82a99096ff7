"""The life of one connection: a channel that carries commands out and hears the replies to them."""

import asyncio
from contextlib import suppress

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.connection import make_url
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelNotFoundEntity, DeliveryError, PublishError

from cartwright.client.errors import MissingTopology, NotTaken, Unreachable, Unroutable
from cartwright.endings import ending_alike

REPLY_TO = "amq.rabbitmq.reply-to"
BROKEN = (AMQPError, ChannelInvalidStateError, OSError)
_CONNECT_SECONDS = 10


class ConnectionLost(Exception):  # noqa: N818 (never leaves the client)
    """The connection broke before the answer came; the command may or may not have arrived."""


async def connect(url: str) -> AbstractConnection:
    """Open a connection, or raise `Unreachable`."""
    try:
        with ending_alike():
            return await _connected(url)
    except (*BROKEN, ValueError) as error:
        raise Unreachable(f"no connection to the broker: {error}") from error


async def _connected(url: str) -> AbstractConnection:
    connection = aio_pika.Connection(make_url(url), client_properties={"connection_name": "cartwright client"})
    try:
        await connection.connect(timeout=_CONNECT_SECONDS)
    except BaseException:
        # Its finalizer would close it, but has no event loop.
        await connection.close()
        raise
    return connection


class Line:
    """Sends commands over one connection; `lost` is set once the connection is of no more use.

    The broker's direct reply-to needs no queue of ours; it demands that commands leave on the channel that
    consumes the replies.
    """

    def __init__(self, connection: AbstractConnection, channel: AbstractChannel, commands: AbstractExchange) -> None:
        self.connection = connection
        self.lost = asyncio.Event()
        self._channel = channel
        self._commands = commands
        self._waiting: dict[str, asyncio.Future[AbstractIncomingMessage | None]] = {}
        self._calls = 0

    @classmethod
    async def open(cls, url: str, exchange: str) -> "Line":
        """Connect; raises `Unreachable` or `MissingTopology`."""
        connection = await connect(url)
        try:
            with ending_alike():
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                line = cls(connection, channel, await channel.get_exchange(exchange, ensure=True))
                await line._listen()
        except BaseException as error:
            with suppress(*BROKEN), ending_alike():
                await connection.close()
            if isinstance(error, ChannelNotFoundEntity):
                what = f"there is no exchange {exchange}: wrong prefix, or no worker has run yet"
                raise MissingTopology(what) from error
            if isinstance(error, BROKEN):
                raise Unreachable(f"the broker closed the connection: {error}") from error
            raise
        return line

    async def ask(self, message: aio_pika.Message, routing_key: str) -> AbstractIncomingMessage:
        """Send a command and return its reply; raises as `tell` does."""
        self._calls += 1
        correlation_id = str(self._calls)
        message.correlation_id, message.reply_to = correlation_id, REPLY_TO
        waiting = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        try:
            await self.tell(message, routing_key)
            reply: AbstractIncomingMessage | None = await waiting
        finally:
            del self._waiting[correlation_id]
        if reply is None:
            raise ConnectionLost
        return reply

    async def tell(self, message: aio_pika.Message, routing_key: str) -> None:
        """Send a command and wait until the broker has it; raises `Unroutable`, `NotTaken` or `ConnectionLost`."""
        try:
            with ending_alike():
                await self._commands.publish(message, routing_key, mandatory=True)
        except PublishError as error:
            raise Unroutable(f"the broker has no queue for {routing_key}") from error
        except DeliveryError as error:
            raise NotTaken(f"the broker would not take {routing_key}") from error
        except BROKEN as error:
            self.fail()
            raise ConnectionLost from error

    def fail(self, *_reason: object) -> None:
        """Give up this connection; calls that wait for a reply learn that none will come."""
        self.lost.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(None)

    async def close(self) -> None:
        """Close the connection, broken or not."""
        self.fail()
        with suppress(*BROKEN):
            await self.connection.close()

    async def _listen(self) -> None:
        self._channel.close_callbacks.add(self.fail)
        self.connection.close_callbacks.add(self.fail)
        replies = await self._channel.get_queue(REPLY_TO, ensure=False)
        await replies.consume(self._received, no_ack=True)

    async def _received(self, message: AbstractIncomingMessage) -> None:
        # A reply that nobody waits for any more came after the call's timeout.
        waiting = self._waiting.get(message.correlation_id or "")
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
