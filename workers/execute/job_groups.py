"""Commands about jobs: folded like a cart's, the job saved by compare-and-set."""

from collections.abc import Callable, Sequence
from datetime import datetime

from cartwright.wire.refusals import Refusal
from handlers.kinds import JobCommand, JobContext
from models.jobs.job import Selection
from storage.jobs import JobKey, Jobs
from storage.records import StorageUnavailable
from workers.clock import Clock
from workers.consume.work import Answered, Work
from workers.execute.facts_cache import FactsCache
from workers.execute.fold import MAX_REFOLDS, fold
from workers.execute.job_subject import JobSubject

SCANNED_AT_ONCE = 10_000


class JobGroups:
    """Executes the waiting commands of one job; `changed` is called when one took effect."""

    def __init__(self, jobs: Jobs, facts: FactsCache, clock: Clock, changed: Callable[[], None]) -> None:
        self._jobs = jobs
        self._facts = facts
        self._clock = clock
        self._changed = changed

    async def run(self, key: JobKey, works: Sequence[Work]) -> list[Answered]:
        """The answers in order; raises `StorageUnavailable` if the outcome is not known."""
        await self._facts.catch_up({key.tenant})
        now = self._clock()
        carts = {id(work): await self._carts_of(work, now) for work in works if work.command.envelope.dry_run}
        for _ in range(MAX_REFOLDS):
            job = await self._jobs.load(key)
            subject = JobSubject(job, self._facts.latest(key.tenant), carts)
            answers = fold(subject, works, now)
            if subject.job is None or subject.job is job:
                return answers
            if await self._jobs.write(subject.job, job.revision if job is not None else 0):
                self._changed()
                return answers
        raise StorageUnavailable("the job kept changing under the worker")

    async def _carts_of(self, work: Work, now: datetime) -> int | None:
        """How many carts an order is about; for a dry run that is the answer, otherwise nobody asks."""
        entry, command = work.registered, work.command
        if not isinstance(entry, JobCommand) or entry.order is None:
            return None
        try:
            order = entry.order(command.data, JobContext(command, self._facts.latest(command.tenant), now))
        except Refusal:
            # It will be refused for the same reason when its turn comes.
            return None
        return await self._count(command.tenant, order.selection)

    async def _count(self, tenant: str, selection: Selection) -> int:
        if selection.cart_ids is not None:
            return len(selection.cart_ids)
        carts, after = 0, ""
        while True:
            step = await self._jobs.walk(tenant, selection, after, SCANNED_AT_ONCE)
            carts += len(step.cart_ids)
            if step.upto is None:
                return carts
            after = step.upto
