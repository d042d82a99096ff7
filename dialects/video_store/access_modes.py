"""Access modes and products, from lines of a cart and from offerings."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cartwright.wire.price_type import PriceType
from dialects.price_text import price_text
from facts.offered import ACCESS_MODE, offered_prices
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.money.rates import parse_unit_price

SVOD = "SVOD"
TVOD = "TVOD"
SUBSCRIPTION = "SUBSCRIPTION"
_OfferedPrice = tuple[PriceType, str, str | None, Mapping[str, str]]
"""A price point's type, id, amount and characteristics."""


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
    """A product; `offered` gives its access modes, which are those of the offering."""

    id: str
    name: str
    type: str
    offered: Callable[[], Sequence[AccessMode]] = tuple

    @property
    def access_modes(self) -> Sequence[AccessMode]:
        """The access modes in which it is on sale."""
        return self.offered()

    @property
    def extension(self) -> "Product | None":
        """What only products of its type have; those of other types than SVOD and TVOD have nothing."""
        return self if self.type in {SVOD, TVOD} else None


def product_of(item: Item, cart: Cart, facts: Facts) -> Product:
    """The product of a line; one that no catalog knows has its id for a name, and no type.

    Its access modes are those of the time to which the cart's prices belong.
    """
    name = item.offering_id or item.product_id or item.id
    offering = facts.offerings.get(item.offering_id or "")
    if offering is None:
        return Product(name, name, "")
    kind, at = _kind(offering.categories), cart.pricing.stamp.priced_at or cart.updated.at

    def offered() -> Sequence[AccessMode]:
        points = offered_prices(cart, offering.id, facts, at)
        return _modes([(each.type, each.id, each.amount, each.characteristics) for each in points], cart, kind)

    return Product(name, offering.name or name, kind, offered)


def mode_of(item: Item, cart: Cart, product: Product) -> AccessMode | None:
    """The access mode of a line, if it has one."""
    mode = item.characteristics.get(ACCESS_MODE)
    if mode is None:
        return None
    price = next((each.unit_amount for each in item.prices if each.type in DUE_NOW), None)
    return AccessMode(mode, item.characteristics, price, cart.currency, cart.header.locale, product.type == SVOD)


def product_on_sale(row: Document, cart: Cart) -> Product:
    """The product that a row of `get-offerings` is."""
    kind = _kind(row["categories"])
    prices = [(each["type"], each["id"], each["amount"], each["characteristics"]) for each in row["prices"]]
    return Product(row["id"], row["name"] or row["id"], kind, lambda: _modes(prices, cart, kind))


def _kind(categories: Sequence[str]) -> str:
    return categories[0] if categories else ""


def _modes(prices: Iterable[_OfferedPrice], cart: Cart, kind: str) -> Sequence[AccessMode]:
    """Access modes, by the ids of their price points; of several points the one that is due now counts."""
    modes: dict[str, AccessMode] = {}
    for _, _, amount, known in sorted(prices, key=lambda price: (price[0] not in DUE_NOW, price[1])):
        mode = known.get(ACCESS_MODE)
        if mode is not None:
            new = AccessMode(mode, known, amount, cart.currency, cart.header.locale, kind == SVOD)
            modes.setdefault(mode, new)
    return tuple(modes.values())
