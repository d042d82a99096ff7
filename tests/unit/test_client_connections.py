"""The client's connections end with it."""

import asyncio
from typing import Any

import aio_pika
import pytest

from cartwright import CartClient, Unreachable
from cartwright.client import connection
from cartwright.client.connection import Line
from cartwright.client.reconnecting import Link


class Connected:
    """A line that only its user ends."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()
        self.closed = False

    async def close(self) -> None:
        self.closed = True


class Opening:
    """A connection that has no channel to give."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.asked = asyncio.Event()
        self.closed = False

    async def channel(self, **_options: object) -> None:
        self.asked.set()
        if self.error is not None:
            raise self.error
        await asyncio.sleep(60)

    async def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("error", [None, ValueError("what no broker says")])
async def test_a_connection_that_is_not_wanted_any_more_is_closed(
    error: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = Opening(error)

    async def connect(_url: str) -> Any:
        return opening

    monkeypatch.setattr(connection, "connect", connect)
    attempt = asyncio.create_task(Line.open("amqp://nowhere/", "cart.commands"))
    await opening.asked.wait()
    attempt.cancel()
    await asyncio.wait([attempt])
    assert opening.closed


@pytest.mark.parametrize("error", [StopAsyncIteration(), RuntimeError("closed"), Exception("closed")])
async def test_a_visit_to_the_parking_queue_finds_no_broker_however_the_driver_puts_it(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect(_connection: aio_pika.Connection, timeout: float | None = None) -> None:  # noqa: ASYNC109 (the driver's)
        raise error

    monkeypatch.setattr(aio_pika.Connection, "connect", connect)
    with pytest.raises(Unreachable):
        await CartClient("amqp://nowhere/").parking().__aenter__()


async def test_a_client_closes_while_it_connects_again() -> None:
    """The driver may forget the first cancellation of its attempt (see `cartwright/cancelling.py`)."""
    first, second = Connected(), Connected()
    again = asyncio.Event()

    async def connect() -> Any:
        if not first.lost.is_set():
            return first
        again.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return second

    link = Link(connect)
    await link.open()
    first.lost.set()
    await again.wait()
    async with asyncio.timeout(10):
        await link.close()
    assert first.closed
    assert second.closed
