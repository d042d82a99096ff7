"""`pause-job`: stop handing out carts; what is under way is finished within a second."""

from dataclasses import replace

from cartwright.wire.examples import example
from handlers.kinds import JobContext
from handlers.named_job import JobNamed, check_steerable
from handlers.registry import steers_job
from models.jobs.job import Job, JobState


class PauseJob(JobNamed):
    """Which job."""

    model_config = example({"jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b"})


@steers_job("pause-job", PauseJob)
def pause_job(job: Job, data: PauseJob, context: JobContext) -> Job:
    """The job as paused; raises `job-ended`."""
    check_steerable(job)
    return replace(job, state=JobState.PAUSED)
