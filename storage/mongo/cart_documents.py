"""Carts as documents: wire names, integers in minor units, times as times.

The declaration of each field gives its name and form (`models.cart.fields`); here is only what a document has in
another place or form than the cart.
"""

from collections.abc import Callable

from cartwright.wire.header import Header
from cartwright.wire.stored import read_stored
from models.cart.cart import Cart, Item
from models.cart.forms import Document, reader, writer
from models.cart.item_fields import PRICES, read_item, write_item
from models.cart.keys import lookup_keys, lookup_text
from models.cart.price import Price
from models.cart.pricing_result import PricingResult

write_price = writer(Price)
read_price = reader(Price)
write_pricing = writer(PricingResult)
read_pricing = reader(PricingResult)
_write_own = writer(Cart)
_read_own = reader(Cart)


def write_priced_item(item: Item) -> Document:
    """A line item with its prices."""
    document = write_item(item)
    document[PRICES] = [write_price(price) for price in item.prices]
    return document


def read_priced_item(document: Document) -> Item:
    """The item that `write_priced_item` wrote."""
    return read_item(document, tuple([read_price(each) for each in document[PRICES]]))


def write_cart(cart: Cart, write_line: Callable[[Item], object] = write_priced_item) -> Document:
    """A cart's own fields as a document; `write_line` may return lines that are already encoded."""
    return {
        **_write_own(cart),
        "header": cart.header.written,
        "lookup": [lookup_text(name, value) for name, value in lookup_keys(cart).items()],
        "items": [write_line(item) for item in cart.items],
        **write_pricing(cart.pricing),
    }


def read_cart(document: Document) -> Cart:
    """The cart that `write_cart` wrote."""
    return _read_own(
        document,
        header=read_stored(Header, document["header"]),
        items=tuple([read_priced_item(each) for each in document["items"]]),
        pricing=read_pricing(document),
    )
