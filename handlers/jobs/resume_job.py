"""`resume-job`: go on with a paused job where it stopped."""

from dataclasses import replace

from cartwright.wire.examples import example
from handlers.kinds import JobContext
from handlers.named_job import JobNamed, check_steerable
from handlers.registry import steers_job
from models.jobs.job import Job, JobState


class ResumeJob(JobNamed):
    """Which job."""

    model_config = example({"jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b"})


@steers_job("resume-job", ResumeJob)
def resume_job(job: Job, data: ResumeJob, context: JobContext) -> Job:
    """The job as it goes on; as it is, if it is not paused. Raises `job-ended`."""
    check_steerable(job)
    if job.state is not JobState.PAUSED:
        return job
    state = JobState.PLANNED if job.started_at is None else JobState.RUNNING
    return replace(job, state=state, steered_at=context.now)
