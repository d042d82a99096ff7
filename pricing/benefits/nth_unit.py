"""`nth-cheapest` and `nth-dearest`: one unit is free or cheaper, counted from the cheapest or from the dearest."""

from abc import abstractmethod
from collections.abc import Iterable
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import Taken, Units


class NthUnit(Reduction):
    """Base of what reduces one unit of the target by `percent`: the `n`-th in an order of their prices."""

    n: Annotated[int, Field(ge=1, le=10**6)] = 1
    """Which unit, counted from the cheapest, or from the dearest."""
    percent: Percentage = "100"
    """The reduction in percent; 100 makes it free."""

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """One unit of all is reduced."""
        return True

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
        before = self.n - 1 - (units.made_free(scope.free_before) if scope.free_before is not None else 0)
        cheaper = self._cheaper(before, units.many)
        return units.cheapest(cheaper, 1) if before >= 0 and cheaper >= 0 else ()

    @abstractmethod
    def _cheaper(self, before: int, many: int) -> int:
        """How many units are cheaper than the one that comes after so many, of all that cost something."""


@benefit
class NthCheapest(NthUnit):
    """The `n`-th cheapest unit of the target is reduced by `percent`."""

    kind: Literal["nth-cheapest"]

    def _cheaper(self, before: int, many: int) -> int:  # noqa: ARG002 (it is counted from the cheapest)
        return before


@benefit
class NthDearest(NthUnit):
    """The `n`-th dearest unit of the target is reduced by `percent`. Of equal ones the last line has it."""

    kind: Literal["nth-dearest"]

    def _cheaper(self, before: int, many: int) -> int:
        return many - 1 - before
