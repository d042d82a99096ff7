"""The worker: everything put together, started in order, stopped in reverse order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import structlog

from cartwright.cancelling import cancelled
from dialects.registry import dialects
from handlers.registry import commands
from storage.mongo.store import MongoStore
from storage.ports import Store
from storage.records import StorageUnavailable
from workers.amqp import ADAPTERS, Delivery
from workers.amqp.answering import with_heartbeat
from workers.broker.declaration import TopologyError, declare
from workers.broker.plan import Plan
from workers.broker.session import Receivers
from workers.broker.sessions import Sessions
from workers.clock import SharedClock
from workers.consume.backlog import Backlog
from workers.consume.door import Door
from workers.consume.intake import Intake
from workers.consume.lanes import Lanes
from workers.consume.probe import Probe
from workers.consume.volume import Volume
from workers.instruments import Instruments
from workers.logs import configure
from workers.membership import STANDBY, Membership
from workers.metrics.health import readiness
from workers.metrics.readings import Phase, Readings
from workers.metrics.serving import serving
from workers.process import collect_rarely, share_arenas
from workers.publish.outbound import Outbound
from workers.publish.parking import Parking
from workers.reader import Reader
from workers.settings import Settings
from workers.tracing.opening import open_tracing
from workers.watchdog import Vitals, Watchdog
from workers.wiring import USUAL, Parts, Wiring

FOLLOW_SECONDS = 0.1

_log = structlog.get_logger(__name__)


class Worker:
    """One worker process: consumes the partitions' queues until it is stopped."""

    def __init__(self, settings: Settings, store: Store, wiring: Wiring = USUAL) -> None:
        self.settings = settings
        clock = self._clock = SharedClock(wiring.clock)
        wiring = replace(wiring, clock=clock)
        self.run_id = uuid4().hex
        self._plan = Plan(settings)
        self._store = store
        self._amqp_url = with_heartbeat(settings.amqp_url.get_secret_value())
        self._door = Door(Probe(self._amqp_url))
        intake = Intake(settings.reply_prefix, settings.trust_role_header, self._door.refused)
        publisher = ADAPTERS[settings.amqp_adapter].publisher
        replies = publisher(self._amqp_url, silence=settings.publish_timeout)
        others = publisher(self._amqp_url, silence=settings.publish_timeout, prepare=self._declare)
        self._parking = Parking(settings.parking_messages)
        self._outbound = wiring.fit("outbound", Outbound(replies, others, self._parking))
        receivers = Receivers(
            self._door.way_to(self._receive), self._door.way_to(self._receive_dead), self._receive_chunk
        )
        self._sessions = Sessions(self._amqp_url, self._plan, replies.send, receivers, self._withdraw)
        volume = Volume(settings.waiting_bytes, self._sessions.pause, self._sessions.resume)
        self._lanes = wiring.fit("lanes", Lanes(volume, settings.weights))
        parts = self._parts = Parts(settings, self.run_id, store, self._outbound, self._lanes, wiring)
        self._reader = Reader(wiring.fit("intake", intake), self._lanes, parts.completion, parts.source, clock)
        self._backlog = Backlog(self._lanes, self._reader.read, volume, settings.prefetch)
        self._background: set[asyncio.Task[None]] = set()
        self.failed = asyncio.Event()
        self._watchdog = Watchdog(settings.stall_seconds, self._vitals, self.failed.set)
        self._membership = Membership(
            self.run_id,
            settings,
            self._amqp_url,
            store,
            self._plan,
            self._sessions,
            parts.watermark,
            self._vitals,
            clock,
        )
        self._instruments = Instruments(
            settings,
            parts,
            self._reader,
            self._sessions,
            self._outbound,
            self._lanes,
            self._backlog,
            self._parking,
            self._watchdog,
            self._membership.pulse,
        )

    async def start(self) -> None:
        """Connect, declare, and begin to consume."""
        commands()
        dialects()
        await self._store.prepare()
        await self._membership.join()
        await self._outbound.connect()
        self._parts.dispatcher.watch = self._watch
        self._spawn(self._parts.dispatcher.run())
        self._spawn(self._every(self._membership.pause, self._membership.heartbeat))
        self._spawn(self._every(FOLLOW_SECONDS, self._membership.follow))
        self._spawn(self._every(self.settings.heartbeat_interval, self._balance))
        self._spawn(self._every(self.settings.heartbeat_interval, self._measure_parking))
        self._spawn(self._every(self.settings.sweep_interval, self._parts.sweeper.sweep))
        self._spawn(self._parts.planner.run())
        self._spawn(self._parts.runner.watch())
        await self._sessions.start()
        self._consuming = self._spawn(self._sessions.run())
        self._spawn(self._watchdog.run())
        self._instruments.phase = Phase.RUNNING
        partitions, workers = self._plan.topology.count, self._membership.live
        _log.info("worker_started", run=self.run_id, partitions=partitions, workers=workers)
        if workers > partitions:
            _log.info("more_workers_than_partitions", workers=workers, partitions=partitions, remedy=STANDBY)

    def readings(self) -> Readings:
        """The current values of all metrics; any thread may ask."""
        return self._instruments.read()

    @property
    def ready(self) -> bool:
        """Whether commands that come in now are worked on."""
        return all(each.ok for each in readiness(self.readings()))

    def _vitals(self) -> Vitals:
        # Without the broker nothing can finish; commands that wait only for the journal are answered; and those that
        # wait for room in the parking queue wait for people.
        return Vitals(
            finished=self._parts.dispatcher.finished + self._reader.answered,
            waiting=self._sessions.unacknowledged,
            explained=not self._sessions.live or self._parts.journal.failing or self._parking.held > 0,
        )

    async def stop(self) -> bool:
        """Cancel the consumers, drain what they delivered, then close; False if not everything could be drained."""
        drained = False
        self._instruments.phase = Phase.STOPPING
        await cancelled([self._consuming])
        with suppress(TimeoutError):
            # A worker that made no progress for a minute won't in another half.
            async with asyncio.timeout(0 if self._watchdog.stalled else self.settings.drain_timeout):
                self._parts.runner.leave()
                await self._drain()
                drained = True
        await cancelled(self._background)
        await self._door.close()
        await self._outbound.close()
        with suppress(StorageUnavailable):
            await self._parts.planner.let_go()
            watermark = self._parts.watermark
            await self._store.runs.record(watermark.record(self._clock(), closed=watermark.complete))
        await self._sessions.close()
        await self._store.close()
        _log.info("worker_stopped", run=self.run_id, drained=drained)
        return drained

    async def _drain(self) -> None:
        """Finish what was read. What is unread goes back to its queue with the connection, all at once and in order."""
        if len(self._backlog) and self._sessions.settled:
            self._backlog.close()
            await self._lanes.idle()
            await self._parts.dispatcher.finish()
            await self._parts.completion.parked()
            await self._reader.idle()
            await self._sessions.give_back()
        else:
            await self._sessions.leave()
            await self._parts.dispatcher.finish()

    async def _declare(self) -> None:
        """Make sure that the exchanges and queues we publish to exist."""
        try:
            async with self._plan.held() as topology:
                await declare(self._amqp_url, topology)
        except TopologyError as error:
            _log.error("topology_differs", reason=str(error))

    def _withdraw(self) -> None:
        """Drop commands whose channel was lost before they were settled; they come again."""
        withdrawn = self._lanes.withdraw(lambda work: not work.source.link.open) + self._backlog.withdraw()
        if withdrawn:
            _log.info("commands_withdrawn", commands=withdrawn)

    def _receive(self, delivery: Delivery) -> None:
        self._backlog.receive(delivery)

    def _receive_dead(self, letter: Delivery) -> None:
        self._reader.read_dead_letter(letter)

    def _receive_chunk(self, delivery: Delivery) -> None:
        self._parts.runner.receive(delivery)

    async def _balance(self) -> None:
        # A partition changes hands once everything of it is settled: what waits for room in the parking queue waits for
        # people, and all later commands would wait with it.
        if not self._parking.held:
            await self._membership.balance()

    async def _measure_parking(self) -> None:
        confirmed = self._parking.confirmed
        messages = await self._sessions.waiting(self._plan.topology.parking)
        if messages is not None:
            self._parking.measured(messages, confirmed)

    async def _every(self, pause: float | Callable[[], float], action: Callable[[], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(pause() if callable(pause) else pause)
            try:
                await action()
            except StorageUnavailable as error:
                _log.warning("storage_unavailable", error=str(error), task=action.__qualname__)
            except Exception:  # noqa: BLE001 (what is due every second is tried again a second later)
                _log.exception("task_failed", task=action.__qualname__)

    def _spawn(self, coroutine: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(coroutine)
        self._background.add(task)
        task.add_done_callback(self._watch)
        return task

    def _watch(self, task: asyncio.Task[None]) -> None:
        """A worker without its dispatcher would hold its deliveries forever: better to end and be restarted."""
        error = _unwanted_end(task)
        if error is not None and not (task.cancelled() and self._instruments.phase is Phase.STOPPING):
            _log.critical("worker_failed", exc_info=error)
            self._instruments.failed = True
            self.failed.set()


def _unwanted_end(task: asyncio.Task[None]) -> BaseException | None:
    """What has ended a task; libraries cancel whoever waits on a connection that is lost."""
    return asyncio.CancelledError(task.get_coro()) if task.cancelled() else task.exception()


async def run(settings: Settings, wiring: Wiring = USUAL) -> bool:
    """Run a worker until SIGTERM or SIGINT; False if it had to give up."""
    share_arenas()
    configure(settings.log_format, settings.log_level, settings.secrets)
    store = MongoStore(
        settings.mongo_url.get_secret_value(),
        settings.database,
        timeout=settings.storage_timeout,
        driver=settings.mongo_driver,
    )
    tracing = open_tracing(settings)
    if tracing is not None:
        wiring = replace(wiring, spans=tracing)
    worker = Worker(settings, wiring.fit("store", store), wiring)
    stopping = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopping.set)
    with serving(settings.metrics_port, worker.readings):
        await worker.start()
        collect_rarely()
        ends = [asyncio.ensure_future(stopping.wait()), asyncio.ensure_future(worker.failed.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        drained = await worker.stop()
    if tracing is not None:
        await asyncio.to_thread(tracing.close)
    return drained and not worker.failed.is_set()
