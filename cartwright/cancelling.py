"""Ends tasks for certain.

A task may not notice that it was cancelled: `asyncio.wait_for` of Python 3.11 forgets a cancellation that comes just
when what it waits for is there (fixed in 3.12), and the AMQP libraries use it. A task that runs for ever would then run
on, and whoever waits for its end would wait for ever.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

AGAIN_SECONDS = 0.5


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, again and again, until all have ended; what they raise is not ours."""
    left = set(tasks)
    while left:
        for each in left:
            each.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
