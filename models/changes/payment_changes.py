"""What becomes of a cart's payment while the prices of its lines stay as they are."""

from models.cart.cart import Cart
from models.changes.change import Change, change


@change("payment-changed")
class PaymentChanged(Change):
    """No price has moved, but the parts in which the cart may be paid, their days, or how the sum is rounded."""

    def apply(self, cart: Cart) -> Cart:
        """Nothing; pricing does it."""
        return cart

    def touches(self) -> frozenset[str]:
        """Nothing, like prices that move."""
        return frozenset()
