"""A worker in the test's own process, on names of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient
from support.shop import Shop
from support.wire import Wire

from cartwright.storage.interfaces import Store
from cartwright.storage.mongo_store import MongoStore
from cartwright.workers.app import Worker
from cartwright.workers.settings import Settings

Documents = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Running:
    """A worker that runs, the wire to it, and the database behind it."""

    worker: Worker
    wire: Wire
    settings: Settings
    client: AsyncMongoClient[dict[str, Any]]

    async def shop(self) -> Shop:
        """A tenant that nobody else uses, with a full catalog."""
        shop = Shop(self.wire, f"t{uuid4().hex[:10]}")
        await shop.stock()
        return shop

    async def documents(self, tenant: str) -> Documents:
        """Everything that is stored for a tenant."""
        database = self.client[self.settings.database]
        return {
            name: await database[name].find({"tenant": tenant}).sort("_id").to_list()
            for name in ("carts", "journal", "catalog")
        }


@asynccontextmanager
async def running_worker(
    amqp_url: str, mongo_url: str, wrap: Callable[[Store], Store] = lambda store: store, **settings: Any
) -> AsyncIterator[Running]:
    """A worker with its own prefix and database; `wrap` may put something in front of its store."""
    name = f"test-{uuid4().hex[:8]}"
    chosen = Settings(amqp_url=amqp_url, mongo_url=mongo_url, prefix=name, database=name, **settings)
    worker = Worker(chosen, wrap(MongoStore(mongo_url, name)))
    wire = Wire(name)
    async with AsyncMongoClient(mongo_url, tz_aware=True) as client:
        await worker.start()
        await wire.open(amqp_url)
        try:
            yield Running(worker, wire, chosen, client)
        finally:
            await worker.stop()
            await remove(wire, worker)
            await wire.close()
            await client.drop_database(name)


async def remove(wire: Wire, worker: Worker) -> None:
    """Delete the worker's queues and exchanges."""
    for queue in worker.topology.queues():
        await wire.channel.queue_delete(queue.name)
    for exchange in worker.topology.exchanges():
        await wire.channel.exchange_delete(exchange.name)
