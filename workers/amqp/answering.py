"""Calls that the broker has to answer.

The client libraries report a lost connection in many ways (`cartwright/endings.py`), or in none: no answer ever comes.
Code that calls the broker through `answering` sees only AMQPError or OSError.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiormq.exceptions import AMQPError
from yarl import URL

from cartwright.endings import ending_alike

HEARTBEAT_SECONDS = 10
"""The broker drops a connection after two of these without traffic, and its queues and locks with it."""

LOST = (AMQPError, OSError)
"""What `answering` raises when the broker does not answer, or refuses."""


@asynccontextmanager
async def answering(seconds: float) -> AsyncIterator[Callable[[], None]]:
    """Run calls to the broker; raise ConnectionResetError on a lost connection, TimeoutError on a late answer.

    Yields what to call for an answer that has come, if more are to come: the next one has as much time again.
    """
    async with asyncio.timeout(seconds) as limit:
        with ending_alike():
            yield lambda: limit.reschedule(asyncio.get_running_loop().time() + seconds)


def with_heartbeat(url: str) -> str:
    """The address with a heartbeat short enough to notice a dead connection soon, unless it names one itself."""
    address = URL(url)
    return str(address if "heartbeat" in address.query else address.update_query(heartbeat=HEARTBEAT_SECONDS))
