"""The wire as a test sees it: raw messages in, replies, events and parked messages out."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from support.patience import PATIENCE
from support.raw import RawClient, property_list

Predicate = Callable[[AbstractIncomingMessage], bool]


class Inbox:
    """The messages of one queue as they come; each is taken by whoever waits for it first."""

    def __init__(self) -> None:
        self.messages: list[AbstractIncomingMessage] = []
        self._arrived = asyncio.Condition()

    async def put(self, message: AbstractIncomingMessage) -> None:
        async with self._arrived:
            self.messages.append(message)
            self._arrived.notify_all()

    async def wait(self, wanted: Predicate, count: int = 1) -> list[AbstractIncomingMessage]:
        """The first so many messages that are wanted; they stay in the inbox."""
        found: list[AbstractIncomingMessage] = []

        def complete() -> bool:
            found[:] = [message for message in self.messages if wanted(message)]
            return len(found) >= count

        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(complete)
        return found[:count]

    async def take(self, wanted: Predicate) -> AbstractIncomingMessage:
        """The first message that is wanted, which leaves the inbox."""
        message = (await self.wait(wanted))[0]
        self.messages.remove(message)
        return message


class Wire:
    """A connection of a client that does as it likes. Replies are told apart by their correlation ids."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.replies = Inbox()
        self.events = Inbox()
        self.parked = Inbox()

    async def open(self, url: str, *, watch_parking: bool = True) -> None:
        """Connect to a broker on which the topology of this prefix is declared already."""
        self._connection = await aio_pika.connect(url)
        self._url = url
        self.channel = await self._connection.channel(publisher_confirms=False)
        self.exchange = await self.channel.get_exchange(f"{self.prefix}.commands")
        self.reply_to = await self._listen(self.replies, f"reply.{uuid4().hex}")
        await self._listen(self.events, f"{self.prefix}.heard", f"{self.prefix}.events")
        if watch_parking:
            parking = await self.channel.get_queue(f"{self.prefix}.parking")
            await parking.consume(self.parked.put, no_ack=True)

    async def close(self) -> None:
        await self._connection.close()

    async def _listen(self, inbox: Inbox, name: str, exchange: str | None = None) -> str:
        queue = await self.channel.declare_queue(name, exclusive=True)
        if exchange:
            await queue.bind(exchange, "#")
        await queue.consume(inbox.put, no_ack=True)
        return name

    async def publish(self, routing_key: str, body: bytes, **properties: Any) -> str:
        """Send a message to the one door; return its correlation id. Answers come here, unless said otherwise."""
        correlation_id = properties.setdefault("correlation_id", uuid4().hex)
        properties.setdefault("reply_to", self.reply_to)
        properties.setdefault("content_type", "application/json")
        if not properties.get("message_id"):
            await self._publish_without_id(routing_key, body, properties)
            return correlation_id
        message = aio_pika.Message(body, delivery_mode=2, **properties)
        await self.exchange.publish(message, routing_key, timeout=PATIENCE)
        return correlation_id

    async def _publish_without_id(self, routing_key: str, body: bytes, properties: dict[str, Any]) -> None:
        # The driver gives every message an id that has none, or an empty one.
        client = await RawClient.connect(self._url)
        listed = property_list(delivery_mode=2, **properties)
        try:
            assert await client.publish(self.exchange.name, routing_key, listed, body)
        finally:
            await client.close()

    async def reply(self, correlation_id: str) -> dict[str, Any]:
        """The reply to the message that was sent under this correlation id."""
        message = await self.replies.take(lambda each: each.correlation_id == correlation_id)
        return json.loads(message.body)

    async def ask(self, routing_key: str, body: bytes, **properties: Any) -> dict[str, Any]:
        """Send a message and wait for its reply."""
        return await self.reply(await self.publish(routing_key, body, **properties))

    async def depth(self, queue: str) -> int:
        """How many messages of a queue wait to be delivered, e.g. of `commands.0`.

        A busy broker says none where it does not know; so that is only believed if it says so again.
        """
        for _ in range(2):
            declared = await self.channel.declare_queue(f"{self.prefix}.{queue}", passive=True)
            if waiting := declared.declaration_result.message_count:
                return waiting
            await asyncio.sleep(0.3)
        return 0
