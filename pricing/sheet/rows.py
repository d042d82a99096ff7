"""The lines of a sheet and their prices in the making: one line per item, one row per price."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields
from fractions import Fraction
from operator import attrgetter
from typing import Literal, NamedTuple

from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.price_type import PriceType
from facts.circumstances import (
    Circumstances,
)
from models.cart.cart import Item
from models.cart.price import Alteration, Phase, TaxLine
from models.cart.prior_price import PriorPrice
from models.cart.sources import OVERRIDE, PROMOTION
from models.cart.tariff import KeptPrice, PriceBasis
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from pricing.arithmetic.spreading import Run, Runs, moved
from pricing.arithmetic.tax import NO_RATES, Rates

Basis = Literal["stated", "net", "gross"]
"""How amounts are compared: as their prices state them, without taxes, or with them."""


@dataclass(frozen=True, slots=True)
class Taxation:
    """The taxes that a line bears; where some are `exemptible`, which of them it is exempt from."""

    taxes: tuple[Tax, ...] = ()
    rates: Rates = NO_RATES
    exemptible: bool = False
    exempt: tuple[bool, ...] = ()

    def factor(self, basis: Basis, *, contained: bool) -> Fraction:
        """What an amount is multiplied by that contains all taxes, or none, to be as it is stated, net or gross."""
        if basis == "stated" or (basis == "gross" and contained and not any(self.exempt)):
            return Fraction(1)
        net = 1 / (1 + sum(self.rates.exact, Fraction(0))) if contained else Fraction(1)
        owed = [rate for place, rate in enumerate(self.rates.exact) if not (self.exempt and self.exempt[place])]
        return net if basis == "net" else net * (1 + sum(owed, Fraction(0)))


TotalKey = tuple[PriceType, str | None]
"""Price type and period: what a total is about."""
UNTAXED = Taxation()
Part = list[tuple["Row", int]]
"""An amount spread over rows: each row's share in positive minor units."""


def of_rows(part: Part, rows: Collection["Row"]) -> Part:
    """The shares of some of the rows."""
    return [pair for pair in part if pair[0] in rows]


class Keeping(NamedTuple):
    """What a change rule keeps of a price, the rule, and the price point that the catalog has in its place."""

    price: KeptPrice
    rule: ChangeRule
    by_catalog: PricePoint


@dataclass(slots=True, eq=False)
class Row:
    """One price of one line in the making; amounts in minor units.

    `amount` starts as the list price and follows the alterations; like it, it is in the price point's own tax basis.
    `least` is what promotions and vouchers leave of it. It, the id, type and period of the point, and whether taxes are
    contained, are the point's (`take`), and are read so often that the row has them itself.
    `replaced` are points that apply as well, whose place its own takes; `on_sale`: one of them costs more. A closed row
    takes no further promotion; a kept one is what the line had before. A settled one was paid in an earlier period: it
    counts where amounts are counted, and nothing moves it any more. Where a change rule keeps it, `point` is at the
    tariff that the line keeps, and `keeping` says why; `basis` is what the rule must know next time. `later` are the
    phases of a recurring price after that of the sheet, `prior` is what a unit cost before. Where some units cost more
    than others, `listed` are their runs by list, and `runs` follow the alterations as the amount does.
    """

    item_id: str
    point: PricePoint
    quantity: int
    point_id: str
    type: PriceType
    period: str | None
    tax_included: bool
    least: int = 0
    unit_amount: str = ""
    list_amount: int = 0
    amount: int = 0
    alterations: tuple[Alteration, ...] = ()
    taxation: Taxation = UNTAXED
    net: int = 0
    taxes: tuple[int, ...] = ()
    gross: int = 0
    closed: bool = False
    kept: bool = False
    settled: bool = False
    replaced: tuple[PricePoint, ...] = ()
    on_sale: bool = False
    basis: PriceBasis | None = None
    keeping: Keeping | None = None
    later: tuple[Phase, ...] = ()
    prior: PriorPrice | None = None
    listed: Runs | None = None
    runs: Runs | None = None

    @classmethod
    def of(cls, item_id: str, point: PricePoint, quantity: int) -> "Row":
        """So many units at a price point; what they cost is not known yet."""
        least = 0 if point.minimum_price is None else point.least(quantity)
        return cls(item_id, point, quantity, point.id, point.type, point.period, point.tax_included, least)

    def take(self, point: PricePoint) -> None:
        """Be the price of another point of the same type and period."""
        if point is not self.point:
            self.point, self.point_id, self.tax_included = point, point.id, point.tax_included
            self.least = point.least(self.quantity)

    @property
    def kept_price(self) -> KeptPrice | None:
        """What a change rule keeps of it."""
        return None if self.keeping is None else self.keeping.price

    @property
    def tax_lines(self) -> tuple[TaxLine, ...]:
        """The taxes as prices show them."""
        return tuple(
            [TaxLine(tax.id, tax.rate, amount) for tax, amount in zip(self.taxation.taxes, self.taxes, strict=True)]
        )

    @property
    def is_fine(self) -> bool:
        """Whether a unit costs a fraction of a minor unit by list."""
        return self.list_amount % self.quantity != 0

    @property
    def room(self) -> int:
        """The largest discount that it takes."""
        return max(self.amount - self.least, 0)

    @property
    def rates(self) -> Rates:
        """The rates of its taxes."""
        return self.taxation.rates

    @property
    def exempt(self) -> tuple[bool, ...]:
        """Which of its taxes are not owed; empty: all are."""
        return self.taxation.exempt

    @property
    def promoted(self) -> bool:
        """Whether a promotion has reduced it."""
        return any(each.source == PROMOTION for each in self.alterations)

    def is_reduced(self, without: str = "") -> bool:
        """Whether it takes a higher price's place, or an override or a promotion but this one has reduced it."""
        return self.on_sale or any(
            (each.source == OVERRIDE and each.amount < 0) or (each.source == PROMOTION and each.id != without)
            for each in self.alterations
        )

    @property
    def unpromoted(self) -> int:
        """The amount without what promotions took off."""
        return self.amount - sum([each.amount for each in self.alterations if each.source == PROMOTION])

    @property
    def unpromoted_runs(self) -> Runs | None:
        """The runs without what promotions took off."""
        runs = self.listed
        for each in self.alterations:
            if runs is not None and each.source != PROMOTION:
                runs = _altered(runs, each)
        return runs

    @property
    def units_unpromoted(self) -> Runs:
        """What the units cost without what promotions took off; one run where all cost the same."""
        runs = None if self.listed is None else self.unpromoted_runs
        return runs or (Run(self.unpromoted, self.quantity),)

    def alter(
        self,
        source: str,
        source_id: str,
        amount: int,
        periods: int | None = None,
        *,
        type: str | None = None,  # noqa: A002 (its name on the wire)
        priority: int | None = None,
    ) -> None:
        """Move the price by `amount` (a reduction is negative); for so many periods, or for good."""
        self.alterations = (*self.alterations, Alteration(source, source_id, amount, periods, type, priority))
        self.amount += amount
        if self.runs is not None:
            self.runs = _altered(self.runs, self.alterations[-1])

    def copied(self) -> "Row":
        """The same price, to be altered in another way."""
        return Row(*_ROW(self))


def _altered(runs: Runs, alteration: Alteration) -> Runs | None:
    """The runs after an alteration: each moves in proportion, unless all units have a new price."""
    if alteration.source == OVERRIDE and alteration.type == "new-price":
        return None
    return moved(runs, alteration.amount)


_ROW = attrgetter(*(each.name for each in fields(Row)))


@dataclass(slots=True, eq=False)
class Line:
    """One line item with the prices chosen for it; or, without any, with those that it has and keeps."""

    item: Item
    offering: Offering | None
    rows: list[Row] = field(default_factory=list)
    kept: tuple[Row, ...] | None = None
    circumstances: Circumstances | None = None

    def copied(self) -> "Line":
        """The line with prices that are altered in another way; those that it keeps are not altered."""
        if self.kept is not None:
            return self
        return Line(self.item, self.offering, [row.copied() for row in self.rows], None, self.circumstances)


def group_rows(lines: Iterable[Line]) -> dict[TotalKey, list[Row]]:
    """All rows of these lines by the total that they belong to."""
    groups: dict[TotalKey, list[Row]] = {}
    for line in lines:
        for row in line.rows:
            groups.setdefault((row.type, row.period), []).append(row)
    return groups


def in_order(rows: list[Row]) -> list[Row]:
    """The rows in an order that the order of the cart's items has no part in; it decides who bears an odd cent."""
    return sorted(rows, key=_PLACE) if len(rows) > 1 else rows


_PLACE = attrgetter("item_id", "point_id")
