"""The sheet that the pricing steps fill in, from top to bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from cartwright.wire.policy import PricingPolicy
from facts.circumstances import (
    Circumstances,
    agreement_in_force,
    cart_circumstances,
    line_circumstances,
)
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.free_ids import free_id
from models.cart.pricing_result import CartWarning, PricingResult
from models.changes.change import Change
from pricing.sheet.rows import Basis, Line, Row, Taxation, TotalKey
from pricing.sheet.stretches import Calendar
from pricing.sheet.touching import Touched, touched_by


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
    """What a promotion takes off at most, in minor units; or the part that it takes of all that is paid now.

    `of_unit`: what its benefits take of one unit of `rows` at most, each a part of the price and an amount.
    """

    promotion_id: str
    most: int
    share: Fraction | None
    of_unit: Sequence[tuple[Fraction, int]]
    rows: Callable[[], Sequence[Row]]


@dataclass(slots=True, eq=False)
class Worksheet:
    """Everything that pricing reads, and what it has found so far.

    `result` is filled in step by step, but for the warnings and the stamp, which come last. `warnings` is a set that
    keeps its order. `spreads` is a list only for an explanation: who had which share of an amount that was spread over
    rows. Only then are there verdicts on promotions that nobody asked for. `claims` is a list only to find out what
    promotions would take off at most: then it is noted there, and comes off no price. `redeemed` says of each voucher
    why it takes nothing off, if it does not. `without` are promotions to leave out; `changes` are those that led to the
    cart, `kept` the lines that keep their amounts; `obstacles` are promotions that applied and are in conflict with
    others, `of_groups` those that applied by group; `closes`: one of them has closed prices to others. `basis` is how
    amounts count, once somebody asked (`pricing.sheet.counting`). Recurring prices are those of the periods of
    `calendar`; for later ones, `paid` is the sheet of the first.
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
    closes: bool = False
    redeemed: dict[str, str | None] = field(default_factory=dict)
    obstacles: set[str] = field(default_factory=set)
    of_groups: dict[str, str] = field(default_factory=dict)
    spreads: list[Spread] | None = None
    claims: list[Claim] | None = None
    basis: Basis | None = None
    currency: str = field(init=False)
    result: PricingResult = field(default_factory=PricingResult)
    warnings: dict[CartWarning, None] = field(default_factory=dict)
    _circumstances: Circumstances | None = None
    _item_ids: set[str] | None = None
    _touched: Touched | None = None

    def __post_init__(self) -> None:
        """Look up what is read for every line."""
        self.currency = self.cart.currency

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

    @property
    def touched(self) -> Touched:
        """Which lines the changes are about; found when first asked for."""
        if self._touched is None:
            self._touched = touched_by(self.changes)
        return self._touched

    def touches(self, item_id: str) -> bool:
        """Whether the changes are about this line, or about what the prices of all lines depend on."""
        return self.touched.all or item_id in self.touched.item_ids

    def new_item_id(self, wanted: str) -> str:
        """The wanted id, or one like it if a line has it already; from now on it is taken."""
        if self._item_ids is None:
            self._item_ids = {line.item.id for line in self.lines}
        found = free_id(wanted, self._item_ids)
        self._item_ids.add(found)
        return found

    def turn_where_shares_end(self, part: Sequence[tuple[Row, int]]) -> None:
        """An amount that is spread over what is paid once and what recurs is all for the latter from then on.

        And each of several periods has a payment of its own from then on (`pricing.sheet.payments`).
        """
        if len(part) > 1 and self.calendar.first == 1:
            totals = {(row.type, row.period) for row, _ in part}
            recurring = [kind for kind, _ in totals].count("recurring")
            if recurring and len(totals) > 1:
                moved = (share for row, share in part if recurring > 1 or row.type != "recurring")
                if any(moved):
                    self.calendar.turn_after(1)

    def warn(self, code: str, message: str, item_id: str | None = None) -> None:
        """Add a warning, once; about one line, if it names one."""
        self.warnings[CartWarning(code, message, item_id)] = None
