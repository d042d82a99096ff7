"""`fixed-price`: a new price, for one unit or for all lines together; never a higher one."""

from collections.abc import Sequence
from typing import Literal

from cartwright.wire.amounts import StatedAmount
from facts.promotion import Level
from pricing.arithmetic.discounts import above, units_priced
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of
from pricing.sheet.rows import Row


@benefit
class FixedPrice(Reduction, StatedAmount):
    """The new price, net or gross as prices count: of each unit of a line, or of all lines of a container or cart.

    With `per` it is that of each of their units, too.
    """

    kind: Literal["fixed-price"]
    per: Literal["unit"] | None = None
    """Whether it is the price of each unit, also at container or cart level."""

    def without_effect(self, level: Level) -> str | None:
        """The price of a line's units is of one of them anyway."""
        return "per" if self.per is not None and level == "item" else None

    def compares_lines(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """It is compared with the prices that there are."""
        return True

    def by_price(self, level: Level) -> bool:
        """A price of units is of each price for itself."""
        return self._of_units(level) and not self.has_limits

    def _of_units(self, level: Level) -> bool:
        """Whether at this level it is the price of each unit."""
        return level == "item" or self.per == "unit"

    def offer(self, scope: Scope) -> Offer:
        """The difference to the price; nothing in another currency."""
        if self.currency != scope.sheet.currency:
            return Offer()
        rows, counting = scope.rows(self.target), counting_of(scope.sheet)
        lines = counting.lines(rows)
        if self._of_units(scope.level):
            shares = units_priced(lines, self.minor)
            return Offer([[pair] for pair in counting.part(rows, shares)], off=above(self.minor))

        def more(due: Sequence[Row], kept: int) -> int:
            return counting.total([(row, row.amount) for row in due]) + kept - self.minor

        return Offer(scope.shared(rows, scope.kept(self.target), more))
