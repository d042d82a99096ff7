"""What pricing wrote between two states of a cart: the part of an applied command that no change says."""

from dataclasses import dataclass, replace

from cartwright.models.cart import Cart, CartWarning, DueNow, Price, PricingStamp, Total


@dataclass(frozen=True, slots=True)
class PricedPatch:
    """The lines whose prices differ, by item id, and the sums as they stand after it."""

    items: tuple[tuple[str, tuple[Price, ...]], ...]
    totals: tuple[Total, ...]
    due_now: DueNow
    warnings: tuple[CartWarning, ...]
    pricing: PricingStamp

    @classmethod
    def between(cls, before: Cart, after: Cart) -> "PricedPatch":
        """What turns the prices of `before` into those of `after`."""
        known = {item.id: item.prices for item in before.items}
        moved = tuple((item.id, item.prices) for item in after.items if item.prices != known.get(item.id, ()))
        return cls(moved, after.totals, after.due_now, after.warnings, after.pricing)

    @classmethod
    def of(cls, cart: Cart) -> "PricedPatch":
        """What turns a cart that was never priced into this one."""
        moved = tuple((item.id, item.prices) for item in cart.items if item.prices)
        return cls(moved, cart.totals, cart.due_now, cart.warnings, cart.pricing)

    def apply(self, cart: Cart) -> Cart:
        """The cart at these prices."""
        prices = dict(self.items)
        return replace(
            cart,
            items=tuple(replace(each, prices=prices[each.id]) if each.id in prices else each for each in cart.items),
            totals=self.totals,
            due_now=self.due_now,
            warnings=self.warnings,
            pricing=self.pricing,
        )
