"""`first-order`: the customer orders for the first time, as the caller states in the flag `firstOrder`."""

from typing import Literal

from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class FirstOrder(Steady):
    """The cart's flag `firstOrder` is true."""

    kind: Literal["first-order"]

    def holds(self, scope: Scope) -> bool:
        """Whether it is; a cart without the flag is not a first order."""
        return scope.sheet.cart.header.flags.get("firstOrder", False)
