"""Changes that hand a cart over to be ordered."""

from dataclasses import replace
from typing import ClassVar

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart
from models.changes.change import EVERYTHING, Change, change


@change("cart-submitted")
class CartSubmitted(Change):
    """The cart was submitted, at the prices that it has."""

    announced: ClassVar[bool] = True
    reprices: ClassVar[bool] = False

    def apply(self, cart: Cart) -> Cart:
        """Close it; what it uses of budgets stays used."""
        return replace(cart, status=CartStatus.SUBMITTED)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})
