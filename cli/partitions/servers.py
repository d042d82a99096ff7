"""Work on both servers: the broker, which has the queues, and the database, which has the layout and the workers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cli.exits import Exit, error_text, fail
from cli.servers import found_settings
from cli.store import opened_store, reported_storage
from storage.mongo.store import MongoStore
from workers.amqp.answering import LOST
from workers.settings import Settings

T = TypeVar("T")
Work = Callable[[Settings, MongoStore], Awaitable[T]]


def on_servers(work: Work[T]) -> T:
    """What the work leads to; ends with a sentence if a server can't be reached."""
    settings = found_settings()
    with reported_storage():
        try:
            return asyncio.run(_with_store(settings, work))
        except LOST as error:
            fail(f"the broker is not reachable: {error_text(error)}", Exit.UNREACHABLE)


def broker_url(settings: Settings) -> str:
    """The broker's address, with its secrets."""
    return settings.amqp_url.get_secret_value()


async def _with_store(settings: Settings, work: Work[T]) -> T:
    async with opened_store(settings) as store:
        return await work(settings, store)
