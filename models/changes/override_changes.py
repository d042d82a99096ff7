"""Changes of prices that somebody set by hand."""

from dataclasses import replace

from cartwright.wire.stored import read_stored
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.overrides import PriceOverride
from models.changes.change import Change, change


@change("price-overridden")
class PriceOverridden(Change):
    """A price of a line item was set; `override` holds the fields of a `PriceOverride`."""

    item_id: str
    """The item's id."""
    override: Document
    """The override."""

    def apply(self, cart: Cart) -> Cart:
        """Put it in the place of an earlier one of the same price."""
        new = read_stored(PriceOverride, self.override)
        return _with(cart, self.item_id, new.price, new)

    def touches(self) -> frozenset[str]:
        """The item."""
        return frozenset({f"item:{self.item_id}"})


@change("override-withdrawn")
class OverrideWithdrawn(Change):
    """A price of a line item is the list price again."""

    item_id: str
    """The item's id."""
    price_type: str
    """The type of the price."""
    period: str | None = None
    """The period of the price."""

    def apply(self, cart: Cart) -> Cart:
        """Drop the override of this price."""
        return _with(cart, self.item_id, (self.price_type, self.period), None)

    def touches(self) -> frozenset[str]:
        """The item."""
        return frozenset({f"item:{self.item_id}"})


def _with(cart: Cart, item_id: str, price: tuple[str, str | None], new: PriceOverride | None) -> Cart:
    return replace(
        cart, items=tuple(_replaced(each, price, new) if each.id == item_id else each for each in cart.items)
    )


def _replaced(item: Item, price: tuple[str, str | None], new: PriceOverride | None) -> Item:
    others = tuple(each for each in item.overrides if each.price != price)
    return replace(item, overrides=others if new is None else (*others, new))
