"""`start-repricing`: reprice many carts in the background, or say what that would come to."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, PricingTime
from handlers.job_orders import JobData
from handlers.kinds import JobContext
from handlers.registry import starts_job
from models.jobs.job import JobKind, JobOrder

MAX_DRAFTS = 1000


class StartRepricing(JobData):
    """Which carts, at which prices, and whether they are written."""

    model_config = example({"where": 'country = "FR"', "mode": "apply", "label": "December prices"})

    as_of: PricingTime | None = None
    """The time whose prices count; now if absent. For a preview only."""
    with_drafts: Annotated[list[Id], Field(max_length=MAX_DRAFTS)] = Field(default_factory=list)
    """Draft prices, promotions and taxes that count as if they were active. For a preview only."""
    mode: Literal["apply", "preview"] = "apply"
    """`apply` writes the new prices, `preview` writes nothing and makes the same report."""

    @model_validator(mode="after")
    def _only_previews_suppose(self) -> "StartRepricing":
        if self.mode == "apply" and (self.as_of is not None or self.with_drafts):
            raise PydanticCustomError("needs-preview", "asOf and withDrafts need mode preview")
        return self


def _no_draft(place: int) -> Refusal:
    message = "There is no draft of a price, promotion or tax with this id."
    return Refusal.at(f"/data/withDrafts/{place}", ErrorCode.INVALID, message, "no-draft")


@starts_job("start-repricing", StartRepricing)
def start_repricing(data: StartRepricing, context: JobContext) -> JobOrder:
    """The order to reprice these carts; raises `invalid` for an id that names no draft."""
    unknown = set(context.facts.no_drafts(data.with_drafts))
    if unknown:
        raise Refusal.of([_no_draft(place) for place, each in enumerate(data.with_drafts) if each in unknown])
    return JobOrder(
        kind=JobKind.REPRICING,
        selection=data.selection(context),
        label=data.label,
        preview=data.mode == "preview",
        as_of=data.as_of,
        with_drafts=tuple(dict.fromkeys(data.with_drafts)),
        rate_per_second=data.rate_per_second,
    )
