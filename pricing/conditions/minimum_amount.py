"""`minimum-amount`: the lines cost so much, at the prices that earlier promotions left."""

from typing import Literal

from cartwright.wire.amounts import StatedAmount
from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope


@condition
class MinimumAmount(Condition, StatedAmount):
    """The amount, in the basis in which prices are stated; first periods of recurring prices count."""

    kind: Literal["minimum-amount"]

    def holds(self, scope: Scope) -> bool:
        """Whether they do; never in another currency."""
        return self.currency == scope.sheet.cart.currency and scope.amount >= self.minor
