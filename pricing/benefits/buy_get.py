"""`buy-get`: buy some units, get others free or cheaper; the cheapest ones, if their prices differ."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from cartwright.wire.schema import Percentage
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.arithmetic.quantity_discounts import free_units
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import cheapest_units


@benefit
class BuyGet(Reduction):
    """Of every `buy` + `get` units of the target, `get` are reduced by `percent`; only whole sets count."""

    compares_lines: ClassVar[bool] = True

    kind: Literal["buy-get"]
    buy: Annotated[int, Field(ge=1, le=10**6)]
    """How many units are paid in full."""
    get: Annotated[int, Field(ge=1, le=10**6)] = 1
    """How many units are reduced."""
    percent: Percentage = "100"
    """The reduction in percent; 100 makes them free."""

    def offer(self, scope: Scope) -> Offer:
        """The units of one price type and period are counted together."""
        percent, policy = parse_percent(self.percent), scope.sheet.policy
        parts = []
        for rows in scope.by_total(self.target):
            free = free_units(sum(row.quantity for row in rows), self.buy, self.get)
            for row, unit, count in cheapest_units(rows, 0, free):
                parts.append([(row, count * percent_off(unit, percent, policy))])
        return Offer(parts)
