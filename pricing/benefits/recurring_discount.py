"""`recurring-discount`: a percentage off the first periods of every recurring price."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope


@benefit
class RecurringDiscount(Reduction):
    """`percent` off each of the first `periods`, rounded once per price."""

    only_recurring: ClassVar[bool] = True

    kind: Literal["recurring-discount"]
    percent: Percentage
    """The percentage."""
    periods: Annotated[int, Field(ge=1, le=1200)] | None = None
    """How many periods are reduced, unless `months` says for how long."""

    @model_validator(mode="after")
    def _for_a_time(self) -> Self:
        if self.periods is None and self.months is None:
            raise PydanticCustomError("missing", "give periods or months")
        return self

    def by_price(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """Each price is reduced for itself."""
        return not self.has_limits

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage."""
        return parse_percent(self.percent), 0

    def offer(self, scope: Scope) -> Offer:
        """A reduction of every recurring row of the target."""
        percent, policy = parse_percent(self.percent), scope.sheet.policy
        rows = [row for row in scope.rows(self.target) if row.type == "recurring"]
        return Offer([[(row, percent_off(row.amount, percent, policy))] for row in rows])
