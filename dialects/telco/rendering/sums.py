"""Prices of items and their sums by type and period, with and without tax, before promotions and after them."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.cart.price import Price

Kind = tuple[str, str | None]
"""Type and period of a price."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts in minor units: the list price without and with tax, and the same after promotions."""

    list_net: int
    list_gross: int
    net: int
    gross: int

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.list_net + other.list_net,
            self.list_gross + other.list_gross,
            self.net + other.net,
            self.gross + other.gross,
        )

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(
            self.list_net - other.list_net,
            self.list_gross - other.list_gross,
            self.net - other.net,
            self.gross - other.gross,
        )


NOTHING = Sum(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Priced:
    """A price of an item, its amounts, and how many of what it is for."""

    price: Price
    sum: Sum
    measure: str

    @property
    def kind(self) -> Kind:
        """Its type and period."""
        return self.price.type, self.price.period


def sums(prices: Iterable[Priced]) -> dict[Kind, Sum]:
    """The sum of prices by type and period, one-time first, as the cart's own totals are ordered."""
    found: dict[Kind, list[int]] = {}
    for each in prices:
        part = each.sum
        row = found.setdefault((each.price.type, each.price.period), [0, 0, 0, 0])
        row[0] += part.list_net
        row[1] += part.list_gross
        row[2] += part.net
        row[3] += part.gross
    return {kind: Sum(*row) for kind, row in found.items()}
