"""Changes of prices that somebody set by hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from models.cart.cart import Cart, Item
from models.cart.overrides import OVERRIDES
from models.changes.change import Change, change


@change("price-overridden")
class PriceOverridden(Change):
    """A price of a line item was set; `override` holds the fields of a `PriceOverride`."""

    item_id: str
    """The item's id."""
    override: dict[str, Any]
    """The override."""

    def apply(self, cart: Cart) -> Cart:
        """Put it in the place of an earlier one of the same price."""
        return _with(cart, self.item_id, _price(self.override), [self.override])

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
        return _with(cart, self.item_id, (self.price_type, self.period), [])

    def touches(self) -> frozenset[str]:
        """The item."""
        return frozenset({f"item:{self.item_id}"})


def _with(cart: Cart, item_id: str, price: tuple[str, str | None], new: list[dict[str, Any]]) -> Cart:
    return replace(
        cart, items=tuple(_replaced(each, price, new) if each.id == item_id else each for each in cart.items)
    )


def _replaced(item: Item, price: tuple[str, str | None], new: list[dict[str, Any]]) -> Item:
    details = dict(item.details)
    others = [each for each in details.pop(OVERRIDES, []) if _price(each) != price]
    kept = [*others, *new]
    return replace(item, details={**details, OVERRIDES: kept} if kept else details)


def _price(override: Mapping[str, Any]) -> tuple[str, str | None]:
    return override["priceType"], override.get("period")
