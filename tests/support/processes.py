"""Workers as processes of their own, which can be killed."""

import asyncio
import multiprocessing
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import uuid4

from aio_pika.exceptions import ChannelNotFoundEntity
from pymongo import AsyncMongoClient

import dialects
import handlers
from audit import audit, read_kept
from facts.snapshot import CatalogRows
from storage.mongo.store import MongoStore
from storage.records import ALIVE, Revision, Run
from support.launcher import work
from support.load import Load
from support.patience import PATIENCE
from support.recording import Message, Recorder
from support.removing import remove_topology
from support.shop import OFFERINGS, PRICES, TAXES
from workers.amqp.connecting import connect
from workers.broker.declaration import declare
from workers.broker.topology import Topology
from workers.clock import now
from workers.settings import Settings

# Workers fork off a process that has imported everything once and done nothing else: importing takes two seconds.
MOTHER = multiprocessing.get_context("forkserver")
FOUND = [
    module.name for part in (handlers, dialects) for module in pkgutil.walk_packages(part.__path__, f"{part.__name__}.")
]
LATE = ["anyio._backends._asyncio", "babel.numbers"]
"""What libraries import when they are first used."""
MOTHER.set_forkserver_preload(["workers.app", "storage.mongo.store", "uvloop", *FOUND, *LATE])
# Sooner than in earnest, so that a test need not wait for what a dead worker has left.
HASTE = {
    "heartbeat_interval": 0.3,
    "sweep_interval": 0.5,
    "sweep_grace": 1.5,
    "retry_delays": (1, 2, 4),
    "drain_timeout": 80.0,  # a hand-over waits for as long as a busy broker makes it
}
AT_LEAST = 200
"""So many commands are always waiting for a worker that is to end of its fail point."""


class WorkerProcess:
    """One worker; `fail_point` is `<point>:<which time>:<signal>`, and `hours_ahead` is its clock, see the launcher."""

    def __init__(
        self,
        settings: Settings,
        log: Path,
        fail_point: str = "",
        register: Callable[[], None] | None = None,
        hours_ahead: int = 0,
    ) -> None:
        self._process = MOTHER.Process(
            target=work, args=(settings, log, fail_point, register, hours_ahead), daemon=True
        )
        self._process.start()

    def kill(self) -> None:
        """End it without notice."""
        self._process.kill()
        self._process.join()

    async def stop(self, seconds: float = PATIENCE) -> int:
        """Ask it to end, and wait; its exit status, negative if a signal has ended it."""
        self._process.terminate()
        return await self.ended(seconds)

    async def ended(self, seconds: float = PATIENCE) -> int:
        """Wait until it has ended by itself; its exit status."""
        await asyncio.to_thread(self._process.join, seconds)
        assert self._process.exitcode is not None, f"the worker has not ended after {seconds} s"
        return self._process.exitcode

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()


class Site:
    """A prefix and a database of one test, its workers, the recorder of its one tenant, and its load."""

    def __init__(self, settings: Settings, log: Path, seed: int, carts: int) -> None:
        self.settings = settings
        self.seed = seed
        self.recorder = Recorder(settings.prefix, "acme")
        self.load = Load("acme", seed, carts)
        self.store = MongoStore(settings.mongo_url.get_secret_value(), settings.database, timeout=10)
        self.log = log
        self.workers: list[WorkerProcess] = []
        self.register: Callable[[], None] | None = None
        """Brings commands to the workers that they don't have by themselves."""

    def start(self, fail_point: str = "", settings: Settings | None = None, hours_ahead: int = 0) -> WorkerProcess:
        """Start a worker, with the settings of the site or its own; its machine's clock may be ahead of others."""
        worker = WorkerProcess(settings or self.settings, self.log, fail_point, self.register, hours_ahead)
        self.workers.append(worker)
        return worker

    async def stock(self) -> None:
        """Fill the catalog; without a worker, which would not wait for it before it creates carts."""
        rows = CatalogRows.of({"taxes": TAXES, "offerings": OFFERINGS, "prices": PRICES})
        assert await self.store.catalog.append(Revision("acme", 1, now(), "stock", b"", rows))

    async def partitions(self, count: int) -> list[Run]:
        """Wait until all partitions are owned by so many live workers; their runs."""
        async with asyncio.timeout(PATIENCE):
            while True:
                runs = [run for run in await self.store.runs.current(now()) if not run.closed and run.partitions]
                live = [run for run in runs if now() - run.seen_at < ALIVE]
                owned = sorted(number for run in live for number in run.partitions)
                if len(live) == count and owned == list(range(self.settings.partitions)):
                    return live
                await asyncio.sleep(0.05)

    async def worker_declares(self, queue: str) -> None:
        """Wait until a worker has declared a queue that was deleted."""
        url = self.settings.amqp_url.get_secret_value()
        async with asyncio.timeout(PATIENCE), await connect(url) as connection:
            while True:
                channel = await connection.channel()
                with suppress(ChannelNotFoundEntity):
                    await channel.declare_queue(queue, passive=True)
                    return
                await asyncio.sleep(0.05)

    async def delivered(self) -> None:
        """Wait until nothing waits at the broker: a worker has it."""
        async with asyncio.timeout(PATIENCE):
            for number in range(self.settings.partitions):
                queue = f"{self.settings.prefix}.commands.{number}"
                while (await self.recorder.channel.get_queue(queue)).declaration_result.message_count:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    async def outstanding(self) -> None:
        """Wait until commands are sent and not answered: harm that comes now comes in the middle of work."""
        async with asyncio.timeout(PATIENCE):
            while not self.recorder.history.open:  # noqa: ASYNC110 (a poll is short and simple)
                await asyncio.sleep(0.002)

    async def ended_at_work(self, worker: WorkerProcess, more: Callable[[], list[Message]] | None = None) -> int:
        """Keep a worker at work until it ends of its fail point; its exit status.

        How often a point is passed depends on how many commands come at once, and on who gets which partition. So
        there is always more to do, and some of it is not answered when the end comes.
        """
        ending = asyncio.create_task(worker.ended())
        while not ending.done():
            if len(self.recorder.history.open) < AT_LEAST:
                await self.recorder.send(more() if more else self.load.commands(2 * AT_LEAST))
            await asyncio.wait([ending], timeout=0.02)
        await self.recorder.catch_up()
        rivals = any(each.running for each in self.workers)  # they may have done it since
        assert self.recorder.history.open or rivals, "nothing was left to do when the worker ended"
        return ending.result()

    async def check(self) -> None:
        """Wait for all ends, and for those of new commands; stop the workers, find no fault with what is left."""
        await self.recorder.ended()
        await self._new_work_is_answered()
        await self._swept()
        for worker in self.workers:
            if worker.running:
                assert await worker.stop() == 0, self.log.read_text()[-3000:]
        await self.recorder.catch_up()
        findings = audit(self.recorder.history, await read_kept(self.store, self.recorder.history))
        assert not findings, f"seed {self.seed}: {len(findings)} findings:\n" + "\n".join(map(str, findings[:20]))

    async def _new_work_is_answered(self) -> None:
        """Whatever has happened, each partition has somebody who answers what is sent now."""
        new = [self.load.quantity(cart, 7) for cart in self.load.carts]
        await self.recorder.send(new)
        await self.recorder.answered(new)

    async def _swept(self) -> None:
        """Wait until nothing is left over of workers that are gone, or gave something up."""
        running = sum(worker.running for worker in self.workers)
        async with asyncio.timeout(PATIENCE):
            while True:
                runs = [run for run in await self.store.runs.current(now()) if not run.closed]
                if len(runs) == running and not any(run.abandoned for run in runs):
                    return
                await asyncio.sleep(0.1)


@asynccontextmanager
async def opened_site(
    amqp_url: str, mongo_url: str, folder: Path, seed: int, carts: int, **settings: object
) -> AsyncIterator[Site]:
    """A site, gone at the end of the block; its seed is printed."""
    print(f"seed {seed}")
    name = f"test-{uuid4().hex[:8]}"
    chosen = {**HASTE, **settings}
    site = Site(
        Settings(amqp_url=amqp_url, mongo_url=mongo_url, prefix=name, database=name, **chosen),
        folder / "workers.log",
        seed,
        carts,
    )
    await declare(amqp_url, Topology(site.settings))
    await site.recorder.open(amqp_url)
    await site.store.prepare()
    await site.stock()
    try:
        yield site
    finally:
        for worker in site.workers:
            if worker.running:
                worker.kill()
        await site.recorder.close()
        await site.store.close()
        await _remove(site.settings, site.recorder.queues)


async def _remove(settings: Settings, queues: list[str]) -> None:
    async with await connect(settings.amqp_url.get_secret_value()) as connection:
        channel = await connection.channel()
        for name in queues:
            await channel.queue_delete(name)
        await remove_topology(channel, settings)
    async with AsyncMongoClient(settings.mongo_url.get_secret_value()) as client:
        await client.drop_database(settings.database)
