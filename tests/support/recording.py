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
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractRobustConnection
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity

from audit import History, Sent
from support.patience import PATIENCE
from workers.amqp.answering import answering

CONFIRM_SECONDS = 15.0
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
    """Sends one tenant's commands and keeps their history. Its queues are durable: they outlive the broker too."""

    def __init__(self, prefix: str, tenant: str) -> None:
        self.prefix = prefix
        self.history = History(tenant)
        self.reply_to = f"reply.{uuid4().hex}"
        self.queues: list[str] = []
        self._heard: list[str] = []
        self._marks: set[str] = set()
        self._connections: list[AbstractRobustConnection] = []

    async def open(self, url: str) -> None:
        """Connect to a broker on which the topology of this prefix is declared already."""
        self._url = url
        hearing = await aio_pika.connect_robust(url, reconnect_interval=0.3)
        sending = await aio_pika.connect_robust(url, reconnect_interval=0.3)
        self._connections = [hearing, sending]
        channel = self.channel = await hearing.channel()
        events = await self._declare(channel, f"{self.prefix}.heard.{self.history.tenant}")
        await events.bind(f"{self.prefix}.events", f"{self.history.tenant}.#")
        replies = await self._declare(channel, self.reply_to)
        parking = await channel.get_queue(f"{self.prefix}.parking")
        for queue, record in ((events, self._on_event), (replies, self._on_reply), (parking, self._on_parked)):
            self._heard.append(queue.name)
            await queue.consume(partial(self._record, record))
        self._exchange = await (await sending.channel(on_return_raises=True)).get_exchange(f"{self.prefix}.commands")
        # A broker that is killed may forget what was declared last.
        await self._declare(channel, f"{self.prefix}.last")

    async def bind_again(self) -> None:
        """Hear events, and send commands, through exchanges that were deleted and declared anew."""
        async with asyncio.timeout(PATIENCE):
            for exchange in ("commands", "events"):
                while not await self._exists(f"{self.prefix}.{exchange}"):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        sending = await aio_pika.connect_robust(self._url, reconnect_interval=0.3)
        self._connections.append(sending)
        channel = await sending.channel(on_return_raises=True)
        events = await channel.get_queue(f"{self.prefix}.heard.{self.history.tenant}")
        await events.bind(f"{self.prefix}.events", f"{self.history.tenant}.#")
        self._exchange = await channel.get_exchange(f"{self.prefix}.commands")

    async def _exists(self, exchange: str) -> bool:
        async with await aio_pika.connect(self._url) as connection:
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

        async with await aio_pika.connect(self._url) as connection:
            channel = await connection.channel(on_return_raises=True)
            queue = await channel.declare_queue(f"reply.{uuid4().hex}", exclusive=True)
            await queue.consume(hear, no_ack=True)
            exchange = await channel.get_exchange(f"{self.prefix}.commands")
            for message in list(asked.values()):
                await self._send(exchange, replace(message, reply_to=queue.name))
            await everything.wait()

    async def all_answered(self, seconds: float = PATIENCE) -> None:
        """Wait until everything that can be answered is."""
        wanted = {each.message_id for each in self.history.sent.values() if each.answerable}
        async with asyncio.timeout(seconds):
            while wanted - self.history.replies.keys():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Disconnect; the queues stay."""
        for connection in self._connections:
            await connection.close()

    async def send(self, messages: Iterable[Message]) -> None:
        """Send in order, a hundred at a time; what was not confirmed, or not routed, is sent again until it is."""
        waiting = [message for message in messages for _ in range(message.copies)]
        while waiting:
            now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            await asyncio.gather(*(self._send(self._exchange, message) for message in now))

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

    async def _send(self, exchange: AbstractExchange, message: Message) -> None:
        while True:
            with suppress(*ABSENT):
                await self._publish(exchange, message)
                break
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

    async def _declare(self, channel: Any, name: str) -> Any:
        self.queues.append(name)
        return await channel.declare_queue(name, durable=True)

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
