"""`recurring-discount`: a percentage off the first periods of every recurring price."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope


@benefit
class RecurringDiscount(Reduction):
    """`percent` off each of the first `periods`, rounded once per price."""

    kind: Literal["recurring-discount"]
    percent: Percentage
    """The percentage."""
    periods: Annotated[int, Field(ge=1, le=1200)]
    """How many periods are reduced."""

    def offer(self, scope: Scope) -> Offer:
        """A reduction of every recurring row of the target."""
        percent, policy = parse_percent(self.percent), scope.sheet.policy
        rows = [row for row in scope.rows(self.target) if row.point.type == "recurring"]
        return Offer([[(row, percent_off(row.amount, percent, policy))] for row in rows])
