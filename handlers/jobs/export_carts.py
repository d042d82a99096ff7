"""`export-carts`: publish many carts, whole, as one event each."""

from cartwright.wire.examples import example
from handlers.job_orders import JobData
from handlers.kinds import JobContext
from handlers.registry import starts_job
from models.jobs.job import JobKind, JobOrder


class ExportCarts(JobData):
    """Which carts."""

    model_config = example({"where": 'status = "submitted"'})


@starts_job("export-carts", ExportCarts)
def export_carts(data: ExportCarts, context: JobContext) -> JobOrder:
    """The order to publish these carts."""
    return JobOrder(JobKind.EXPORT, data.selection(context), data.label, rate_per_second=data.rate_per_second)
