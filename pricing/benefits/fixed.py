"""`fixed`: an amount off each price of a line or each unit, or off a container or cart, spread over its lines."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from cartwright.wire.amounts import StatedAmount
from facts.promotion import Level
from pricing.arithmetic.discounts import fixed_of_unit, lines_fixed, units_fixed
from pricing.benefits import NOTHING, Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of


@benefit
class Fixed(Reduction, StatedAmount):
    """An amount off each price of a line, or off each unit, net or gross as the cart's prices count.

    At most `max_quantity` units of a line count. `per` and `max_quantity` are for item level only.
    """

    kind: Literal["fixed"]
    per: Literal["line", "unit"] = "line"
    """Whether the amount comes off once whatever the quantity, or off each unit."""
    max_quantity: Annotated[int, Field(ge=1, le=10**6)] | None = None
    """How many units of a line are reduced at most."""

    def without_effect(self, level: Level) -> str | None:
        """An amount off a container or cart is given once."""
        if level == "item":
            return None
        given = {"maxQuantity": self.max_quantity is not None, "per": self.per == "unit"}
        return " and ".join(name for name in given if given[name]) or None

    def check_at(self, level: Level) -> None:
        """Only units are counted."""
        super().check_at(level)
        if self.max_quantity is not None and self.per != "unit":
            raise PydanticCustomError("needs-unit", "maxQuantity counts units: it needs per to be unit")

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself."""
        return level == "item" and not self.has_limits

    def most_of_all(self, level: Level) -> int | None:
        """The amount, where it is given once."""
        return None if level == "item" else self.minor

    def of_unit(self) -> tuple[Fraction, int]:
        """The amount."""
        return NOTHING, self.minor

    def offer(self, scope: Scope) -> Offer:
        """Never more than what the rows cost; nothing in another currency."""
        if self.currency != scope.sheet.currency:
            return Offer()
        rows, counting, policy = scope.rows(self.target), counting_of(scope.sheet), scope.sheet.policy
        lines = counting.lines(rows)
        if scope.level == "item":
            each = self.per == "unit"
            if each:
                shares = units_fixed(lines, self.minor, policy, max_quantity=self.max_quantity)
            else:
                shares = lines_fixed(lines, self.minor)
            off = fixed_of_unit(self.minor) if each and self.max_quantity is None else None
            return Offer([[pair] for pair in counting.part(rows, shares)], off=off)
        return Offer(scope.shared(rows, scope.already(self.target, self.kind), lambda _, given: self.minor - given))
