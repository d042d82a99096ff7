"""Changes of what vouchers a cart holds; what they take off is pricing's matter."""

from dataclasses import replace

from models.cart.cart import Cart
from models.changes.change import Change, change


@change("voucher-added")
class VoucherAdded(Change):
    """The cart holds a voucher."""

    code: str
    """The voucher's code."""

    def apply(self, cart: Cart) -> Cart:
        """Hold it."""
        return replace(cart, held_vouchers=(*cart.held_vouchers, self.code))

    def touches(self) -> frozenset[str]:
        """The voucher."""
        return frozenset({f"voucher:{self.code}"})


@change("voucher-removed")
class VoucherRemoved(Change):
    """The cart gave a voucher back."""

    code: str
    """The voucher's code."""

    def apply(self, cart: Cart) -> Cart:
        """Let go of it."""
        return replace(cart, held_vouchers=tuple(each for each in cart.held_vouchers if each != self.code))

    def touches(self) -> frozenset[str]:
        """The voucher."""
        return frozenset({f"voucher:{self.code}"})
