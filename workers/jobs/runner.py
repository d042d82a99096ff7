"""The runner: takes chunks of jobs from the batch queues, has their carts done, and stores what came of them.

The carts go through the same lanes as all commands, behind those that somebody waits for. What a job does to a cart is
remembered with the cart under the job's id, so a chunk that comes twice does nothing twice, and makes the same report.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine

import orjson
import structlog

from models.jobs.job import Job, JobState
from models.jobs.report import ReportLine
from models.jobs.tally import Tally
from storage.jobs import Chunk, ChunkKey, ChunkResult, JobKey, Jobs
from storage.records import StorageUnavailable
from workers.amqp import Delivery
from workers.amqp.ports import PublisherClosed
from workers.consume.lanes import Lanes
from workers.jobs.carts import CartRuns
from workers.jobs.chunk_answers import Interrupted, Running
from workers.jobs.messages import read_chunk

RETRY_SECONDS = 1.0
WATCH_SECONDS = 0.3
STOPPED_SECONDS = 1.0
"""After so long without another cart, whoever runs the same chunk has stopped: `WATCH_SECONDS`, and one group."""
CARTS_AT_ONCE = 100
"""So many carts of a chunk are in the lanes at once."""

_log = structlog.get_logger(__name__)


class ChunkRunner:
    """Runs chunks; `finished` is called after each.

    `hand_on` gives a chunk to another worker, `park` puts away what is no chunk, with a reason.
    """

    def __init__(
        self,
        jobs: Jobs,
        carts: CartRuns,
        lanes: Lanes,
        finished: Callable[[], None],
        hand_on: Callable[[ChunkKey], Awaitable[None]],
        park: Callable[[Delivery, str], Coroutine[None, None, None]],
    ) -> None:
        self._jobs = jobs
        self._carts = carts
        self._lanes = lanes
        self._finished = finished
        self._hand_on = hand_on
        self._park = park
        self._running: dict[ChunkKey, Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = False

    @property
    def running(self) -> int:
        """The chunks that are being run."""
        return len(self._running)

    def receive(self, delivery: Delivery) -> None:
        """Take a chunk; it ends acknowledged."""
        try:
            key = read_chunk(delivery.body)
        except (ValueError, RecursionError) as error:
            self._spawn(self._park(delivery, str(error)))
            return
        if key in self._running:
            self._running[key].came_again.append(delivery)
        else:
            self._start(key, delivery)

    def _start(self, key: ChunkKey, delivery: Delivery) -> None:
        self._running[key] = Running()
        self._spawn(self._run(key, delivery))

    def _spawn(self, running: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(running)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def watch(self) -> None:
        """Take the carts of jobs that go on no longer out of the lanes, until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not self._running:
                continue
            try:
                states = await self._jobs.states({key.job for key in self._running})
            except StorageUnavailable:
                continue
            for key, running in self._running.items():
                if states.get(key.job) is not JobState.RUNNING:
                    self._stop(running)

    def leave(self) -> None:
        """Stop after what is being executed; the chunks come again, to another worker."""
        self._leaving = True
        for running in self._running.values():
            self._stop(running)

    def _stop(self, running: Running) -> None:
        running.stopped = True
        answers = running.answers
        if answers is not None:
            answers.withdrawn(self._lanes.withdraw(lambda work: work.source.link is answers))

    async def _run(self, key: ChunkKey, delivery: Delivery) -> None:
        running = self._running[key]
        running.begun_before = delivery.redelivered
        try:
            while delivery.link.open:
                try:
                    await self._chunk(key, running)
                    break
                except (StorageUnavailable, Interrupted, PublisherClosed) as error:
                    _log.warning("chunk_waits", job=key.job.job_id, chunk=key.number, error=repr(error))
                    running.begun_before = True
                    await asyncio.sleep(RETRY_SECONDS)
            delivery.link.acknowledge([delivery.delivery_tag])
        except Exception:  # noqa: BLE001 (it is handed out again, until the job fails)
            _log.exception("chunk_failed", job=key.job.job_id, chunk=key.number)
            delivery.link.acknowledge([delivery.delivery_tag])
        finally:
            del self._running[key]
            self._finished()
        for again in running.came_again:
            # It may have been handed out once more because this run was to stop.
            self.receive(again)

    async def _chunk(self, key: ChunkKey, running: Running) -> None:
        job, chunk = await self._jobs.load(key.job), await self._jobs.chunk(key)
        if job is None or chunk is None or chunk.done or job.state is JobState.PAUSED:
            return
        # Whoever does not live to end it leaves this behind: so it is told from a chunk that waits.
        await self._jobs.begun(chunk)
        running.stopped = job.ended or self._leaving
        running.begun_before = running.begun_before or chunk.sends > 1
        lines = await self._lines(job, chunk, running)
        if running.stopped:
            if not await self._has_ended(key.job):
                # It goes on later, and what was done is found again then.
                if self._leaving:
                    await self._hand_on(key)
                return
            if running.begun_before:
                lines += await self._done_by_others(job, {*chunk.cart_ids} - {line.cart_id for line in lines})
        lines.sort(key=lambda line: line.cart_id)
        shown = [line.wire() for line in lines]
        await self._jobs.finish(ChunkResult(key, Tally.of(lines, shown), orjson.dumps(shown)))

    async def _lines(self, job: Job, chunk: Chunk, running: Running) -> list[ReportLine]:
        """The lines of the chunk's carts, in any order; only those of the first ones if it was stopped."""
        if running.stopped:
            return []
        # Of a chunk that was begun before, the job itself may have touched some carts.
        lines, to_do = ([], chunk.cart_ids) if running.begun_before else await self._carts.sort_out(job, chunk.cart_ids)
        slices = [to_do[start : start + CARTS_AT_ONCE] for start in range(0, len(to_do), CARTS_AT_ONCE)]
        while slices and not running.stopped:
            lines += await self._carts.run(job, slices.pop(0), running)
        return lines

    async def _done_by_others(self, job: Job, cart_ids: Collection[str]) -> list[ReportLine]:
        """The lines of what others have done, once nothing more comes of it: they may not have stopped yet."""
        found = await self._carts.done_before(job, cart_ids)
        while True:
            await asyncio.sleep(STOPPED_SECONDS)
            known, found = found, await self._carts.done_before(job, cart_ids)
            if len(found) == len(known):
                return found

    async def _has_ended(self, key: JobKey) -> bool:
        job = await self._jobs.load(key)
        return job is not None and job.ended
