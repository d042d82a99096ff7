"""The sheet that the pricing steps fill in, from top to bottom: one line per item, one row per price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from fractions import Fraction
from operator import attrgetter
from typing import Literal, NamedTuple

from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.policy import PricingPolicy
from cartwright.wire.price_type import PriceType
from facts.circumstances import (
    Circumstances,
    agreement_in_force,
    cart_circumstances,
    line_circumstances,
)
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.free_ids import free_id
from models.cart.price import Alteration, Phase, TaxLine
from models.cart.pricing_result import CartWarning, PricingResult
from models.cart.prior_price import PriorPrice
from models.cart.sources import OVERRIDE, PROMOTION
from models.cart.tariff import KeptPrice, PriceBasis
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.changes.change import Change
from pricing.arithmetic.tax import NO_RATES, Rates
from pricing.sheet.stretches import Calendar

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


class Keeping(NamedTuple):
    """What a change rule keeps of a price, the rule, and the price point that the catalog has in its place."""

    price: KeptPrice
    rule: ChangeRule
    by_catalog: PricePoint


@dataclass(slots=True, eq=False)
class Row:
    """One price of one line in the making; amounts in minor units.

    `amount` starts as the list price and follows the alterations; like it, it is in the price point's own tax basis.
    `replaced` are points that apply as well, whose place its own takes; `on_sale`: one of them costs more. A closed row
    takes no further promotion; a kept one is what the line had before. A settled one was paid in an earlier period: it
    counts where amounts are counted, and nothing moves it any more. Where a change rule keeps it, `point` is at the
    tariff that the line keeps, and `keeping` says why; `basis` is what the rule must know next time. `later` are the
    phases of a recurring price after that of the sheet, `prior` is what a unit cost before. `lowest` is what is left of
    it at least, where that is not what its point says.
    """

    item_id: str
    point: PricePoint
    quantity: int
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
    lowest: int | None = None

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
    def least(self) -> int:
        """What promotions and vouchers leave of it at least, in minor units."""
        return self.point.least(self.quantity) if self.lowest is None else self.lowest

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

    def copied(self) -> "Row":
        """The same price, to be altered in another way."""
        return Row(*_ROW(self))


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


class Verdict(NamedTuple):
    """A promotion that applied, or the code of the reason why it did not, and the kind of condition that failed.

    Reasons: `inactive`, `not-started`, `expired`, `coupon-missing`, `not-chosen`, `discounts-blocked`,
    `condition-not-met`, `excluded` (exclusivity), `nothing-to-reduce`; of a cap over several carts, `exhausted` and
    `customer-unknown`; `not-beneficial`: others that it would keep away save more.
    """

    promotion_id: str
    reason: str | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one row bears of an amount: the row's amount before, the place of its alteration, and the discount."""

    row: Row
    before: int
    place: int
    discount: int


@dataclass(frozen=True, slots=True)
class Spread:
    """One amount spread over rows, by the kind of reduction: a percentage or an amount."""

    shares: list[Share]
    kind: str


class Claim(NamedTuple):
    """What a promotion takes off at most, in minor units; or the part that it takes of all that is paid now."""

    promotion_id: str
    most: int
    share: Fraction | None


@dataclass(slots=True, eq=False)
class Worksheet:
    """Everything that pricing reads, and what it has found so far.

    `result` is filled in step by step, but for the warnings and the stamp, which come last. `warnings` is a set that
    keeps its order. `spreads` is a list only for an explanation: who had which share of an amount that was spread over
    rows. Only then are there verdicts on promotions that nobody asked for. `claims` is a list only to find out what
    promotions would take off at most: then it is noted there, and comes off no price. `redeemed` says of each voucher
    why it takes nothing off, if it does not. `without` are promotions to leave out; `changes` are those that led to the
    cart, `kept` the lines that keep their amounts; `obstacles` are promotions that applied and are in conflict with
    others, `of_groups` those that applied by group. `basis` is how amounts count, once somebody asked
    (`pricing.sheet.counting`). Recurring prices are those of the periods of `calendar`; for later ones, `paid` is the
    sheet of the first.
    """

    cart: Cart
    facts: Facts
    at: datetime
    policy: PricingPolicy
    lines: list[Line]
    without: frozenset[str] = frozenset()
    changes: Sequence[Change] = ()
    calendar: Calendar = field(default_factory=Calendar)
    paid: "Worksheet | None" = None
    kept: list[Line] = field(default_factory=list)
    taxations: dict[str | None, Taxation] = field(default_factory=dict)
    groups: dict[TotalKey, list[Row]] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    redeemed: dict[str, str | None] = field(default_factory=dict)
    obstacles: set[str] = field(default_factory=set)
    of_groups: dict[str, str] = field(default_factory=dict)
    spreads: list[Spread] | None = None
    claims: list[Claim] | None = None
    basis: Basis | None = None
    result: PricingResult = field(default_factory=PricingResult)
    warnings: dict[CartWarning, None] = field(default_factory=dict)
    _circumstances: Circumstances | None = None
    _item_ids: set[str] | None = None

    def copied(self, without: frozenset[str], lines: list[Line] | None = None) -> "Worksheet":
        """A sheet that has come to the prices before all promotions once more, for a try without some of them.

        With these lines, or else with copies of its own.
        """
        return Worksheet(
            self.cart,
            self.facts,
            self.at,
            self.policy,
            [line.copied() for line in self.lines] if lines is None else lines,
            without,
            self.changes,
            self.calendar.copied(),
            self.paid,
            self.kept,
            dict(self.taxations),
            spreads=None if self.spreads is None else [],
            warnings=dict(self.warnings),
            _circumstances=self._circumstances,
        )

    @property
    def cart_circumstances(self) -> Circumstances:
        """What criteria are compared with, for the cart as a whole; made when first asked for."""
        if self._circumstances is None:
            agreement = agreement_in_force(self.cart.header, self.facts.agreements, self.at)
            self._circumstances = cart_circumstances(self.cart.header, agreement)
        return self._circumstances

    def circumstances_of(self, line: Line) -> Circumstances:
        """What criteria of prices and exemptions are compared with, for one line; made when first asked for."""
        if line.circumstances is None:
            line.circumstances = line_circumstances(self.cart_circumstances, line.item)
        return line.circumstances

    def new_item_id(self, wanted: str) -> str:
        """The wanted id, or one like it if a line has it already; from now on it is taken."""
        if self._item_ids is None:
            self._item_ids = {line.item.id for line in self.lines}
        found = free_id(wanted, self._item_ids)
        self._item_ids.add(found)
        return found

    def turn_where_shares_end(self, part: Sequence[tuple[Row, int]]) -> None:
        """An amount that is spread over what is paid once and what recurs is all for the latter from then on.

        And each of several periods has a payment of its own from then on (`Calendar.payments`).
        """
        if len(part) > 1 and self.calendar.first == 1:
            totals = {(row.point.type, row.point.period) for row, _ in part}
            recurring = [kind for kind, _ in totals].count("recurring")
            if recurring and len(totals) > 1:
                moved = (share for row, share in part if recurring > 1 or row.point.type != "recurring")
                if any(moved):
                    self.calendar.turn_after(1)

    def warn(self, code: str, message: str, item_id: str | None = None) -> None:
        """Add a warning, once; about one line, if it names one."""
        self.warnings[CartWarning(code, message, item_id)] = None


def group_rows(lines: Iterable[Line]) -> dict[TotalKey, list[Row]]:
    """All rows of these lines by the total that they belong to."""
    groups: dict[TotalKey, list[Row]] = {}
    for line in lines:
        for row in line.rows:
            point = row.point
            groups.setdefault((point.type, point.period), []).append(row)
    return groups


def in_order(rows: list[Row]) -> list[Row]:
    """The rows in an order that the order of the cart's items has no part in; it decides who bears an odd cent."""
    return sorted(rows, key=_PLACE) if len(rows) > 1 else rows


_PLACE = attrgetter("item_id", "point.id")
