"""The in-memory twin of the jobs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart
from models.jobs.job import Counted, Job, JobState, Selection
from models.jobs.tally import Tally
from queries.matching import matches
from queries.parsing import read_filter
from queries.search import Found, JobSearch, ReportRow, ReportSearch
from storage.jobs import Chunk, ChunkKey, ChunkResult, JobKey, Waiting, Walked
from storage.records import CartKey, StoredCart
from storage.reports import report_page


class MemoryJobs:
    """`Jobs` in dictionaries, over a dictionary of carts."""

    def __init__(self, carts: Mapping[CartKey, StoredCart]) -> None:
        self._carts = carts
        self._jobs: dict[JobKey, Job] = {}
        self._leases: dict[JobKey, tuple[str, datetime]] = {}
        self._chunks: dict[ChunkKey, Chunk] = {}
        self._sent: dict[ChunkKey, tuple[datetime, int]] = {}
        self._begun: dict[ChunkKey, frozenset[int]] = {}
        self._results: dict[ChunkKey, ChunkResult] = {}

    async def load(self, key: JobKey) -> Job | None:
        """Look up."""
        return self._jobs.get(key)

    async def write(self, job: Job, expected: int) -> bool:
        """Compare and set."""
        key = JobKey(job.tenant, job.id)
        known = self._jobs.get(key)
        if (known.revision if known is not None else 0) != expected:
            return False
        self._jobs[key] = job
        return True

    async def states(self, keys: Collection[JobKey]) -> dict[JobKey, JobState]:
        """Look up, one by one."""
        return {key: self._jobs[key].state for key in keys if key in self._jobs}

    async def find(self, tenant: str, search: JobSearch) -> Found[Job]:
        """Filter, sort, and cut a page out."""
        if search.job_id is not None:
            job = self._jobs.get(JobKey(tenant, search.job_id))
            return Found([job] if job is not None else [], False, None)
        found = [
            job
            for key, job in self._jobs.items()
            if key.tenant == tenant
            and search.state in {None, job.state}
            and search.kind in {None, job.order.kind}
            and (search.after is None or (job.created.at, job.id) < search.after)
        ]
        found.sort(key=lambda job: (job.created.at, job.id), reverse=True)
        return Found(found[: search.size], len(found) > search.size, None)

    async def to_plan(self, run: str, now: datetime, until: datetime) -> list[Job]:
        """Scan."""
        found = []
        for key, job in self._jobs.items():
            holder, end = self._leases.get(key, (run, until))
            if not (job.ended and job.announced) and (holder == run or end <= now):
                self._leases[key] = (run, until)
                found.append(job)
        return found

    async def let_go(self, run: str) -> None:
        """Scan."""
        self._leases = {key: lease for key, lease in self._leases.items() if lease[0] != run}

    async def walk(self, tenant: str, selection: Selection, after: str, scan: int) -> Walked:
        """Sort, and cut a step out."""
        ids = sorted(key.cart_id for key in self._carts if key.tenant == tenant and key.cart_id > after)
        step = ids[:scan]
        found = [each for each in step if _is_selected(self._carts[CartKey(tenant, each)].cart, selection)]
        return Walked(found, step[-1] if len(step) == scan else None)

    async def add(self, chunks: Sequence[Chunk]) -> None:
        """Set what is new."""
        for chunk in chunks:
            self._chunks.setdefault(chunk.key, chunk)

    async def waiting(self, job: JobKey, limit: int) -> list[Waiting]:
        """Scan."""
        found = [each for each in self._of(job) if not each.done]
        return [self._waiting(each) for each in found[:limit]]

    async def under_way(self, job: JobKey, limit: int) -> list[Waiting]:
        """Scan."""
        return [each for each in map(self._waiting, self._of(job)) if each.sends and not self._is_done(each)][:limit]

    async def sent(self, keys: Collection[ChunkKey], at: datetime) -> None:
        """Set."""
        for key in keys:
            self._sent[key] = (at, self._sent.get(key, (at, 0))[1] + 1)

    async def chunk(self, key: ChunkKey) -> Chunk | None:
        """Look up."""
        chunk = self._chunks.get(key)
        return replace(chunk, sends=self._waiting(chunk).sends) if chunk is not None else None

    async def begun(self, chunk: Chunk) -> None:
        """Add."""
        self._begun[chunk.key] = self._begun.get(chunk.key, frozenset()) | {chunk.sends}

    async def finish(self, result: ChunkResult) -> bool:
        """Set, once."""
        chunk = self._chunks.get(result.key)
        if chunk is None or chunk.done:
            return False
        self._chunks[result.key] = replace(chunk, done=True)
        self._results[result.key] = result
        return True

    async def finished(self, job: JobKey, counted: Counted, limit: int) -> Mapping[int, Tally]:
        """Scan."""
        found = [each.key for each in self._of(job) if each.done and not counted.holds(each.key.number)]
        return {key.number: self._results[key].tally for key in found[:limit]}

    async def report(self, tenant: str, search: ReportSearch) -> Found[ReportRow]:
        """Put together from the chunks."""
        key = JobKey(tenant, search.job_id)
        job = self._jobs.get(key)
        if job is None:
            return Found([], False, None)

        async def chunks(first: int, limit: int) -> list[tuple[int, bytes]]:
            done = [each.key for each in self._of(key) if each.done and each.key.number >= first]
            return [(each.number, self._results[each].lines) for each in done[:limit]]

        return await report_page(job, search, chunks)

    @property
    def results(self) -> Collection[ChunkResult]:
        """What came of all chunks."""
        return self._results.values()

    def _of(self, job: JobKey) -> list[Chunk]:
        found = [chunk for key, chunk in self._chunks.items() if key.job == job]
        return sorted(found, key=lambda chunk: chunk.key.number)

    def _waiting(self, chunk: Chunk) -> Waiting:
        at, sends = self._sent.get(chunk.key, (None, 0))
        return Waiting(chunk.key, len(chunk.cart_ids), at, sends, self._begun.get(chunk.key, frozenset()))

    def _is_done(self, waiting: Waiting) -> bool:
        return self._chunks[waiting.key].done


def _is_selected(cart: Cart, selection: Selection) -> bool:
    if cart.status is CartStatus.DELETED or cart.created.at > selection.created_by:
        return False
    if selection.where is not None:
        return matches(cart, read_filter(selection.where))
    return cart.status is not CartStatus.EXPIRED
