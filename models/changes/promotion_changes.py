"""Changes of what promotions somebody asked for; whether they apply is pricing's matter."""

from dataclasses import replace

from models.cart.cart import Cart, ChosenPromotion
from models.changes.change import Change, change


@change("promotion-chosen")
class PromotionChosen(Change):
    """Somebody asked for a promotion, by its coupon if it has one."""

    promotion_id: str
    """The promotion's id."""
    coupon: str | None = None
    """The promotion's coupon."""

    def apply(self, cart: Cart) -> Cart:
        """Remember it."""
        chosen = ChosenPromotion(self.promotion_id, self.coupon)
        return replace(cart, chosen_promotions=(*cart.chosen_promotions, chosen))

    def touches(self) -> frozenset[str]:
        """The promotion."""
        return frozenset({f"promotion:{self.promotion_id}"})


@change("promotion-withdrawn")
class PromotionWithdrawn(Change):
    """A promotion that somebody asked for is no longer wanted."""

    promotion_id: str
    """The promotion's id."""
    coupon: str | None = None
    """The promotion's coupon."""

    def apply(self, cart: Cart) -> Cart:
        """Forget it."""
        kept = tuple(each for each in cart.chosen_promotions if each.id != self.promotion_id)
        return replace(cart, chosen_promotions=kept)

    def touches(self) -> frozenset[str]:
        """The promotion."""
        return frozenset({f"promotion:{self.promotion_id}"})
