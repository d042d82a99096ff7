"""The planner: splits jobs into chunks, hands these out, adds up what came of them, and ends the jobs.

Every worker has one; a job is planned by one of them at a time, under a lease. Each step is written by compare-and-set,
so two planners of one job would do no harm either, and a planner that dies leaves nothing undone that the next one does
not find: chunks are stored with the job before they are stored as chunks, handed out again if nothing comes of them,
and counted by their numbers.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from models.jobs.job import Job, JobState, Plan
from storage.jobs import Chunk, ChunkKey, JobKey, Jobs, Waiting
from storage.records import StorageUnavailable
from workers.amqp.ports import PublisherClosed
from workers.clock import Clock
from workers.jobs.messages import JobMessages
from workers.jobs.pace import Pace, chunk_size
from workers.jobs.repeating import is_hopeless, is_overdue
from workers.publish.outbound import Sender, hand_out
from workers.settings import Settings

LEASE = timedelta(seconds=4)
BUSY_SECONDS = 0.05
IDLE_SECONDS = 1.0
SCANNED_AT_ONCE = 5_000
COUNTED_AT_ONCE = 200
PROGRESS_EVERY = timedelta(seconds=1)
_GOING = frozenset({JobState.PLANNED, JobState.RUNNING})

_log = structlog.get_logger(__name__)


class Overtaken(Exception):  # noqa: N818 (it says what happened)
    """Somebody else has written the job: the next step finds it as it is now."""


@dataclass(slots=True)
class _Known:
    """What this planner remembers of a job: since when it plans it, what it told of progress, and its pace.

    `added` is the number of chunks that are known to be stored.
    """

    taken_at: datetime
    told_at: datetime
    told: int = 0
    added: int = 0
    pace: Pace = field(default_factory=Pace)


class Planner:
    """Plans the jobs of all tenants; `run` is the worker's."""

    def __init__(
        self, settings: Settings, run: str, jobs: Jobs, outbound: Sender, messages: JobMessages, clock: Clock
    ) -> None:
        self._settings = settings
        self._run = run
        self._jobs = jobs
        self._outbound = outbound
        self._messages = messages
        self._clock = clock
        self._known: dict[JobKey, _Known] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something happened to a job: look after it now."""
        self._woken.set()

    async def run(self) -> None:
        """Plan until cancelled."""
        while True:
            busy = False
            try:
                busy = await self.step()
            except (StorageUnavailable, PublisherClosed) as error:
                _log.warning("planning_waits", error=repr(error))
            except Exception:  # noqa: BLE001 (it is tried again, as long as the worker lives)
                _log.exception("planning_failed")
            await self._rest(busy)

    async def _rest(self, busy: bool) -> None:
        """Not longer than until somebody wakes us, but never without a pause while there is work."""
        if busy:
            await asyncio.sleep(BUSY_SECONDS)
            return
        self._woken.clear()
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def let_go(self) -> None:
        """Leave our jobs to other planners."""
        await self._jobs.let_go(self._run)

    async def step(self) -> bool:
        """Do for every job what can be done now; return whether there are jobs to look after soon."""
        now = self._clock()
        jobs = await self._jobs.to_plan(self._run, now, now + LEASE)
        keys = {JobKey(job.tenant, job.id) for job in jobs}
        self._known = {key: known for key, known in self._known.items() if key in keys}
        for job in jobs:
            try:
                await self._advance(job)
            except Overtaken:
                continue
            except (StorageUnavailable, PublisherClosed):
                raise
            except Exception:  # noqa: BLE001 (a job that can't be advanced must not keep others from it)
                _log.exception("job_not_advanced", job=job.id, tenant=job.tenant)
        return any(job.state is not JobState.PAUSED for job in jobs)

    async def _advance(self, job: Job) -> None:
        key = JobKey(job.tenant, job.id)
        known = self._known.setdefault(key, _Known(self._clock(), self._clock()))
        if job.state in _GOING:
            job = await self._planned(job, known)
            job = await self._handed_out(job, known)
        elif job.ended and job.finished_at is None:
            under_way = await self._jobs.under_way(key, self._settings.chunks_at_once)
            await self._send(self._to_repeat(under_way, job, known))
        job = await self._counted(job)
        job = await self._ended(job)
        await self._tell(job, known)

    async def _planned(self, job: Job, known: _Known) -> Job:
        """Split the next carts into chunks, unless all are."""
        await self._add_latest(job, known)
        if not job.plan.complete:
            job = await self._write(replace(job, plan=await self._further(job, job.plan)))
            await self._add_latest(job, known)
        return job

    async def _add_latest(self, job: Job, known: _Known) -> None:
        if known.added < job.plan.chunks:
            await self._jobs.add(_chunks(JobKey(job.tenant, job.id), job.plan))
            known.added = job.plan.chunks

    async def _further(self, job: Job, plan: Plan) -> Plan:
        selection = job.order.selection
        found: Sequence[str] = selection.cart_ids or ()
        upto = None
        if selection.cart_ids is None:
            step = await self._jobs.walk(job.tenant, selection, plan.after, SCANNED_AT_ONCE)
            found, upto = step.cart_ids, step.upto
        size = chunk_size(job.order.rate_per_second, self._settings.chunk_carts)
        chunks = tuple(tuple(found[start : start + size]) for start in range(0, len(found), size))
        return Plan(upto or "", plan.chunks + len(chunks), plan.carts + len(found), upto is None, chunks)

    async def _handed_out(self, job: Job, known: _Known) -> Job:
        """Hand out the first chunks that nobody has, as fast as the job may go."""
        key, now = JobKey(job.tenant, job.id), self._clock()
        waiting = await self._jobs.waiting(key, self._settings.chunks_at_once)
        repeated = self._to_repeat(waiting, job, known)
        fresh = [each for each in waiting if each.sent_at is None]
        due = repeated + known.pace.affordable(fresh, job.order.rate_per_second, now)
        if hopeless := [each.key.number for each in due if is_hopeless(each)]:
            _log.error("job_failed", job=job.id, tenant=job.tenant, chunk=hopeless[0])
            return await self._write(replace(job, state=JobState.FAILED))
        if due and job.state is JobState.PLANNED:
            job = await self._write(replace(job, state=JobState.RUNNING, started_at=job.started_at or now))
        await self._send(due)
        return job

    def _to_repeat(self, waiting: Collection[Waiting], job: Job, known: _Known) -> list[Waiting]:
        """Chunks to be handed out again: perhaps nobody has them.

        The job was paused meanwhile, a planner before us may not have lived to hand them out, or nothing has come of
        them for long. To hand out a chunk twice costs time, and does no harm.
        """
        now, anew = self._clock(), max(job.steered_at or job.created.at, known.taken_at)
        return [each for each in waiting if is_overdue(each, anew, now)]

    async def hand_on(self, key: ChunkKey) -> None:
        """Give a chunk that we have begun to another worker."""
        await self._jobs.sent([key], self._clock())
        await hand_out(self._outbound, [self._messages.chunk(key)])

    async def _send(self, due: Sequence[Waiting]) -> None:
        """Hand out chunks; noted before, so that a job that ends waits for all of them."""
        if not due:
            return
        keys: list[ChunkKey] = [each.key for each in due]
        await self._jobs.sent(keys, self._clock())
        await hand_out(self._outbound, [self._messages.chunk(key) for key in keys])

    async def _counted(self, job: Job) -> Job:
        """Add up what came of chunks since."""
        found = await self._jobs.finished(JobKey(job.tenant, job.id), job.counted, COUNTED_AT_ONCE)
        if not found:
            return job
        tally = job.tally
        for each in found.values():
            tally = tally.with_other(each)
        return await self._write(replace(job, tally=tally, counted=job.counted.with_numbers(found)))

    async def _ended(self, job: Job) -> Job:
        now = self._clock()
        if job.state in _GOING:
            plan = job.plan
            if plan.complete and job.counted.upto == plan.chunks:
                state = JobState.COMPLETED
                started = job.started_at or now
                return await self._write(replace(job, state=state, started_at=started, finished_at=now))
        elif job.ended and job.finished_at is None:
            key = JobKey(job.tenant, job.id)
            under_way = await self._jobs.under_way(key, 1)
            if not under_way and not await self._jobs.finished(key, job.counted, 1):
                return await self._write(replace(job, finished_at=now))
        return job

    async def _tell(self, job: Job, known: _Known) -> None:
        """Publish the end of a job, or how far it has come, once a second at most."""
        now = self._clock()
        if job.finished_at is not None:
            await hand_out(self._outbound, [self._messages.completed(job)])
            await self._write(replace(job, announced=True))
        elif job.tally.seen != known.told and now >= known.told_at + PROGRESS_EVERY and job.reports_progress:
            known.told_at, known.told = now, job.tally.seen
            await hand_out(self._outbound, [self._messages.progress(job)])

    async def _write(self, job: Job) -> Job:
        """Store the next revision; raises `Overtaken`."""
        after = job.next()
        if not await self._jobs.write(after, job.revision):
            raise Overtaken
        return after


def _chunks(key: JobKey, plan: Plan) -> list[Chunk]:
    first = plan.chunks - len(plan.latest) + 1
    return [Chunk(ChunkKey(key, number), ids) for number, ids in enumerate(plan.latest, first)]
