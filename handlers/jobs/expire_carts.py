"""`expire-carts`: let many carts expire in the background."""

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.examples import example
from handlers.job_orders import JobData
from handlers.kinds import JobContext
from handlers.registry import starts_job
from models.jobs.job import JobKind, JobOrder


class ExpireCarts(JobData):
    """Which carts; they must be named, for there is no way to let all of them expire by leaving something out."""

    model_config = example({"where": 'updatedAt < "2026-01-01T00:00:00Z"'})

    @model_validator(mode="after")
    def _named(self) -> "ExpireCarts":
        if self.where is None and self.cart_ids is None:
            raise PydanticCustomError("missing", "where or cartIds must say which carts expire")
        return self


@starts_job("expire-carts", ExpireCarts)
def expire_carts(data: ExpireCarts, context: JobContext) -> JobOrder:
    """The order to let these carts expire."""
    return JobOrder(JobKind.EXPIRY, data.selection(context), data.label, rate_per_second=data.rate_per_second)
