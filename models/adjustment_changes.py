"""Changes of the money that lowers what is payable now."""

from dataclasses import replace

from pydantic import Field

from cartwright.models.adjustments import Adjustment
from cartwright.models.cart import Cart
from cartwright.models.changes import Change, change


@change("adjustment-applied")
class AdjustmentApplied(Change):
    """A sum of money came in, in minor units of its currency."""

    adjustment_id: str
    kind: str
    minor_amount: int = Field(description="in minor units")
    currency: str
    reference: str | None = None
    item_id: str | None = None

    def apply(self, cart: Cart) -> Cart:
        """Take it in, behind the others."""
        adjustment = Adjustment(
            self.adjustment_id, self.kind, self.minor_amount, self.currency, self.reference, self.item_id
        )
        return replace(cart, adjustments=(*cart.adjustments, adjustment))

    def touches(self) -> frozenset[str]:
        """The adjustments: their order decides which is used."""
        return frozenset({"adjustments"})


@change("adjustment-removed")
class AdjustmentRemoved(Change):
    """A sum of money was taken back."""

    adjustment_id: str

    def apply(self, cart: Cart) -> Cart:
        """Drop it."""
        kept = tuple(each for each in cart.adjustments if each.id != self.adjustment_id)
        return replace(cart, adjustments=kept)

    def touches(self) -> frozenset[str]:
        """The adjustments."""
        return frozenset({"adjustments"})
