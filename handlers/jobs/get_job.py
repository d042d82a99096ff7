"""`get-job`: a job: what it is to do, how far it has come, and what it came to so far."""

from cartwright.wire.examples import example
from cartwright.wire.jobs import JobUpdated
from handlers.named_job import JobNamed, job_not_found
from handlers.needs import Context, Needs
from handlers.registry import query
from models.answers.job_answer import JobAnswer
from models.cart.cart import Cart
from queries.search import JobSearch


class GetJob(JobNamed):
    """Which job."""

    model_config = example({"jobId": "j-7d1c5f0e2b9a4c8d3e6f1a2b"})


def _search(data: GetJob) -> JobSearch:
    return JobSearch(data.job_id)


@query(
    "get-job",
    GetJob,
    needs=lambda data: Needs(search=_search(data)),
    blank=True,
    reply_type="job-updated",
    reply=JobUpdated,
)
def get_job(blank: Cart, data: GetJob, context: Context) -> JobAnswer:
    """The job; raises `job-not-found`."""
    found = context.fetched.found[_search(data)].rows
    if not found:
        raise job_not_found()
    return JobAnswer("read", found[0])
