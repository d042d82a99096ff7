"""`fixed-price`: a new price, for one unit at item level, else for all lines together; never a higher one."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from cartwright.wire.amounts import StatedAmount
from facts.promotion import Level
from pricing.arithmetic.discounts import above, units_priced
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of
from pricing.sheet.rows import Row


@benefit
class FixedPrice(Reduction, StatedAmount):
    """The new price, net or gross as the cart's prices count."""

    compares_lines: ClassVar[bool] = True

    kind: Literal["fixed-price"]

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself."""
        return level == "item" and not self.has_limits

    def offer(self, scope: Scope) -> Offer:
        """The difference to the price; nothing in another currency."""
        if self.currency != scope.sheet.currency:
            return Offer()
        rows, counting = scope.rows(self.target), counting_of(scope.sheet)
        lines = counting.lines(rows)
        if scope.level == "item":
            shares = units_priced(lines, self.minor)
            return Offer([[pair] for pair in counting.part(rows, shares)], off=above(self.minor))

        def more(due: Sequence[Row], kept: int) -> int:
            return counting.total([(row, row.amount) for row in due]) + kept - self.minor

        return Offer(scope.shared(rows, scope.kept(self.target), more))
