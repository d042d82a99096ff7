"""`fixed`: an amount off each price of a line, off each unit, or off a container or cart, spread over its lines."""

from fractions import Fraction
from typing import Literal

from pydantic_core import PydanticCustomError

from cartwright.wire.amounts import StatedAmount
from facts.promotion import Level
from pricing.arithmetic.discounts import fixed_of_unit, lines_fixed, units_fixed
from pricing.benefits import NOTHING, MaxQuantity, Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.promotions.units import amount_off, off_cheapest
from pricing.sheet.cheapest import Taken
from pricing.sheet.counting import counting_of
from pricing.sheet.worksheet import Worksheet


@benefit
class Fixed(Reduction, StatedAmount):
    """An amount, net or gross as prices count, off each price of a line, or each unit, or once off a container or cart.

    At most `max_quantity` units of a line count, or of a container or cart: of several lines the cheapest units.
    """

    kind: Literal["fixed"]
    per: Literal["line", "unit"] = "line"
    """Whether the amount comes off once whatever the quantity, or off each unit."""
    max_quantity: MaxQuantity | None = None
    """How many units are reduced at most: of each line at item level, else of all lines together."""

    def check_at(self, level: Level) -> None:
        """Only units are counted."""
        super().check_at(level)
        if self.max_quantity is not None and self.per != "unit":
            raise PydanticCustomError("needs-unit", "maxQuantity counts units: it needs per to be unit")

    def compares_lines(self, level: Level) -> bool:
        """Of units that are counted over several lines the cheapest are reduced."""
        return self.per == "unit" and self.max_quantity is not None and level != "item"

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself, and so is one whose units are."""
        alone = level == "item" or (self.per == "unit" and self.max_quantity is None)
        return alone and not self.has_limits

    def most_of_all(self, level: Level) -> int | None:
        """The amount, where it is given once."""
        return None if level == "item" or self.per == "unit" else self.minor

    def of_unit(self) -> tuple[Fraction, int]:
        """The amount."""
        return NOTHING, self.minor

    def offer(self, scope: Scope) -> Offer:
        """Never more than what the rows cost; nothing in another currency."""
        if self.currency != scope.sheet.currency:
            return Offer()
        if self.per == "unit":
            return self._off_units(scope)
        rows, counting = scope.rows(self.target), counting_of(scope.sheet)
        if scope.level == "item":
            return Offer([[pair] for pair in counting.part(rows, lines_fixed(counting.lines(rows), self.minor))])
        return Offer(scope.shared(rows, scope.already(self.target, self.kind), lambda _, given: self.minor - given))

    def _off_units(self, scope: Scope) -> Offer:
        """The amount off each unit, or off so many of each line, or of all lines together."""
        if self.max_quantity is not None and scope.level != "item":
            return off_cheapest(scope, self.target, self.kind, self.max_quantity, self._off)
        rows, counting, policy = scope.rows(self.target), counting_of(scope.sheet), scope.sheet.policy
        shares = units_fixed(counting.lines(rows), self.minor, policy, max_quantity=self.max_quantity)
        off = fixed_of_unit(self.minor) if self.max_quantity is None else None
        return Offer([[pair] for pair in counting.part(rows, shares)], off=off)

    def _off(self, taken: Taken, sheet: Worksheet) -> int:
        return amount_off(taken, self.minor, sheet)
