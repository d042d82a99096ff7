"""How long a test waits for what must come before it says that it does not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from typing import TypeVar

PATIENCE = 90.0
"""Seconds. Long, because a busy machine is no defect; a test that passes never waits so long."""


T = TypeVar("T")


async def in_time(attempt: Callable[[datetime], Awaitable[T]], seconds: float = 2) -> T:
    """What an attempt came to that ended before its date, once that date has passed.

    A busy machine is given later dates; each attempt begins anew.
    """
    for patience in (1, 5, 25):
        date = datetime.now(UTC) + timedelta(seconds=seconds * patience)
        found = await attempt(date)
        left = (date - datetime.now(UTC)).total_seconds()
        if left > 0:
            await asyncio.sleep(left + 0.05)
            return found
    raise AssertionError(f"an attempt takes longer than {seconds * patience} s")


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so; what the condition returns may have to be awaited."""
    async with asyncio.timeout(PATIENCE):
        while not (await found if isawaitable(found := condition()) else found):  # noqa: ASYNC110 (the broker and the database tell nobody)
            await asyncio.sleep(0.02)
