"""`further-lines`: every line but the dearest ones is cheaper."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Count, Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of


@benefit
class FurtherLines(Reduction):
    """The prices of `full` lines of the target, those that cost most, stay; the others are reduced by `percent`."""

    kind: Literal["further-lines"]
    percent: Percentage = "50"
    """The reduction in percent."""
    full: Annotated[Count, Field(le=1000)] = 1
    """How many lines are paid in full."""

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """The dearest lines are not reduced."""
        return True

    def without_effect(self, level: Level) -> str | None:
        """A line has no further ones."""
        return "kind" if level == "item" else None

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage."""
        return parse_percent(self.percent), 0

    def offer(self, scope: Scope) -> Offer:
        """The prices of one type and period are put in order together; of equal ones the order of ids decides."""
        percent, policy = parse_percent(self.percent), scope.sheet.policy
        counting, parts = counting_of(scope.sheet), []
        for rows in scope.by_total(self.target):
            dearest_first = sorted(rows, key=lambda row: -counting.of(row, row.amount))
            parts += [[(row, percent_off(row.amount, percent, policy))] for row in dearest_first[self.full :]]
        return Offer(parts)
