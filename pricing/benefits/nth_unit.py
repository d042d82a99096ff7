"""`nth-cheapest` and `nth-dearest`: one unit is free or cheaper, counted from the cheapest or from the dearest."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import Taken, cheapest_units
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet


class NthUnit(Reduction):
    """Base of what reduces one unit of the target by `percent`: the `n`-th in an order of their prices."""

    n: Annotated[int, Field(ge=1, le=10**6)] = 1
    """Which unit, counted from the cheapest, or from the dearest."""
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
                [(taken.row, percent_off(taken.price, percent, sheet.policy)) for taken in self._unit(rows, sheet)]
                for rows in scope.by_total(self.target)
                if (rows[0].type, rows[0].period) not in given
            ]
        )

    @abstractmethod
    def _unit(self, rows: Sequence[Row], sheet: Worksheet) -> Iterable[Taken]:
        """The unit of these rows, if there are so many."""


@benefit
class NthCheapest(NthUnit):
    """The `n`-th cheapest unit of the target is reduced by `percent`."""

    kind: Literal["nth-cheapest"]

    def _unit(self, rows: Sequence[Row], sheet: Worksheet) -> Iterable[Taken]:
        return cheapest_units(rows, self.n - 1, 1, sheet)


@benefit
class NthDearest(NthUnit):
    """The `n`-th dearest unit of the target is reduced by `percent`."""

    kind: Literal["nth-dearest"]

    def _unit(self, rows: Sequence[Row], sheet: Worksheet) -> Iterable[Taken]:
        """Of units that cost the same, those of the last row count as the dearest."""
        in_order = cheapest_units(rows, 0, sum([row.quantity for row in rows]), sheet)
        cheaper = sum([taken.units * taken.times for taken in in_order]) - self.n
        return () if cheaper < 0 else cheapest_units(rows, cheaper, 1, sheet)
