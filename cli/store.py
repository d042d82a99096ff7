"""The database that a command reads: opened for a while, and which workers it knows to be alive."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager

from cli.exits import Exit, fail
from storage.mongo.store import MongoStore
from storage.records import ALIVE, Run, StorageRefused, StorageUnavailable
from workers.settings import Settings


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[MongoStore]:
    """The database of these settings, for the block."""
    url = settings.mongo_url.get_secret_value()
    store = MongoStore(url, settings.database, timeout=settings.storage_timeout, driver=settings.mongo_driver)
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def reported_storage() -> Iterator[None]:
    """End with a sentence if the database can't be reached, or does not let us in."""
    try:
        yield
    except (StorageUnavailable, StorageRefused) as error:
        fail(f"the database is not reachable: {error}", Exit.UNREACHABLE)


async def live_runs(store: MongoStore) -> tuple[Run, ...]:
    """The workers that are alive, by id. They record themselves by the database's clock, so it is asked."""
    now = await store.runs.time()
    runs = [each for each in await store.runs.current(now) if each.lives(now - ALIVE)]
    return tuple(sorted(runs, key=lambda each: each.id))


def owner_of(partition: int, runs: Iterable[Run]) -> Run | None:
    """The worker among these that says that it owns a partition."""
    return next((each for each in runs if partition in each.partitions), None)
