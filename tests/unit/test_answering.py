"""Whatever a library raises when the broker is gone, callers see one of two families of errors."""

import asyncio

import pytest
from aiormq.exceptions import AMQPConnectionError, AMQPError

from workers.amqp.answering import LOST, answering


@pytest.mark.parametrize(
    "raised",
    [
        RuntimeError("closed"),
        StopAsyncIteration(),
        Exception(),
        asyncio.CancelledError(),
        OSError("gone"),
        AMQPConnectionError(),
    ],
)
async def test_a_lost_connection_is_a_lost_connection(raised: BaseException) -> None:
    with pytest.raises(LOST):
        async with answering(5):
            raise raised


async def test_no_answer_is_one_too() -> None:
    with pytest.raises(LOST):
        async with answering(0.01):
            await asyncio.sleep(5)


async def test_a_bug_is_none() -> None:
    with pytest.raises(LookupError):
        async with answering(5):
            raise LookupError


async def test_who_is_cancelled_stays_cancelled() -> None:
    async def asking() -> None:
        async with answering(5):
            await asyncio.sleep(5)

    task = asyncio.create_task(asking())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not issubclass(asyncio.CancelledError, (AMQPError, OSError))
