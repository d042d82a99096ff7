"""A client that outlives its broker: what it sends is confirmed sooner or later, what it hears is written down."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import uuid4

import aio_pika
import orjson
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity, DeliveryError

from audit import History, Sent
from cartwright.cancelling import cancelled
from support.patience import PATIENCE
from workers.amqp.answering import answering
from workers.amqp.connecting import connect

CONFIRM_SECONDS = 15.0
ANSWER_SECONDS = 5.0
RETRY_SECONDS = 0.2
AT_ONCE = 100
MARK = "mark"
Handler = Callable[[AbstractIncomingMessage], Awaitable[None]]
ABSENT = (AMQPError, aio_pika.exceptions.AMQPError, OSError, TimeoutError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to send, and what the audit is to know of it. `reply_to` None: where the recorder listens."""

    sent: Sent
    routing_key: str
    body: bytes
    reply_to: str | None = None
    copies: int = 1
    headers: dict[str, Any] = field(default_factory=dict)


class Recorder:
    """Sends one tenant's commands and keeps their history. Its queues are durable: they outlive the broker too.

    A connection that is lost is replaced by a new one. aio-pika 10.2.1 restores one, and may leave it without its
    channels if it is lost again meanwhile.
    """

    channel: AbstractChannel

    def __init__(self, prefix: str, tenant: str) -> None:
        self.prefix = prefix
        self.history = History(tenant)
        self.reply_to = f"reply.{uuid4().hex}"
        self._events = f"{prefix}.heard.{tenant}"
        self.queues = [self._events, self.reply_to, f"{prefix}.last"]
        """Those that are its own; the last one is declared last."""
        parking = f"{prefix}.parking"
        self._heard = {self._events: self._on_event, self.reply_to: self._on_reply, parking: self._on_parked}
        self._marks: set[str] = set()
        self._connections: list[AbstractConnection] = []
        self._watching: asyncio.Task[None] | None = None
        self._reaching: asyncio.Task[None] | None = None

    async def open(self, url: str) -> None:
        """Connect to a broker on which the topology of this prefix is declared already."""
        self._url = url
        await self._hear()
        await self._reach()
        # A broker that is killed may forget what was declared last.
        await self.channel.declare_queue(self.queues[-1], durable=True)
        self._watching = asyncio.create_task(self._keep_hearing())

    async def bind_again(self) -> None:
        """Hear events, and send commands, through exchanges that were deleted and declared anew."""
        async with asyncio.timeout(PATIENCE):
            for exchange in ("commands", "events"):
                while not await self._exists(f"{self.prefix}.{exchange}"):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        await self._bind(await self._reach())

    async def _connected(self) -> AbstractConnection:
        connection = await connect(self._url, ANSWER_SECONDS)
        self._connections.append(connection)
        return connection

    async def _hear(self) -> None:
        """Hear everything over a new connection; raises one of `ABSENT`, and then hears nothing over it."""
        connection = await self._connected()
        try:
            channel = await connection.channel()
            for name in (self._events, self.reply_to):
                await channel.declare_queue(name, durable=True)
            await self._bind(channel)
            for name, record in self._heard.items():
                await (await channel.get_queue(name)).consume(partial(self._record, record))
        except BaseException:  # cancelled too, or two consumers would share the events
            await _closed(connection)
            raise
        self.channel = channel

    async def _bind(self, channel: AbstractChannel) -> None:
        events = await channel.get_queue(self._events)
        await events.bind(f"{self.prefix}.events", f"{self.history.tenant}.#")

    async def _keep_hearing(self) -> None:
        """Notice that the connection is lost, and replace it; a broker that is only slow comes back by itself."""
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                async with answering(ANSWER_SECONDS):
                    await self.channel.declare_queue(self.reply_to, passive=True)
            except TimeoutError:
                continue
            except ABSENT:
                with suppress(*ABSENT):
                    async with answering(CONFIRM_SECONDS):
                        await self._hear()

    async def _reach(self) -> AbstractChannel:
        """Send over a new connection from now on; raises one of `ABSENT`."""
        channel = await (await self._connected()).channel(on_return_raises=True)
        self._exchange = await channel.get_exchange(f"{self.prefix}.commands")
        return channel

    async def _reach_again(self, lost: AbstractExchange) -> None:
        """Send over a new connection if nobody does yet: of all that wait for it, one opens it."""
        if self._exchange is lost:
            if self._reaching is None or self._reaching.done():
                self._reaching = asyncio.create_task(self._try_to_reach())
            await asyncio.shield(self._reaching)

    async def _try_to_reach(self) -> None:
        with suppress(*ABSENT):
            async with answering(ANSWER_SECONDS):
                await self._reach()

    async def _exists(self, exchange: str) -> bool:
        async with await connect(self._url) as connection:
            try:
                await (await connection.channel()).get_exchange(exchange)
            except ChannelNotFoundEntity:
                return False
            return True

    async def asked_afresh(self, messages: Iterable[Message]) -> None:
        """Send over a new connection, as a client that has just come up, and wait for all replies on it."""
        asked = {message.sent.message_id: message for message in messages}
        everything = asyncio.Event()

        async def hear(reply: AbstractIncomingMessage) -> None:
            asked.pop(reply.correlation_id or "", None)
            self.history.replied(orjson.loads(reply.body))
            if not asked:
                everything.set()

        async with await connect(self._url) as connection:
            channel = await connection.channel(on_return_raises=True)
            queue = await channel.declare_queue(f"reply.{uuid4().hex}", exclusive=True)
            await queue.consume(hear, no_ack=True)
            exchange = await channel.get_exchange(f"{self.prefix}.commands")
            for message in list(asked.values()):
                await self._send(replace(message, reply_to=queue.name), exchange)
            await everything.wait()

    async def all_answered(self, seconds: float = PATIENCE) -> None:
        """Wait until everything that can be answered is."""
        wanted = {each.message_id for each in self.history.sent.values() if each.answerable}
        async with asyncio.timeout(seconds):
            while wanted - self.history.replies.keys():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Disconnect; the queues stay."""
        await cancelled([each for each in (self._watching, self._reaching) if each is not None])
        for connection in self._connections:
            await _closed(connection)

    async def send(self, messages: Iterable[Message]) -> None:
        """Send in order, a hundred at a time; what was not confirmed, or not routed, is sent again until it is."""
        waiting = [message for message in messages for _ in range(message.copies)]
        while waiting:
            now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            await asyncio.gather(*map(self._send, now))

    async def ended(self, seconds: float = PATIENCE) -> None:
        """Wait until every command has come to an end that can be seen on the wire."""
        try:
            async with asyncio.timeout(seconds):
                while self.history.open:  # noqa: ASYNC110 (a poll is short and simple)
                    await asyncio.sleep(0.02)
        except TimeoutError:
            still = [self.history.sent[each] for each in self.history.open]
            raise AssertionError(f"{len(still)} commands have no end after {seconds} s: {still[:5]}") from None

    async def answered(self, messages: Iterable[Message], seconds: float = PATIENCE) -> None:
        """Wait until each of these commands has a reply."""
        waiting = {message.sent.message_id for message in messages}
        try:
            async with asyncio.timeout(seconds):
                while waiting := waiting - self.history.replies.keys():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{len(waiting)} commands have no reply after {seconds} s: {waiting}") from None

    async def more_replies(self, count: int) -> None:
        """Wait until so many more commands are answered: they must not be sent yet, or the last one may be by now."""
        await self.all_replies(len(self.history.replies) + count)

    async def all_replies(self, count: int) -> None:
        """Wait until so many commands are answered altogether."""
        async with asyncio.timeout(PATIENCE):
            while len(self.history.replies) < count:  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    async def catch_up(self) -> None:
        """Take note of everything that lies in the queues by now."""
        self._marks.clear()
        for name in self._heard:
            mark = aio_pika.Message(b"", type=MARK, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
            await self.channel.default_exchange.publish(mark, name)
        async with asyncio.timeout(PATIENCE):
            while len(self._marks) < len(self._heard):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def _send(self, message: Message, own: AbstractExchange | None = None) -> None:
        """Send until it is confirmed, through an exchange of one's own or the recorder's, which is reached anew."""
        while True:
            exchange = own or self._exchange
            try:
                await self._publish(exchange, message)
                break
            except (TimeoutError, DeliveryError):  # the broker takes its time, or has no queue for it yet
                pass
            except ABSENT:
                await self._reach_again(exchange)
            await asyncio.sleep(RETRY_SECONDS)

    async def _publish(self, exchange: AbstractExchange, message: Message) -> None:
        properties = aio_pika.Message(
            message.body,
            message_id=message.sent.message_id,
            correlation_id=message.sent.message_id,
            reply_to=message.reply_to or self.reply_to,
            content_type="application/json",
            headers={"cart-id": message.sent.cart_id or message.sent.message_id, **message.headers},
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        async with answering(CONFIRM_SECONDS):
            await exchange.publish(properties, message.routing_key)
        self.history.confirmed(message.sent)

    async def _on_reply(self, message: AbstractIncomingMessage) -> None:
        self.history.replied(orjson.loads(message.body))

    async def _on_event(self, message: AbstractIncomingMessage) -> None:
        self.history.heard(message.message_id or "", message.body)

    async def _on_parked(self, message: AbstractIncomingMessage) -> None:
        self.history.set_aside(message.message_id or "", str(message.headers["parked-code"]))

    async def _record(self, record: Handler, message: AbstractIncomingMessage) -> None:
        if message.type == MARK:
            self._marks.add(str(message.routing_key))
        else:
            await record(message)
        # If the connection is gone, the message comes again: seen twice is as good as seen once.
        with suppress(*ABSENT):
            await message.ack()


async def _closed(connection: AbstractConnection) -> None:
    """Close a connection that may be lost."""
    with suppress(*ABSENT):
        async with answering(ANSWER_SECONDS):
            await connection.close()
