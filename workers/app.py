"""The worker: everything put together, started in order, stopped in the opposite order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog

from cartwright.handlers.registry import commands
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.storage.interfaces import Store
from cartwright.storage.mongo_store import MongoStore
from cartwright.storage.records import Run, StorageUnavailable
from cartwright.workers.amqp import CartBroker, Delivery, Publisher
from cartwright.workers.amqp.locks import Locks
from cartwright.workers.clock import now
from cartwright.workers.dead_letters import PREFETCH as DEAD_LETTERS
from cartwright.workers.dead_letters import DeadLetters
from cartwright.workers.declaration import declare
from cartwright.workers.engine import Engine
from cartwright.workers.intake import Intake, Parked
from cartwright.workers.lanes import Lanes
from cartwright.workers.logs import configure
from cartwright.workers.memory import collect_rarely, share_arenas
from cartwright.workers.metrics import Readings, serving
from cartwright.workers.outbound import Outbound
from cartwright.workers.partitions import Partitions
from cartwright.workers.settings import Settings
from cartwright.workers.topology import Topology, queue_of

RECONNECT_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Worker:
    """One worker process: consumes the partitions' queues until it is stopped."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.run_id = uuid4().hex
        self.topology = Topology(settings)
        self._store = store
        self._intake = Intake(settings.reply_prefix, settings.trust_role_header)
        amqp_url = settings.amqp_url.get_secret_value()
        self._publisher = Publisher(amqp_url, timeout=settings.publish_timeout)
        self._broker = CartBroker(amqp_url, logger=None, reconnect_interval=RECONNECT_SECONDS)
        self._lanes = Lanes(settings.waiting_bytes, self._broker.pause, self._broker.resume)
        self._outbound = Outbound(self._publisher)
        self._engine = Engine(settings, self.run_id, store, self._outbound, self._lanes)
        letters = DeadLetters(self._intake, self._lanes, self._engine.completion, self._answer)
        dead = queue_of(self.topology.dead_queue())
        self._dead_letters = self._broker.consumer(dead, letters.receive, prefetch=DEAD_LETTERS)
        self._partitions = Partitions(self.topology, self._broker, Locks(amqp_url), self._receive)
        self._background: set[asyncio.Task[None]] = set()
        self.failed = asyncio.Event()
        self._runs: list[Run] = []
        self._answering: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect, declare, and begin to consume."""
        commands()
        await self._store.prepare()
        await self._heartbeat()
        await self._publisher.connect()
        await declare(self.settings.amqp_url.get_secret_value(), self.topology)
        self._spawn(self._engine.dispatcher.run())
        self._spawn(self._every(self.settings.heartbeat_interval, self._heartbeat))
        self._spawn(self._every(self.settings.heartbeat_interval, self._balance))
        self._spawn(self._every(self.settings.sweep_interval, self._engine.sweeper.sweep))
        await self._broker.start()
        _log.info("worker_started", run=self.run_id, partitions=self.settings.partitions)

    def readings(self) -> Readings:
        """What there is to measure, as it stands."""
        return Readings(
            commands=self._engine.dispatcher.commands,
            groups=self._engine.dispatcher.groups,
            waiting=len(self._lanes),
            cache_hits=self._engine.cache.hits,
            cache_misses=self._engine.cache.misses,
            published=self._outbound.published,
            unroutable=self._outbound.unroutable,
            partitions=len(self._partitions.owned),
        )

    async def stop(self) -> None:
        """Cancel the consumers, drain what they delivered, then close."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_timeout):
                await self._dead_letters.cancel()
                await self._partitions.leave()
                await self._engine.dispatcher.finish()
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._publisher.close()
        with suppress(StorageUnavailable):
            settlement = self._engine.settlement
            await self._store.runs.record(settlement.record(now(), closed=settlement.complete))
        await self._broker.stop()
        await self._store.close()
        _log.info("worker_stopped", run=self.run_id)

    def _receive(self, delivery: Delivery) -> None:
        """Take a delivery in; it always ends in an answer, or parked."""
        try:
            self._intake.check_address(delivery)
            self._lanes.put(self._intake.read(delivery, now()))
        except Parked as parked:
            self._answer(self._engine.completion.park(delivery, parked.code.value, parked.message))
        except Refusal as refusal:
            self._answer(self._engine.completion.refuse(delivery, refusal))
        except Exception:  # noqa: BLE001 (whatever a message contains, the next one is read)
            _log.exception("intake_failed", message_id=delivery.message_id)
            failure = Refusal(ErrorCode.INTERNAL, "The command could not be read.")
            self._answer(self._engine.completion.refuse(delivery, failure))

    def _answer(self, answering: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(answering)
        self._answering.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The delivery stays unsettled; after the delivery limit the broker parks it.
            _log.error("answer_failed", exc_info=error)

    async def _heartbeat(self) -> None:
        await self._store.runs.record(self._engine.settlement.record(now(), partitions=self._partitions.owned))
        self._runs = await self._store.runs.all()
        self._engine.settlement.learn(self._runs)

    async def _balance(self) -> None:
        await self._partitions.balance(self.run_id, self._runs, now())

    async def _every(self, seconds: float, action: Callable[[], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await action()
            except StorageUnavailable as error:
                _log.warning("storage_unavailable", error=str(error), task=action.__qualname__)
            except Exception:  # noqa: BLE001 (what is due every second is tried again a second later)
                _log.exception("task_failed", task=action.__qualname__)

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._watch)

    def _watch(self, task: asyncio.Task[None]) -> None:
        """A worker without its dispatcher would sit on its deliveries: better to end, and be started again."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.critical("worker_failed", exc_info=error)
            self.failed.set()


async def run(settings: Settings) -> bool:
    """Run a worker until SIGTERM or SIGINT; False if it had to give up."""
    share_arenas()
    configure(settings.log_format, settings.log_level)
    store = MongoStore(settings.mongo_url.get_secret_value(), settings.database, timeout=settings.storage_timeout)
    worker = Worker(settings, store)
    stopping = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    await worker.start()
    collect_rarely()
    with serving(settings.metrics_port, worker.readings):
        ends = [asyncio.ensure_future(stopping.wait()), asyncio.ensure_future(worker.failed.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        await worker.stop()
    return not worker.failed.is_set()
