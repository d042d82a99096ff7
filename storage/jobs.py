"""Jobs as they are stored: the job itself, its chunks, and which carts it is about."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from models.jobs.job import Counted, Job, JobState, Selection
from models.jobs.tally import Tally
from queries.search import Found, JobSearch, ReportRow, ReportSearch


class JobKey(NamedTuple):
    """A job's identity: tenants never share one."""

    tenant: str
    job_id: str


class ChunkKey(NamedTuple):
    """A chunk's identity: chunks of a job count from 1."""

    job: JobKey
    number: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some carts of a job, by id. `sends`: how often it was handed out; `done`: what came of the carts is stored."""

    key: ChunkKey
    cart_ids: tuple[str, ...]
    sends: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chunk that is not done: how many carts it has, when it was handed out last, and how often.

    `begun` are the times after which somebody began it, by their numbers: the first time it was handed out is 1.
    """

    key: ChunkKey
    carts: int
    sent_at: datetime | None = None
    sends: int = 0
    begun: frozenset[int] = frozenset()

    @property
    def unbegun(self) -> int:
        """How often it was handed out since somebody began it."""
        return self.sends - max(self.begun, default=0)


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What came of a chunk: the sums, and the lines of the report as a JSON array, as on the wire."""

    key: ChunkKey
    tally: Tally
    lines: bytes


@dataclass(frozen=True, slots=True)
class Walked:
    """Ids of carts, in order, that one step found; `upto` is the last id that it looked at, None at the end."""

    cart_ids: Sequence[str]
    upto: str | None


class Jobs(Protocol):
    """Jobs and their chunks. Each call is one round trip or two; each may raise `StorageUnavailable`."""

    async def load(self, key: JobKey) -> Job | None:
        """The job, if there is one."""

    async def write(self, job: Job, expected: int) -> bool:
        """Store a job in place of its revision `expected` (0: there is none yet); False if it has another."""

    async def states(self, keys: Collection[JobKey]) -> dict[JobKey, JobState]:
        """The states of these jobs."""

    async def find(self, tenant: str, search: JobSearch) -> Found[Job]:
        """The job with an id, or a page of jobs, the newest first."""

    async def to_plan(self, run: str, now: datetime, until: datetime) -> list[Job]:
        """Jobs that a planner has something to do for, and that no other run plans; they are this run's till then."""

    async def let_go(self, run: str) -> None:
        """Leave the jobs of this run to other planners."""

    async def walk(self, tenant: str, selection: Selection, after: str, scan: int) -> Walked:
        """The selected carts among the next `scan` carts of the tenant, in order of their ids."""

    async def add(self, chunks: Sequence[Chunk]) -> None:
        """Add chunks; one that is there already stays as it is."""

    async def waiting(self, job: JobKey, limit: int) -> list[Waiting]:
        """The first so many chunks that are not done, in order."""

    async def under_way(self, job: JobKey, limit: int) -> list[Waiting]:
        """Those of them that were handed out."""

    async def sent(self, keys: Collection[ChunkKey], at: datetime) -> None:
        """Note that these chunks were handed out."""

    async def chunk(self, key: ChunkKey) -> Chunk | None:
        """A chunk, if there is one."""

    async def begun(self, chunk: Chunk) -> None:
        """Note that a chunk was begun after it was handed out for the `sends`-th time: once, however many began it."""

    async def finish(self, result: ChunkResult) -> bool:
        """Store what came of a chunk; False if that is stored already."""

    async def finished(self, job: JobKey, counted: Counted, limit: int) -> Mapping[int, Tally]:
        """What came of finished chunks that are not counted yet, by their numbers."""

    async def report(self, tenant: str, search: ReportSearch) -> Found[ReportRow]:
        """A page of a job's report, up to its first chunk that is not done.

        `total` counts the carts of finished chunks that were counted; it is None if there is no such job.
        """
