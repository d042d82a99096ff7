"""The counter at which golden cases are rung up: a cart document with the rows of a catalog, priced as commands price.

Items are called by their places, so that their order is that of the case's lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from cartwright.wire.money import digits, format_amount, format_scaled
from cartwright.wire.refusals import Refusal
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.price import Alteration, Price
from models.money.rates import parse_percent
from support.pricing import document, priced, rows

Row = dict[str, Any]
DECIMALS = 12
"""As many as a unit price has at most."""


@dataclass
class Shop:
    """What is sold, and how: the rows that a case needs."""

    policy: dict[str, str] = field(default_factory=dict)
    inclusive: bool = False
    currency: str = "EUR"
    promotions: list[Row] = field(default_factory=list)
    header: Row = field(default_factory=dict)
    facts: dict[str, list[Row]] = field(default_factory=dict)
    _offerings: list[Row] = field(default_factory=list)
    _prices: list[Row] = field(default_factory=list)
    _items: dict[str, Row] = field(default_factory=dict)
    _quantities: dict[str, int] = field(default_factory=dict)
    _categories: dict[tuple[str, ...], str] = field(default_factory=dict)

    def sell(
        self, amount: str, quantity: int = 1, rates: Sequence[str] = (), item: Row | None = None, **point: Any
    ) -> str:
        """A line of an offering of its own, at this unit price and with these tax rates; returns its id."""
        name = f"i-{len(self._prices):06}"
        category = self._categories.setdefault(tuple(rates), f"c-{len(self._categories)}")
        self._offerings.append({"id": name, "taxCategory": category})
        kind = "recurring" if "period" in point else "one-time"
        row = {"id": name, "offeringId": name, "type": kind, "currency": self.currency, "amount": amount}
        self._prices.append({**row, "taxIncluded": self.inclusive, **point})
        self._quantities[name], self._items[name] = quantity, item or {}
        taxes = self.facts.setdefault("taxes", [])
        if all(tax["category"] != category for tax in taxes):
            taxes += [
                {"id": f"{category}-{place}", "country": "FR", "category": category, "rate": rate}
                for place, rate in enumerate(rates)
            ]
        return name

    def money(self, minor: int) -> str:
        """An amount in minor units as a decimal string."""
        return format_amount(minor, self.currency)

    def unit_price(self, total: int, quantity: int) -> str:
        """The unit price at which so many units cost that much: with as many decimals as it needs."""
        scaled = round(Fraction(total, quantity * 10 ** digits(self.currency)) * 10**DECIMALS)
        return format_scaled(scaled, DECIMALS)

    @property
    def document(self) -> Row:
        """The cart with its catalog, as `simulate-price` takes it."""
        header = {"currency": self.currency, "pricingPolicy": self.policy, **self.header}
        told = document(
            self._quantities, self._prices, *self.promotions, offerings=self._offerings, fields=self._items, **header
        )
        told["facts"] |= {"taxes": [], **self.facts}
        return told

    @property
    def catalog(self) -> Facts:
        """The rows as a snapshot."""
        return Facts().with_rows(rows(self.document), 1)

    def ring_up(self, at: datetime | None = None) -> Cart:
        """The priced cart; raises `ValueError` with what is wrong with it."""
        try:
            return priced(self.document) if at is None else priced(self.document, at)
        except Refusal as refusal:
            problems = [f"{each.path} {each.message}" for each in refusal.problems]
            raise ValueError(f"no such cart: {'; '.join(problems) or refusal.message}") from None


def the_price(item: Item) -> Price:
    """The one price of an item."""
    [price] = item.prices
    return price


def alterations(cart: Cart) -> list[tuple[Alteration, ...]]:
    """The alterations of each line."""
    return [the_price(item).alterations for item in cart.items]


def taken_off(found: Iterable[Alteration]) -> int:
    """What alterations take off together, in minor units."""
    return -sum(each.amount for each in found)


def net(cart: Cart) -> int:
    """All lines without tax."""
    return sum(the_price(item).net for item in cart.items)


def gross(cart: Cart) -> int:
    """All lines with tax."""
    return sum(the_price(item).gross for item in cart.items)


def tax_by_rate(cart: Cart) -> dict[Fraction, int]:
    """The tax of each rate."""
    found: dict[Fraction, int] = {}
    for total in cart.pricing.totals:
        for tax in total.taxes:
            rate = parse_percent(tax.rate)
            found[rate] = found.get(rate, 0) + tax.amount
    return found


def noon(day: date) -> datetime:
    """A time in the middle of a day."""
    return datetime.combine(day, time(12), UTC)
