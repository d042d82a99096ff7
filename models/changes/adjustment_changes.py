"""Changes of the money that lowers what is payable now."""

from dataclasses import replace

from pydantic import Field

from cartwright.wire.money import format_amount, parse_amount
from cartwright.wire.schema import Decimals
from models.cart.adjustments import Adjustment
from models.cart.cart import Cart
from models.changes.change import Change, change


@change("adjustment-applied")
class AdjustmentApplied(Change):
    """A sum of money came in."""

    adjustment_id: str
    """The adjustment's id."""
    kind: str
    """Where the money comes from."""
    amount: Decimals
    """The amount."""
    currency: str
    """Its currency."""
    reference: str | None = None
    """The gift card, wallet or voucher."""
    item_id: str | None = None
    """The item that a down payment is for."""
    name: str | None = None
    """Its name for people."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """Further values by name."""

    @classmethod
    def of(cls, adjustment: Adjustment) -> "AdjustmentApplied":
        """That this adjustment, which another cart has, came into the cart."""
        return cls(
            adjustment_id=adjustment.id,
            kind=adjustment.kind,
            amount=format_amount(adjustment.amount, adjustment.currency),
            currency=adjustment.currency,
            reference=adjustment.reference,
            item_id=adjustment.item_id,
            name=adjustment.name,
            attributes=dict(adjustment.attributes),
        )

    def apply(self, cart: Cart) -> Cart:
        """Take it in, behind the others."""
        minor = parse_amount(self.amount, self.currency)
        adjustment = Adjustment(
            self.adjustment_id,
            self.kind,
            minor,
            self.currency,
            self.reference,
            self.item_id,
            self.name,
            self.attributes,
        )
        return replace(cart, adjustments=(*cart.adjustments, adjustment))

    def touches(self) -> frozenset[str]:
        """The adjustments, for their order decides which is used; this one, and its place at its item."""
        place = {f"item:{self.item_id}:adjustment:{self.adjustment_id}"} if self.item_id is not None else set()
        return frozenset({"adjustments", f"adjustment:{self.adjustment_id}", *place})


@change("adjustment-removed")
class AdjustmentRemoved(Change):
    """A sum of money was taken back."""

    adjustment_id: str
    """The adjustment's id."""

    def apply(self, cart: Cart) -> Cart:
        """Drop it."""
        kept = tuple(each for each in cart.adjustments if each.id != self.adjustment_id)
        return replace(cart, adjustments=kept)

    def touches(self) -> frozenset[str]:
        """The adjustments, and this one."""
        return frozenset({"adjustments", f"adjustment:{self.adjustment_id}"})
