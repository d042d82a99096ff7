"""Locks held by the broker: an exclusive queue belongs to one connection, and is deleted with it at once.

It is the connection that consumes. So a worker that loses a lock also stops receiving.
"""

import asyncio

from aiormq.exceptions import ChannelLockedResource, ChannelNotFoundEntity

from workers.amqp import OpenChannel

RETRY_SECONDS = 0.05


class Locks:
    """Named locks, held over the connection on which `open_channel` opens channels.

    Every method raises AMQPError or OSError when the connection is gone, and the locks with it.
    """

    def __init__(self, open_channel: OpenChannel) -> None:
        self._open_channel = open_channel

    async def acquire(self, name: str) -> None:
        """Wait until the lock is ours."""
        while not await self.held(name):  # noqa: ASYNC110 (the broker does not notify)
            await asyncio.sleep(RETRY_SECONDS)

    async def held(self, name: str) -> bool:
        """Take the lock if it is free; return whether it is ours now."""
        channel = await self._open_channel()
        try:
            await channel.queue_declare(name, exclusive=True)
        except ChannelLockedResource:
            return False
        await channel.close()
        return True

    async def release(self, name: str) -> None:
        """Give up a lock that is ours."""
        channel = await self._open_channel()
        await channel.queue_delete(name)
        await channel.close()


async def is_locked(open_channel: OpenChannel, name: str) -> bool:
    """Whether somebody else has a lock: being denied access to its queue shows that it exists."""
    channel = await open_channel()
    try:
        await channel.queue_declare(name, passive=True)
    except ChannelLockedResource:
        return True
    except ChannelNotFoundEntity:
        return False
    await channel.close()
    return False
