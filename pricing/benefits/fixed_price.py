"""`fixed-price`: a new price, for one unit at item level, else for all lines together; never a higher one."""

from typing import ClassVar, Literal

from cartwright.wire.amounts import StatedAmount
from facts.promotion import Level
from pricing.arithmetic.discounts import order_fixed
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope, discount_lines, inclusive


@benefit
class FixedPrice(Reduction, StatedAmount):
    """The new price, net or gross as the prices are."""

    compares_lines: ClassVar[bool] = True

    kind: Literal["fixed-price"]

    def by_price(self, level: Level) -> bool:
        """At item level each price is reduced for itself."""
        return level == "item" and not self.has_limits

    def offer(self, scope: Scope) -> Offer:
        """The difference to the price; nothing in another currency."""
        if self.currency != scope.sheet.cart.currency:
            return Offer()
        rows = scope.rows(self.target)
        if scope.level == "item":
            return Offer([[(row, max(row.amount - self.minor * row.quantity, 0))] for row in rows])
        above = max(sum(row.amount for row in rows) + scope.kept(self.target) - self.minor, 0)
        shares = order_fixed(discount_lines(rows), above, scope.sheet.policy, inclusive=inclusive(rows))
        return Offer([list(zip(rows, shares, strict=True))])
