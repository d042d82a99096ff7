"""`first-order`: the customer orders for the first time, as the caller states in the flag `firstOrder`."""

from typing import Literal

from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope


@condition
class FirstOrder(Condition):
    """Nothing to state."""

    kind: Literal["first-order"]

    def holds(self, scope: Scope) -> bool:
        """Whether the cart's flag says so; a cart without it is no first order."""
        return scope.sheet.cart.header.flags.get("firstOrder", False)
