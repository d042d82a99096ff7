"""A connection of its own, for questions to the broker and for changes that belong to no session."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiormq
from aiormq.abc import AbstractChannel
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


async def _close(connection: aiormq.Connection) -> None:
    try:
        async with answering(QUESTION_SECONDS):
            await connection.close()
    except LOST:
        # The broker has closed it already, because it refused a declaration.
        return
