"""Access modes and products, from lines of a cart and from offerings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cartwright.wire.price_type import PriceType
from dialects.price_text import price_text
from facts.offered import ACCESS_MODE
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.money.rates import parse_unit_price

SVOD = "SVOD"
TVOD = "TVOD"
SUBSCRIPTION = "SUBSCRIPTION"
DUE_NOW: frozenset[PriceType] = frozenset({"one-time", "recurring"})


@dataclass(frozen=True, slots=True)
class AccessMode:
    """An access mode: its id, other characteristics, and the price of one unit as a decimal string, if it has one."""

    id: str
    characteristics: Mapping[str, str]
    unit_price: str | None
    currency: str
    locale: str | None
    subscribed: bool
    """Whether the product is one of subscriptions."""

    @property
    def price_format(self) -> str | None:
        """The price as text; None for what a subscription includes."""
        if self.unit_price is None:
            return None
        minor_units = parse_unit_price(self.unit_price, self.currency).times(1)
        if not minor_units and self.characteristics.get("type") == SUBSCRIPTION:
            return None
        return price_text(minor_units, self.currency, self.locale)


@dataclass(frozen=True, slots=True)
class Product:
    """A product; its access modes are those of the offering, where it comes from the catalog."""

    id: str
    name: str
    type: str
    access_modes: Sequence[AccessMode] = ()

    @property
    def extension(self) -> "Product | None":
        """What only products of its type have; those of other types than SVOD and TVOD have nothing."""
        return self if self.type in {SVOD, TVOD} else None


def product_of(item: Item, facts: Facts) -> Product:
    """The product of a line; one that no catalog knows has its id for a name, and no type."""
    name = item.offering_id or item.product_id or item.id
    offering = facts.offerings.get(item.offering_id or "")
    return _product(name, offering.name, offering.categories) if offering is not None else _product(name, None, ())


def mode_of(item: Item, cart: Cart, product: Product) -> AccessMode | None:
    """The access mode of a line, if it has one."""
    mode = item.characteristics.get(ACCESS_MODE)
    if mode is None:
        return None
    price = next((each.unit_amount for each in item.prices if each.type in DUE_NOW), None)
    return AccessMode(mode, item.characteristics, price, cart.currency, cart.header.locale, product.type == SVOD)


def product_on_sale(row: Document, cart: Cart) -> Product:
    """The product that a row of `get-offerings` is, with its access modes by the ids of their price points."""
    product = _product(row["id"], row["name"], row["categories"])
    modes: dict[str, AccessMode] = {}
    for price in sorted(row["prices"], key=lambda price: (price["type"] not in DUE_NOW, price["id"])):
        mode = price["characteristics"].get(ACCESS_MODE)
        if mode is not None:
            amount, known = price["amount"], price["characteristics"]
            new = AccessMode(mode, known, amount, price["currency"], cart.header.locale, product.type == SVOD)
            modes.setdefault(mode, new)
    return _product(row["id"], row["name"], row["categories"], tuple(modes.values()))


def _product(name: str, title: str | None, categories: Sequence[str], modes: Sequence[AccessMode] = ()) -> Product:
    return Product(name, title or name, categories[0] if categories else "", modes)
