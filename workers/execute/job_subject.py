"""A job as the subject of a fold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.replies import Status
from engine.steer import steer
from facts.snapshot import Facts
from handlers.kinds import JobCommand, JobContext
from models.answers.answer import Answer
from models.answers.job_answer import JobAnswer
from models.jobs.job import Job, JobRecord
from workers.consume.work import Work


@dataclass(frozen=True, slots=True)
class JobResult:
    """The job after a command; the same one if nothing differs."""

    job: Job
    unchanged: bool


class JobSubject:
    """One job in memory; `carts` says how many carts orders are about, by their works' identity, in dry runs."""

    def __init__(self, job: Job | None, facts: Facts, carts: Mapping[int, int | None]) -> None:
        self.job = job
        self._facts = facts
        self._carts = carts

    def recall(self, command: AnyCommand) -> JobRecord | None:
        """From the job, which remembers the last commands about it."""
        return self.job.record_of(command.id) if self.job is not None and command.id is not None else None

    def repeat(self, work: Work, record: JobRecord, status: Status) -> Answer:
        """The first outcome, with the job as it is by now."""
        if self.job is None:
            raise LookupError("a job that is remembered exists")
        return JobAnswer(status, self.job)

    def decide(self, work: Work, now: datetime) -> JobResult:
        """The job after the command; raises `Refusal`."""
        entry, command = work.registered, work.command
        if not isinstance(entry, JobCommand):
            raise TypeError(f"{command.type} is not a command about a job")
        context = JobContext(command, self._facts, now, self._carts.get(id(work)))
        after = steer(entry, self.job, context)
        return JobResult(after, after == self.job)

    def keep(self, work: Work, result: JobResult, status: Status, now: datetime) -> JobRecord:
        """Move on to the next revision, which remembers the command."""
        record = JobRecord(work.command.id or "", work.command.body_hash, work.token, status)
        self.job = result.job.with_record(record)
        return record

    def answer(self, work: Work, result: JobResult, status: Status) -> Answer:
        """The outcome as an answer."""
        return JobAnswer(status, result.job)

    def ask(self, work: Work, now: datetime) -> Answer:
        """Queries about jobs run in no lane of a job."""
        raise TypeError(f"{work.command.type} is a query")
