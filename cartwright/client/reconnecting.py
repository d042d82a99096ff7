"""Staying connected: one line after the other, as long as the client is open."""

import asyncio
from collections.abc import Awaitable, Callable

from cartwright.cancelling import cancelled
from cartwright.client.connection import Line
from cartwright.client.errors import ClientClosed, ClientError

_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 5.0


class Link:
    """Keeps a line open; a lost one is replaced, at growing intervals while the broker is away."""

    def __init__(self, connect: Callable[[], Awaitable[Line]]) -> None:
        self._connect = connect
        self._line: Line | None = None
        self._changed = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect for the first time; raises what `Line.open` raises."""
        self._line = await self._connect()
        self._keeper = asyncio.create_task(self._keep(self._line), name="cart-client-connection")

    async def close(self) -> None:
        """Close for good; calls that wait for a connection get `ClientClosed`."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            await cancelled([keeper])
        if self._line is not None:
            await self._line.close()
        self._changed.set()

    async def line(self) -> Line:
        """The line of the moment; waits for the next one while there is none."""
        while self._keeper is not None:
            if self._line is not None and not self._line.lost.is_set():
                return self._line
            self._changed.clear()
            await self._changed.wait()
        raise ClientClosed("the client is not open")

    async def _keep(self, line: Line) -> None:
        while True:
            await line.lost.wait()
            await line.close()
            line = self._line = await self._reconnect()
            self._changed.set()

    async def _reconnect(self) -> Line:
        delay = _FIRST_RETRY_SECONDS
        while True:
            try:
                return await self._connect()
            except ClientError:
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LAST_RETRY_SECONDS)
