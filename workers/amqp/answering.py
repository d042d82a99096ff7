"""Calls that the broker has to answer.

The client libraries say in many ways that a connection is gone: a cancellation that nobody asked for (a connection
that fell silent), a RuntimeError (a connection that ended while a channel was being opened), or nothing at all (no
answer ever comes). Whoever talks to the broker through `answering` meets AMQPError or OSError only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiormq.exceptions import AMQPError
from yarl import URL

HEARTBEAT_SECONDS = 10
"""After two of these without a sign of life the broker gives a connection up, and its queues and locks with it."""

LOST = (AMQPError, OSError)
"""What `answering` raises when there is no answer, or one that says no."""


@asynccontextmanager
async def answering(seconds: float) -> AsyncIterator[None]:
    """Run calls to the broker; raise ConnectionResetError where it does not answer, TimeoutError where not in time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ConnectionResetError("the connection fell silent") from None
    except RuntimeError as error:
        raise ConnectionResetError(f"the connection ended: {error}") from error


def with_heartbeat(url: str) -> str:
    """The address with a heartbeat short enough to notice a dead connection soon, unless it names one itself."""
    address = URL(url)
    return str(address if "heartbeat" in address.query else address.update_query(heartbeat=HEARTBEAT_SECONDS))
