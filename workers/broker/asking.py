"""A connection of its own, for questions to the broker and for changes that belong to no session."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import aiormq
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelNotFoundEntity

from workers.amqp.answering import LOST, answering
from workers.broker.locks import OpenChannel

CONNECT_SECONDS = 10.0


@asynccontextmanager
async def asking(url: str) -> AsyncIterator[OpenChannel]:
    """Open a connection for the block, whose every call is to be answered soon; raises AMQPError or OSError."""
    connection = aiormq.Connection(url)

    def open_channel() -> Awaitable[AbstractChannel]:
        return connection.channel(publisher_confirms=False)

    try:
        async with answering(CONNECT_SECONDS):
            await connection.connect()
            yield open_channel
    finally:
        await _close(connection)


async def waiting(open_channel: OpenChannel, queue: str) -> int | None:
    """How many messages of a queue wait to be delivered; None if there is no such queue."""
    channel = await open_channel()
    try:
        found = await channel.queue_declare(queue, passive=True)
    except ChannelNotFoundEntity:
        return None
    await channel.close()
    return found.message_count or 0


async def _close(connection: aiormq.Connection) -> None:
    try:
        async with answering(CONNECT_SECONDS):
            await connection.close()
    except LOST:
        # The broker has closed it already, because it refused a declaration.
        return
