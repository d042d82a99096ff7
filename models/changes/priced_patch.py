"""What pricing wrote between two states of a cart: the part of an applied command that no change says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.cart.budgets import Budget
from models.cart.cart import (
    Cart,
    CartWarning,
    DueNow,
    Item,
    Price,
    PricingStamp,
    PromotionOutcome,
    Total,
    VoucherOutcome,
)
from models.cart.payment import PaymentPlan
from models.changes.item_changes import ItemAdded


@dataclass(frozen=True, slots=True)
class PricedPatch:
    """The lines whose prices differ, by item id, the items that promotions give, and the sums as they stand after it.

    Promotions give and take their items anew whenever a cart is priced, so a patch holds all of them.
    """

    items: tuple[tuple[str, tuple[Price, ...]], ...]
    gifts: tuple[Item, ...]
    promotions: tuple[PromotionOutcome, ...]
    vouchers: tuple[VoucherOutcome, ...]
    budgets: tuple[Budget, ...]
    totals: tuple[Total, ...]
    due_now: DueNow
    other_currencies: tuple[str, ...]
    payment: PaymentPlan | None
    warnings: tuple[CartWarning, ...]
    pricing: PricingStamp

    @classmethod
    def between(cls, before: Cart, after: Cart, changes: Iterable[Mapping[str, Any]]) -> "PricedPatch":
        """What turns the prices of `before` into those of `after`; a line that the changes bring in has none yet."""
        new = {each["itemId"] for each in changes if each["type"] == ItemAdded.type}
        return cls._of(after, {item.id: item.prices for item in before.items if item.id not in new})

    @classmethod
    def of(cls, cart: Cart) -> "PricedPatch":
        """What turns a cart that was never priced into this one."""
        return cls._of(cart, {})

    @classmethod
    def _of(cls, cart: Cart, known: Mapping[str, tuple[Price, ...]]) -> "PricedPatch":
        return cls(
            items=tuple(
                (item.id, item.prices)
                for item in cart.items
                if not item.is_gift and item.prices != known.get(item.id, ())
            ),
            gifts=tuple(item for item in cart.items if item.is_gift),
            promotions=cart.promotions,
            vouchers=cart.vouchers,
            budgets=cart.budgets,
            totals=cart.totals,
            due_now=cart.due_now,
            other_currencies=cart.other_currencies,
            payment=cart.payment,
            warnings=cart.warnings,
            pricing=cart.pricing,
        )

    def apply(self, cart: Cart) -> Cart:
        """The cart at these prices."""
        prices = dict(self.items)
        return replace(
            cart,
            items=(
                *(
                    replace(each, prices=prices[each.id]) if each.id in prices else each
                    for each in cart.items
                    if not each.is_gift
                ),
                *self.gifts,
            ),
            promotions=self.promotions,
            vouchers=self.vouchers,
            budgets=self.budgets,
            totals=self.totals,
            due_now=self.due_now,
            other_currencies=self.other_currencies,
            payment=self.payment,
            warnings=self.warnings,
            pricing=self.pricing,
        )
