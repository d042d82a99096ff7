"""How busy the machine is: what is promised in seconds is promised for a machine that is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic, process_time

SAMPLE_SECONDS = 0.02
INTERVAL_SECONDS = 0.25


@asynccontextmanager
async def quiet_seconds(seconds: float) -> AsyncIterator[None]:
    """Raise TimeoutError after so many seconds of a quiet machine; on a busy one, time counts so much less."""
    async with asyncio.timeout(None) as limit:
        counting = asyncio.create_task(_count(seconds, limit))
        try:
            yield
        finally:
            counting.cancel()


async def _count(seconds: float, limit: asyncio.Timeout) -> None:
    while seconds > 0:
        began = monotonic()
        await asyncio.sleep(INTERVAL_SECONDS)
        slowness = _slowness()
        # A stall is no time of a quiet machine either.
        seconds -= min(monotonic() - began, INTERVAL_SECONDS + SAMPLE_SECONDS) / slowness
    limit.reschedule(asyncio.get_running_loop().time())


def _slowness() -> float:
    """How many times longer than the processor time that it needs something takes now; 1 on a quiet machine."""
    began, used = monotonic(), process_time()
    while process_time() < used + SAMPLE_SECONDS:
        pass
    return max(1.0, (monotonic() - began) / (process_time() - used))
