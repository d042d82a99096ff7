"""`nth-cheapest`: one unit is free or cheaper, counted from the cheapest."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import Taken, Units


@benefit
class NthCheapest(Reduction):
    """The `n`-th cheapest unit of the target is reduced by `percent`."""

    compares_lines: ClassVar[bool] = True

    kind: Literal["nth-cheapest"]
    n: Annotated[int, Field(ge=1, le=10**6)] = 1
    """Which unit, counted from the cheapest."""
    percent: Percentage = "100"
    """The reduction in percent; 100 makes it free."""

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage."""
        return parse_percent(self.percent), 0

    def offer(self, scope: Scope) -> Offer:
        """The units of one price type and period are put in order together; one is reduced, unless a line keeps it."""
        percent, policy = parse_percent(self.percent), scope.sheet.policy
        given = {(row.type, row.period) for row, _ in scope.already(self.target, self.kind)}
        totals = [rows for rows in scope.by_total(self.target) if (rows[0].type, rows[0].period) not in given]
        taken = [each for rows in totals for each in self._nth(Units(rows, scope.sheet), scope)]
        return Offer([[(each.row, percent_off(each.price, percent, policy))] for each in taken], units=taken)

    def _nth(self, units: Units, scope: Scope) -> Iterable[Taken]:
        """The unit, if there is one; what a benefit before this one of the same promotion has made free counts too."""
        before = self.n - 1 - (units.made_free(scope.promotion_id) if scope.further else 0)
        return units.cheapest(before, 1) if before >= 0 else ()
