"""The sheet that the pricing steps fill in, from top to bottom: one line per item, one row per price."""

from dataclasses import dataclass, field
from datetime import datetime

from cartwright.models.cart import Alteration, Cart, CartWarning, DueNow, Item, TaxLine, Total
from cartwright.models.catalog import Offering, PricePoint
from cartwright.pricing.facts import Facts


@dataclass(slots=True)
class Row:
    """One price of one line in the making; amounts in minor units, in the price point's own tax basis."""

    point: PricePoint
    unit_amount: str
    list_amount: int = 0
    alterations: list[Alteration] = field(default_factory=list)
    net: int = 0
    taxes: tuple[TaxLine, ...] = ()
    gross: int = 0

    @property
    def altered(self) -> int:
        """The list price after all alterations so far."""
        return self.list_amount + sum(each.amount for each in self.alterations)


@dataclass(slots=True)
class Line:
    """One line item with the prices chosen for it."""

    item: Item
    offering: Offering | None
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Worksheet:
    """Everything that pricing reads, and what it has found so far."""

    cart: Cart
    facts: Facts
    at: datetime
    lines: list[Line]
    totals: tuple[Total, ...] = ()
    due_now: DueNow = field(default_factory=DueNow)
    warnings: list[CartWarning] = field(default_factory=list)
