"""A bench to put a system on: servers, seeded carts, fresh queues for every run, and gauges."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import aio_pika
import psutil  # type: ignore[import-untyped]
from pydantic import SecretStr
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from benchmarks.cores import Cores
from benchmarks.promotions import FEW, MANY
from benchmarks.running import Running, cpu_seconds
from benchmarks.scene import LARGE, QUIET_TENANT, SEEDED_AT, SMALL, TENANT, carts, catalog
from benchmarks.sizes import Sizes
from benchmarks.systems import System
from benchmarks.traffic import Commands, Traffic
from stack import Stack
from storage.mongo.store import MongoStore
from storage.records import CartWrite, CommitStamp, Revision, StoredCart
from workers.broker.declaration import declare
from workers.broker.topology import Topology
from workers.settings import Settings

_SEEDING = CommitStamp("seed", 0)
_BULK = 500
_WARM_UP = 300
_WARM_UP_SECONDS = 10
_DATA_COMMANDS = ("find", "getMore", "aggregate", "insert", "update", "delete", "findAndModify", "commitTransaction")
_runs = count(1)


@dataclass(slots=True)
class Run:
    """One system at work: its traffic, its processes, its database's counters."""

    system: System
    prefix: str
    traffic: Traffic
    running: Running
    bench: "Bench"

    async def warm_up(self, commands: Commands, status: str) -> None:
        """Start the system, and have it answer some commands before anything is measured."""
        self.traffic.begin(status)
        await self.traffic.fill(commands, _WARM_UP)
        await self.running.start()
        await self.traffic.first_reply()
        await self.traffic.replies(_WARM_UP, _WARM_UP_SECONDS)

    @asynccontextmanager
    async def caller(self, tenant: str) -> AsyncIterator[Traffic]:
        """Traffic of another tenant."""
        traffic = Traffic(self.bench.stack.amqp_url, self.prefix, self.system, tenant)
        await traffic.open()
        try:
            yield traffic
        finally:
            await traffic.close()

    async def events(self) -> int:
        """Events that have arrived in this run's queue."""
        return await self.bench.waiting(f"events.{self.prefix}")


class Bench:
    """The servers, and what is on them; `cores` says where the systems run, if not anywhere."""

    def __init__(self, stack: Stack, sizes: Sizes, cores: Cores | None = None) -> None:
        self.stack = stack
        self.sizes = sizes
        self._cores = cores
        self._servers = [psutil.Process(each) for each in stack.processes]
        self._mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.mongo_url)

    async def close(self) -> None:
        """Disconnect."""
        await self._mongo.close()

    async def seed(self, system: System) -> None:
        """Write the catalog and every cart that the workloads use into the system's own database."""
        await self._mongo.drop_database(_database(system))
        store = MongoStore(self.stack.mongo_url, _database(system), timeout=60)
        await store.prepare()
        await store.catalog.append(Revision(TENANT, 1, SEEDED_AT, "seed", b"", catalog()))
        wanted = [*carts("c", SMALL, self.sizes.carts), *carts("hot", SMALL, 1)]
        wanted += carts(f"promoted{SMALL}", SMALL, self.sizes.carts, FEW)
        wanted += carts(f"promoted{LARGE}", LARGE, self.sizes.big_carts, MANY)
        for lines in self.sizes.lines:
            wanted += carts(f"big{lines}", lines, self.sizes.big_carts)
        for start in range(0, len(wanted), _BULK):
            await store.carts.commit(
                [CartWrite(0, StoredCart(cart, _SEEDING)) for cart in wanted[start : start + _BULK]]
            )
        await store.catalog.append(Revision(QUIET_TENANT, 1, SEEDED_AT, "seed", b"", catalog()))
        quiet = [replace(each, tenant=QUIET_TENANT) for each in carts("quiet", SMALL, self.sizes.quiet_carts)]
        await store.carts.commit([CartWrite(0, StoredCart(cart, _SEEDING)) for cart in quiet])
        await store.close()

    @asynccontextmanager
    async def store(self, system: System) -> AsyncIterator[MongoStore]:
        """The system's database, for what Cartwright alone can do."""
        store = MongoStore(self.stack.mongo_url, _database(system), timeout=60)
        try:
            yield store
        finally:
            await store.close()

    def collection(self, system: System, name: str) -> AsyncCollection[dict[str, Any]]:
        """A collection of the system's database as it is."""
        return self._mongo[_database(system)][name]

    @asynccontextmanager
    async def run(
        self, system: System, *, processes: int = 1, partitions: int = 1, prefetch: int | None = None
    ) -> AsyncIterator[Run]:
        """Separate queues for one run of a system; the caller starts it.

        The generator's garbage is collected now, and not during the run: its pauses would count as the system's.
        """
        gc.collect()
        gc.disable()
        prefix = f"bench{next(_runs)}"
        settings = Settings(amqp_url=SecretStr(self.stack.amqp_url), prefix=prefix, partitions=partitions)
        await declare(self.stack.amqp_url, Topology(settings))
        await self._listen_for_events(prefix)
        environment = {
            "CART_AMQP_URL": self.stack.amqp_url,
            "CART_MONGO_URL": self.stack.mongo_url,
            "CART_DATABASE": _database(system),
            "CART_PREFIX": prefix,
            "CART_PARTITIONS": str(partitions),
            **({} if prefetch is None else {"CART_PREFETCH": str(prefetch)}),
        }
        running = Running(system, environment, processes, self._cores.systems if self._cores else None)
        traffic = Traffic(self.stack.amqp_url, prefix, system)
        await traffic.open()
        written = ""
        try:
            yield Run(system, prefix, traffic, running, self)
        except TimeoutError as error:
            written = await running.stop()
            raise RuntimeError(f"{system.title} did not answer in time: {written.strip()[-200:]}") from error
        finally:
            gc.enable()
            if not written:
                await running.stop()
            await traffic.close()
            await self._remove(Topology(settings), prefix)

    def servers_cpu(self) -> float | None:
        """CPU seconds of broker and database so far; None if they are not our own processes, so nobody can tell."""
        return cpu_seconds(self._servers) if self._servers else None

    async def round_trips(self) -> int:
        """Data commands that the database has answered."""
        status = await self._mongo.admin.command("serverStatus")
        commands = status["metrics"]["commands"]
        return sum(int(commands[name]["total"]) for name in _DATA_COMMANDS if name in commands)

    async def waiting(self, queue: str) -> int:
        """Messages in a queue."""
        async with await aio_pika.connect(self.stack.amqp_url) as connection:
            channel = await connection.channel()
            declared = await channel.declare_queue(queue, passive=True)
            return declared.declaration_result.message_count or 0

    async def _listen_for_events(self, prefix: str) -> None:
        async with await aio_pika.connect(self.stack.amqp_url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(f"events.{prefix}", durable=True, arguments={"x-queue-mode": "lazy"})
            await queue.bind(f"{prefix}.events", "#")

    async def _remove(self, topology: Topology, prefix: str) -> None:
        async with await aio_pika.connect(self.stack.amqp_url) as connection:
            channel = await connection.channel()
            for queue in [f"events.{prefix}", *(each.name for each in topology.queues())]:
                await channel.queue_delete(queue)
            for exchange in topology.exchanges():
                await channel.exchange_delete(exchange.name)


def _database(system: System) -> str:
    return f"bench_{system.name.replace('-', '_')}"
