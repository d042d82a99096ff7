"""`cancel-job`: end a job before it is done; carts that were changed stay as they are."""

from dataclasses import replace

from cartwright.wire.examples import example
from handlers.kinds import JobContext
from handlers.named_job import JobNamed, check_steerable
from handlers.registry import steers_job
from models.jobs.job import Job, JobState


class CancelJob(JobNamed):
    """Which job."""

    model_config = example({"jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b"})


@steers_job("cancel-job", CancelJob)
def cancel_job(job: Job, data: CancelJob, context: JobContext) -> Job:
    """The job as cancelled; raises `job-ended`."""
    check_steerable(job)
    return replace(job, state=JobState.CANCELLED, steered_at=context.now)
