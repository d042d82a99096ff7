"""`fixed`: an amount off; of each line or each of its units, or of a container or cart, spread over its lines."""

from typing import Literal

from cartwright.models.amounts import StatedAmount
from cartwright.pricing.benefits import Benefit, benefit
from cartwright.pricing.discounts import lines_fixed, order_fixed, units_fixed
from cartwright.pricing.scope import Offer, Scope, discount_lines, inclusive


@benefit
class Fixed(Benefit, StatedAmount):
    """The amount, in the basis in which prices are stated; `per` counts at item level only."""

    kind: Literal["fixed"]
    per: Literal["line", "unit"] = "line"

    def offer(self, scope: Scope) -> Offer:
        """Never more than what the rows cost; nothing in another currency."""
        if self.currency != scope.sheet.cart.currency:
            return Offer()
        rows = scope.rows(self.target)
        lines = discount_lines(rows)
        if scope.promotion.level == "item":
            shares = (units_fixed if self.per == "unit" else lines_fixed)(lines, self.minor)
            return Offer([[pair] for pair in zip(rows, shares, strict=True)])
        shares = order_fixed(lines, self.minor, scope.sheet.policy, inclusive=inclusive(rows))
        return Offer([list(zip(rows, shares, strict=True))])
