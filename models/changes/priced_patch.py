"""What pricing wrote between two states of a cart: the part of an applied command that no change says."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.cart.cart import Cart, Item, gifts_in, without_gifts
from models.cart.forms import Document
from models.cart.price import Price
from models.cart.pricing_result import PricingResult
from models.changes.item_changes import ItemAdded
from models.value import value


@value(frozen=True, slots=True)
class PricedPatch:
    """The lines whose prices differ, by item id, the items that promotions give, and the result for the whole cart.

    Pricing adds the items of promotions again whenever it runs, so a patch holds all of them.
    """

    items: tuple[tuple[str, tuple[Price, ...]], ...]
    gifts: tuple[Item, ...]
    pricing: PricingResult

    @classmethod
    def between(cls, before: Cart, after: Cart, changes: Iterable[Document]) -> "PricedPatch":
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
                for item in without_gifts(cart.items)
                # Pricing leaves prices the object that they are unless something about them differs.
                if item.prices is not known.get(item.id, ())
            ),
            gifts=tuple(gifts_in(cart.items)),
            pricing=cart.pricing,
        )

    def apply(self, cart: Cart) -> Cart:
        """The cart at these prices."""
        prices = dict(self.items)
        return replace(
            cart,
            items=(
                *(each.at(prices[each.id]) if each.id in prices else each for each in without_gifts(cart.items)),
                *self.gifts,
            ),
            pricing=self.pricing,
        )
