"""The client's connections end with it."""

import asyncio
from typing import Any

from cartwright.client.reconnecting import Link


class Connected:
    """A line that only its user ends."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self.closed = False

    async def close(self) -> None:
        self.closed = True


async def test_a_client_closes_while_it_connects_again() -> None:
    """The driver may forget the first cancellation of its attempt (see `cartwright/cancelling.py`)."""
    first, second = Connected(), Connected()
    again = asyncio.Event()

    async def connect() -> Any:
        if not first.lost.is_set():
            return first
        again.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return second

    link = Link(connect)
    await link.open()
    first.lost.set()
    await again.wait()
    async with asyncio.timeout(10):
        await link.close()
    assert first.closed
    assert second.closed
