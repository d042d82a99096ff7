"""What is said beside a cart's prices: what change rules keep of them, also in sum, for reports, and prior prices."""

from collections.abc import Iterator
from dataclasses import replace
from operator import is_

from models.cart.cart import Cart, Item
from models.cart.price import Price
from models.cart.tariff import KeptPrice


def keeps_prices(cart: Cart) -> bool:
    """Whether a change rule keeps a price of the cart: the catalog would have another list price."""
    return any(True for _ in _kept_prices(cart))


def kept_amount(cart: Cart) -> int:
    """What the lines would cost by the catalog, less what they cost, in minor units of list prices; falls count too.

    Positive: the customer pays less than the catalog asks. Zero if nothing is kept.
    """
    return sum(kept.list_amount - price.list_amount for price, kept in _kept_prices(cart))


def with_kept_prices(cart: Cart, priced: Cart) -> Cart:
    """A cart in which no amount moved when it was priced again, with what is said beside its prices by now."""
    pairs = list(zip(cart.items, priced.items, strict=True))
    items = tuple([item if item.prices is new.prices else _with_kept(item, new) for item, new in pairs])
    return cart if all(map(is_, items, cart.items)) else replace(cart, items=items)


def _with_kept(item: Item, priced: Item) -> Item:
    now = {(each.type, each.period): each for each in priced.prices}
    prices = tuple(
        new
        if (new := now.get((old.type, old.period))) is not None and (new.kept, new.prior) != (old.kept, old.prior)
        else old
        for old in item.prices
    )
    return item if all(map(is_, prices, item.prices)) else item.at(prices)


def _kept_prices(cart: Cart) -> Iterator[tuple[Price, KeptPrice]]:
    """The prices that are kept; lines of an order that is being amended cost what was ordered, whatever the catalog."""
    for item in cart.items:
        if not item.as_ordered:
            for price in item.prices:
                if price.kept is not None:
                    yield price, price.kept
