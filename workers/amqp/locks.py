"""Locks that the broker keeps: an exclusive queue belongs to one connection, and goes with it at once."""

import asyncio

import aio_pika
from aio_pika.abc import AbstractConnection
from aiormq.exceptions import AMQPError, ChannelLockedResource

RETRY_SECONDS = 0.05


class Locks:
    """Named locks of one process, held over a connection of their own. A killed process holds none."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractConnection | None = None
        self._connecting = asyncio.Lock()

    async def acquire(self, name: str) -> None:
        """Wait until the lock is ours."""
        while not await self._try(name):  # noqa: ASYNC110 (the broker tells nobody when a lock is free)
            await asyncio.sleep(RETRY_SECONDS)

    async def release(self, name: str) -> None:
        """Give the lock up; nothing happens if it is not ours."""
        try:
            channel = await (await self._connected()).channel()
            await channel.queue_delete(name)
            await channel.close()
        except (AMQPError, OSError, RuntimeError):
            # Either it was somebody else's, or it went with the connection (a RuntimeError, in aiormq's terms).
            return

    async def close(self) -> None:
        """Give all locks up."""
        if self._connection is not None:
            await self._connection.close()

    async def _try(self, name: str) -> bool:
        try:
            channel = await (await self._connected()).channel()
            await channel.declare_queue(name, exclusive=True)
            await channel.close()
        except ChannelLockedResource:
            return False
        except (AMQPError, OSError, RuntimeError):
            await asyncio.sleep(RETRY_SECONDS)
            return False
        return True

    async def _connected(self) -> AbstractConnection:
        async with self._connecting:
            if self._connection is None or self._connection.is_closed:
                self._connection = await aio_pika.connect(self._url)
            return self._connection
