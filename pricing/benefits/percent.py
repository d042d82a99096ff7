"""`percent`: a percentage off each unit of a line, off the sum of a container or cart, or off its cheapest units."""

from fractions import Fraction
from typing import Literal

from cartwright.wire.policy import ActionsOfOnePromotion
from cartwright.wire.schema import Percentage
from facts.promotion import Level
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_of_unit, units_percent
from pricing.benefits import MaxQuantity, Reduction, benefit
from pricing.promotions.percentage import percentage_off
from pricing.promotions.scope import Offer, Scope
from pricing.promotions.units import off_cheapest, percent_off_units
from pricing.sheet.cheapest import Taken
from pricing.sheet.counting import STATED, by_tax
from pricing.sheet.worksheet import Worksheet


@benefit
class Percent(Reduction):
    """`value` percent off. `max_quantity` limits the units of a line, or of a container or cart: the cheapest count."""

    kind: Literal["percent"]
    value: Percentage
    """The percentage."""
    max_quantity: MaxQuantity | None = None
    """How many units are reduced at most: of each line at item level, else of all lines together."""

    def compares_lines(self, level: Level) -> bool:
        """Of units that are counted over several lines the cheapest are reduced."""
        return self.max_quantity is not None and level != "item"

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself."""
        return level == "item" and not self.has_limits

    def counts_by_price(self, level: Level) -> bool:
        """A percentage is a part of each price, wherever it is rounded."""
        return not (self.has_limits or self.compares_lines(level))

    def share_of_all(self, level: Level) -> Fraction | None:
        """The percentage, if it is of the whole cart."""
        whole = level == "cart" and self.target.takes_all_that_is_paid_now
        return parse_percent(self.value) if whole and not self.has_limits and self.max_quantity is None else None

    def of_unit(self) -> tuple[Fraction, int]:
        """The percentage."""
        return parse_percent(self.value), 0

    def offer(self, scope: Scope) -> Offer:
        """A reduction of every row of the target, rounded once per unit, or once per total and spread; or of units."""
        percent, policy = parse_percent(self.value), scope.sheet.policy
        if scope.level == "item":
            rows = scope.rows(self.target)
            most, further = self.max_quantity, scope.further
            lines = STATED.lines(rows)
            shares = units_percent(lines, percent, policy, max_quantity=most, further_action=further)
            of_list = further and policy.actions_of_one_promotion is ActionsOfOnePromotion.ORIGINAL
            off = None if most is not None or of_list else percent_of_unit(percent, policy)
            return Offer([[pair] for pair in zip(rows, shares, strict=True)], off=off)
        if self.max_quantity is not None:
            return off_cheapest(scope, self.target, self.kind, self.max_quantity, self._off)
        alike = [rows for total in scope.by_total(self.target) for rows in by_tax(total)]
        return Offer([percentage_off(rows, percent, policy) for rows in alike])

    def _off(self, taken: Taken, sheet: Worksheet) -> int:
        return percent_off_units(taken, parse_percent(self.value), sheet)
