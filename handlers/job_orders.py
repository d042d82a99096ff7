"""What the commands that start a job share: which carts, how fast, and what people call it."""

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.schema import Id, ShortText
from handlers.kinds import JobContext
from handlers.searching import AnyWhere
from models.jobs.job import Selection

MAX_IDS = 10_000
MAX_RATE = 1_000_000


class JobData(CommandData):
    """Which carts, and how fast."""

    where: AnyWhere | None = None
    """The filter that the carts match, e.g. `country = "FR"`; it need not be one that an index serves."""
    cart_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_IDS)] | None = None
    """The ids of the carts, instead of a filter; one that is not there is reported as skipped."""
    rate_per_second: Annotated[int, Field(ge=1, le=MAX_RATE)] | None = None
    """How many carts a second at most, over all workers; as many as there is room for if absent."""
    label: ShortText | None = None
    """What people call the job."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "JobData":
        if self.where is not None and self.cart_ids is not None:
            raise PydanticCustomError("not-both", "the carts are named by where or by cartIds, not by both")
        return self

    def selection(self, context: JobContext) -> Selection:
        """The carts that are there now."""
        ids = tuple(sorted(set(self.cart_ids))) if self.cart_ids is not None else None
        return Selection(context.now, self.where, ids)
