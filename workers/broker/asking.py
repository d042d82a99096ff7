"""A connection of its own, for questions to the broker and for changes that belong to no session."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiormq
from aiormq.abc import AbstractChannel, DeliveredMessage
from aiormq.exceptions import ChannelNotFoundEntity

from workers.amqp import OpenChannel
from workers.amqp.answering import LOST, answering

QUESTION_SECONDS = 10.0


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[OpenChannel]:
    """Open a connection for the block; raises AMQPError or OSError.

    What is asked on a channel is to be answered soon after it was opened.
    """
    connection = aiormq.Connection(url)
    try:
        async with answering(QUESTION_SECONDS) as answered:
            await connection.connect()

            def open_channel() -> Awaitable[AbstractChannel]:
                answered()
                return connection.channel(publisher_confirms=False)

            yield open_channel
    finally:
        await _close(connection)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many messages of a queue wait to be delivered, and how many consume it."""

    waiting: int
    consumers: int


async def counts(open_channel: OpenChannel, queue: str) -> QueueCounts | None:
    """The counts of a queue; None if there is no such queue."""
    channel = await open_channel()
    try:
        found = await channel.queue_declare(queue, passive=True)
    except ChannelNotFoundEntity:
        return None
    await channel.close()
    return QueueCounts(found.message_count or 0, found.consumer_count or 0)


async def waiting(open_channel: OpenChannel, queue: str) -> int | None:
    """How many messages of a queue wait to be delivered; None if there is no such queue."""
    found = await counts(open_channel, queue)
    return None if found is None else found.waiting


async def is_empty(open_channel: OpenChannel, queue: str) -> bool:
    """Whether nothing waits in a queue that nobody consumes, or there is no such queue; certain enough to delete it.

    A count of 0 alone is not: RabbitMQ tells no messages and no consumers of a quorum queue whose leader does not
    answer within a quarter of a second (`rabbit_quorum_queue:stat`, 3.10 to 4.2). So it is consumed meanwhile: a count
    without a consumer is none. What is delivered is given back. Where it is not known, the answer is no.
    """
    if await waiting(open_channel, queue) is None:
        return True
    delivered: list[DeliveredMessage] = []

    async def keep(message: DeliveredMessage) -> None:
        delivered.append(message)

    channel = await open_channel()
    await channel.basic_qos(prefetch_count=1)
    await channel.basic_consume(queue, keep)
    found = await channel.queue_declare(queue, passive=True)
    await channel.queue_declare(queue, passive=True)  # what is delivered comes before the answer
    await channel.close()
    return bool(found.consumer_count) and not found.message_count and not delivered


async def _close(connection: aiormq.Connection) -> None:
    try:
        async with answering(QUESTION_SECONDS):
            await connection.close()
    except LOST:
        # The broker has closed it already, because it refused a declaration.
        return
