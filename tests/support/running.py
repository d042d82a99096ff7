"""A worker in the test's own process, on names of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient

from storage.mongo.store import MongoStore
from storage.ports import Store
from support.patience import PATIENCE
from support.removing import remove_topology
from support.shop import Shop
from support.wire import Wire
from workers.app import Worker
from workers.settings import Settings

Documents = dict[str, list[dict[str, Any]]]
Wrap = Callable[[Store], Store]


class Running:
    """A worker that runs, the wire to it, and the database behind it."""

    def __init__(self, settings: Settings, wrap: Wrap, client: AsyncMongoClient[dict[str, Any]]) -> None:
        self.settings = settings
        self.wire = Wire(settings.prefix)
        self.database = client[settings.database]
        self._wrap = wrap
        self._worker: Worker | None = None

    async def start(self) -> None:
        """Start a worker, a new one each time."""
        settings = self.settings
        store = MongoStore(settings.mongo_url.get_secret_value(), settings.database, driver=settings.mongo_driver)
        self._worker = Worker(self.settings, self._wrap(store))
        await self._worker.start()

    @property
    def waiting(self) -> int:
        """Commands that wait in the worker's lanes."""
        return self._worker.readings().waiting if self._worker else 0

    @property
    def unroutable(self) -> int:
        """Messages that came back to the worker because no queue took them."""
        return self._worker.readings().unroutable if self._worker else 0

    @property
    def parked(self) -> int:
        """How many messages the worker has parked, and said so in its log."""
        return sum(self._worker.readings().parked.values()) if self._worker else 0

    @property
    def owned(self) -> int:
        """How many partitions are the worker's."""
        return len(self._worker.readings().broker.owned) if self._worker else 0

    @property
    def standby(self) -> bool:
        """Whether other workers own all partitions."""
        return self._worker is not None and self._worker.readings().broker.standby

    @asynccontextmanager
    async def rival(self, **changed: Any) -> AsyncIterator["Running"]:
        """Another worker with the same settings, but for those that are changed."""
        other = Running(Settings(**(self.settings.model_dump() | changed)), self._wrap, self.database.client)
        await other.start()
        try:
            yield other
        finally:
            await other.stop()

    async def stop(self) -> None:
        """Stop the worker gracefully, if it runs."""
        if self._worker is not None:
            await self._worker.stop()
            self._worker = None

    async def shop(self) -> Shop:
        """A tenant that nobody else uses, with a full catalog."""
        shop = Shop(self.wire, f"t{uuid4().hex[:10]}")
        await shop.stock()
        return shop

    async def documents(self, tenant: str) -> Documents:
        """Everything that is stored for a tenant, once the journal holds all that was committed."""
        async with asyncio.timeout(PATIENCE):
            while not _journaled(stored := await self._stored(tenant)):  # noqa: ASYNC110 (the database tells nobody)
                await asyncio.sleep(0.01)
        return stored

    async def _stored(self, tenant: str) -> Documents:
        return {
            name: await self.database[name].find({"tenant": tenant}).sort("_id").to_list()
            for name in ("carts", "journal", "catalog", "budgets")
        }

    async def remove_topology(self) -> None:
        """Delete the queues and exchanges of the prefix."""
        await remove_topology(self.wire.channel, self.settings)


def _journaled(stored: Documents) -> bool:
    """Whether the journal has every version of every cart, and what its outbox remembers without one."""
    written = {entry["commandId"] for entry in stored["journal"]}
    if any(entry["commandId"] not in written for cart in stored["carts"] for entry in cart["outbox"]):
        return False
    applied = Counter(entry["cartId"] for entry in stored["journal"] if entry["status"] == "applied")
    return all(applied[cart["cartId"]] == cart["version"] for cart in stored["carts"])


@asynccontextmanager
async def running_worker(
    amqp_url: str, mongo_url: str, wrap: Wrap = lambda store: store, *, watch_parking: bool = True, **settings: Any
) -> AsyncIterator[Running]:
    """A worker with its own prefix and database; `wrap` may put something in front of its store.

    Unless told otherwise, its wire takes everything out of the parking queue.
    """
    name = f"test-{uuid4().hex[:8]}"
    chosen = Settings(amqp_url=amqp_url, mongo_url=mongo_url, prefix=name, database=name, **settings)
    async with AsyncMongoClient(mongo_url, tz_aware=True) as client:
        running = Running(chosen, wrap, client)
        await running.start()
        await running.wire.open(amqp_url, watch_parking=watch_parking)
        try:
            yield running
        finally:
            await running.stop()
            await running.remove_topology()
            await running.wire.close()
            await client.drop_database(name)
