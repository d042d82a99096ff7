"""Calls that the broker has to answer.

The client libraries report a lost connection in many ways: a cancellation that nobody requested (the connection fell
silent), a RuntimeError (it ended while a channel was being opened), a StopAsyncIteration (it ended before the broker
said anything), a bare Exception (aiormq 7.2.4, for what waits on a connection that is closed without an error), or
nothing at all (no answer ever comes). Code that calls the broker through `answering` sees only AMQPError or OSError.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiormq.exceptions import AMQPError
from yarl import URL

HEARTBEAT_SECONDS = 10
"""The broker drops a connection after two of these without traffic, and its queues and locks with it."""

LOST = (AMQPError, OSError)
"""What `answering` raises when the broker does not answer, or refuses."""


@contextmanager
def ending_alike() -> Iterator[None]:
    """Make calls to the broker; a lost connection is a ConnectionResetError, however the libraries put it."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise ConnectionResetError("the connection fell silent") from None
    except Exception as error:
        if isinstance(error, RuntimeError | StopAsyncIteration) or type(error) is Exception:
            raise ConnectionResetError(f"the connection ended: {error!r}") from error
        raise


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
