"""What the commands about a job share: which job, and when nothing is to be done with it."""

from cartwright.wire.command import CommandData
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from models.jobs.job import Job


class JobNamed(CommandData):
    """Which job."""

    job_id: Id
    """The job's id, from the reply to the command that started it."""


def job_not_found() -> Refusal:
    """The refusal of a command that names no job of its tenant."""
    return Refusal.at("/data/jobId", ErrorCode.JOB_NOT_FOUND, "There is no job with this id.")


def check_steerable(job: Job) -> None:
    """Raise `job-ended` for a job that has ended."""
    if job.ended:
        message = f"The job is {job.state}."
        raise Refusal(ErrorCode.JOB_ENDED, message, details={"state": job.state.value})
