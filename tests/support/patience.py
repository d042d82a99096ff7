"""How long a test waits for what must come before it says that it does not."""

import asyncio
from collections.abc import Callable

PATIENCE = 90.0
"""Seconds. Long, because a busy machine is no defect; a test that passes never waits so long."""


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (the broker and the database tell nobody)
            await asyncio.sleep(0.02)
