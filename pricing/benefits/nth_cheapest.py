"""`nth-cheapest`: one unit is free or cheaper, counted from the cheapest."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import cheapest_units


@benefit
class NthCheapest(Reduction):
    """The `n`-th cheapest unit of the target is reduced by `percent`."""

    kind: Literal["nth-cheapest"]
    n: Annotated[int, Field(ge=1, le=10**6)] = 1
    """Which unit, counted from the cheapest."""
    percent: Percentage = "100"
    """The reduction in percent; 100 makes it free."""

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """One unit of all is reduced."""
        return True

    def offer(self, scope: Scope) -> Offer:
        """The units of one price type and period are put in order together; one is reduced, unless a line keeps it."""
        percent, sheet = parse_percent(self.percent), scope.sheet
        given = {(row.type, row.period) for row, _ in scope.already(self.target, self.kind)}
        return Offer(
            [
                [
                    (taken.row, percent_off(taken.price, percent, sheet.policy))
                    for taken in cheapest_units(rows, self.n - 1, 1, sheet)
                ]
                for rows in scope.by_total(self.target)
                if (rows[0].type, rows[0].period) not in given
            ]
        )
