"""Changes of a cart as a whole: created, its header changed, moved, merged and deleted."""

from dataclasses import replace
from typing import ClassVar

from pydantic import Field

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import EVERYTHING, Change, change


@change("cart-created")
class CartCreated(Change):
    """A cart came to be, with this header."""

    announced: ClassVar[bool] = True
    header: Document
    """The header fields."""

    def apply(self, cart: Cart) -> Cart:
        """Open the cart."""
        return replace(cart, header=read_stored(Header, self.header), status=CartStatus.ACTIVE)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})


@change("header-changed")
class HeaderChanged(Change):
    """Header fields changed; a null removes a field."""

    before: Document = Field(alias="from")
    """The changed fields before."""
    after: Document = Field(alias="to")
    """The changed fields after; null means removed."""

    def apply(self, cart: Cart) -> Cart:
        """Set the fields."""
        fields = {**cart.header.wire(), **self.after}
        header = read_stored(Header, {name: value for name, value in fields.items() if value is not None})
        return replace(cart, header=header)

    def touches(self) -> frozenset[str]:
        """The fields."""
        return frozenset(f"header:{name}" for name in self.after)


@change("cart-moved")
class CartMoved(HeaderChanged):
    """The cart is sold through another channel, at another place or to another market segment; null means none."""

    announced: ClassVar[bool] = True


@change("cart-merged")
class CartMerged(Change):
    """The contents of another cart came in, as further changes say; that cart ends."""

    announced: ClassVar[bool] = True

    source: str = Field(alias="from")
    """The other cart."""
    version: int = Field(alias="fromVersion")
    """The version at which it was merged."""
    strategy: str
    """What became of the quantities of lines that both had."""

    def apply(self, cart: Cart) -> Cart:
        """Nothing; the further changes do it."""
        return cart

    def touches(self) -> frozenset[str]:
        """That the other cart comes in."""
        return frozenset({f"merged:{self.source}"})


@change("cart-deleted")
class CartDeleted(Change):
    """The cart is gone for good; a tombstone without content answers redeliveries for a while."""

    announced: ClassVar[bool] = True

    def apply(self, cart: Cart) -> Cart:
        """Drop all content, customer data included; what a submitted cart holds of budgets stays used."""
        budgets = cart.budgets if cart.status is CartStatus.SUBMITTED else ()
        return replace(
            cart,
            pricing=replace(cart.pricing, budgets=budgets),
            status=CartStatus.DELETED,
            header=read_stored(Header, {"currency": cart.header.currency}),
            containers=(),
            items=(),
            chosen_promotions=(),
            held_vouchers=(),
            adjustments=(),
            amendment=None,
            lock=None,
            frozen_until=None,
            suppress_at=None,
        )

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})
