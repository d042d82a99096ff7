"""Tasks end when they are cancelled, also those that forget it once."""

import asyncio

from cartwright.cancelling import cancelled


async def test_a_task_that_forgets_a_cancellation_is_cancelled_again() -> None:
    forgotten = 0

    async def forgetful() -> None:
        nonlocal forgotten
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if forgotten:
                    raise
                forgotten += 1

    async def failing() -> None:
        raise OSError("of no interest here")

    tasks = [asyncio.create_task(forgetful()), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await cancelled(tasks)
    assert forgotten == 1
    assert all(each.done() for each in tasks)
    assert isinstance(tasks[1].exception(), OSError)
