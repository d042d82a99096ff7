"""How a connection to the broker ends: the client libraries put it in many ways.

It may be a cancellation that nobody requested (the connection fell silent), a RuntimeError (it ended while a channel
was being opened), a StopAsyncIteration (it ended before the broker said anything), or a bare Exception (aiormq 7.2.4,
for what waits on a connection that is closed without an error).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_alike() -> Iterator[None]:
    """Make calls to the broker; a connection that ends in one of those ways raises ConnectionResetError."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionResetError("the connection fell silent") from error
    except Exception as error:
        if isinstance(error, RuntimeError | StopAsyncIteration) or type(error) is Exception:
            raise ConnectionResetError(f"the connection ended: {error!r}") from error
        raise
