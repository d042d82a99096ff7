"""`minimum-amount`: the lines cost at least an amount, at the prices that earlier promotions left."""

from typing import Literal

from cartwright.wire.amounts import StatedAmount
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class MinimumAmount(Steady, StatedAmount):
    """The lines cost at least `amount`, net or gross as the prices are; of recurring prices the first period counts."""

    kind: Literal["minimum-amount"]

    def holds(self, scope: Scope) -> bool:
        """Whether they do; never in another currency."""
        return self.currency == scope.sheet.cart.currency and scope.amount >= self.minor
