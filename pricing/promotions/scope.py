"""What a promotion is tested on and applied to: a line, the lines of a container, or the whole cart."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from facts.price_index import DUE_NOW
from facts.promotion import Level
from models.cart.cart import Item
from models.cart.sources import PROMOTION
from models.catalog.offering import Offering
from models.catalog.target import Target
from pricing.arithmetic.discounts import order_fixed
from pricing.arithmetic.spreading import OffRun, Run
from pricing.sheet.counting import Counting, counting_of
from pricing.sheet.keeping import kept_reduction
from pricing.sheet.payments import payments
from pricing.sheet.rows import Basis, Line, Part, Row, TotalKey, in_order, of_rows
from pricing.sheet.worksheet import Worksheet


class Bearing(Protocol):
    """Units that bear a reduction alone."""

    @property
    def many(self) -> int:
        """How many they are."""

    @property
    def run(self) -> Run:
        """The units by themselves, at what they cost before."""

    @property
    def of(self) -> Run:
        """The run of their row that has them."""


class Offer(NamedTuple):
    """What a benefit would take off, part by part, and the items that it would add, whose whole price goes off.

    `off` says what goes off units, where each is reduced for itself. `units` are those that bear the parts, one run for
    each part, where they are counted. Otherwise all units of a row bear its share in proportion.
    """

    parts: Sequence[Part] = ()
    gifts: Sequence[tuple[Item, Offering]] = ()
    off: OffRun | None = None
    units: Sequence[Bearing] = ()


class Tested(Protocol):
    """What a scope knows of its promotion."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def level(self) -> Level:
        """What it is tested on."""

    @property
    def exclusive(self) -> bool:
        """Whether it reduces only prices that no other has reduced."""


class Scope(NamedTuple):
    """Some lines of a worksheet, as one promotion sees them.

    `meant` are the rows of each target that was asked for, by its id as a Python object. `further`: one of its benefits
    was granted before. `unpromoted`: at the prices before all promotions. `over` are the ids, as Python objects, of
    rows for which the periods of the benefit are over. `free_before`: how many units of rows, by the same ids, cost
    nothing before the first of several benefits was granted.
    """

    sheet: Worksheet
    lines: Sequence[Line]
    promotion_id: str
    level: Level
    exclusive: bool
    meant: dict[int, Sequence[Row]]
    further: bool = False
    unpromoted: bool = False
    over: Collection[int] = ()
    free_before: Mapping[int, int] | None = None

    @classmethod
    def each(cls, promotion: "Tested", groups: Iterable[Sequence[Line]], sheet: Worksheet) -> "list[Scope]":
        """Groups of lines, each by itself, as this promotion sees them."""
        promotion_id, level, exclusive = promotion.id, promotion.level, promotion.exclusive
        return [cls(sheet, lines, promotion_id, level, exclusive, {}) for lines in groups]

    @classmethod
    def of(cls, promotion: "Tested", lines: Sequence[Line], sheet: Worksheet) -> "Scope":
        """Some lines, as this promotion sees them."""
        return cls.each(promotion, [lines], sheet)[0]

    def with_lines(self, lines: Sequence[Line]) -> "Scope":
        """Other lines in their place."""
        return self._replace(lines=lines, meant={})

    @property
    def amount(self) -> int:
        """What the lines cost now, as their prices count: once, or in their first period."""
        rows = [row for line in self.lines for row in line.kept or line.rows if row.type in DUE_NOW]
        return counting_of(self.sheet).total([(row, row.unpromoted if self.unpromoted else row.amount) for row in rows])

    def worth(self, target: Target, basis: Basis, *, unpromoted: bool) -> int:
        """What the prices of a target come to, in minor units: as the cart's prices count, net, or gross."""
        counting = counting_of(self.sheet) if basis == "stated" else Counting(basis, self.sheet.policy.rounding)
        before = unpromoted or self.unpromoted
        return counting.total([(row, row.unpromoted if before else row.amount) for row in self.counted(target)])

    def counted(self, target: Target) -> Iterator[Row]:
        """The rows of the target where prices are only looked at: those that lines keep too."""
        for line in self.lines:
            if target.takes_offering(line.offering):
                for row in line.kept or line.rows:
                    if target.takes_price(row.type, row.period) and not self._leaves_out(row, target):
                        yield row

    def units(self, goods: Target, but: Target | None = None) -> int:
        """How many units the lines with a price have, whatever it is, of some goods but not of others."""
        lines = [line for line in self.lines if line.kept or line.rows]
        if not goods.takes_all_offerings:
            lines = [line for line in lines if goods.takes_offering(line.offering)]
        return sum([line.item.quantity for line in lines if but is None or not but.takes_offering(line.offering)])

    @property
    def place(self) -> str:
        """The id of the line or container; empty for the cart."""
        if self.level == "cart":
            return ""
        first = self.lines[0].item
        return first.id if self.level == "item" else first.container_id or ""

    @property
    def promoted(self) -> bool:
        """Whether promotions have taken something off what is paid now."""
        for line in self.lines:
            for row in line.rows:
                if row.alterations and row.promoted and not row.settled:
                    return True
        return False

    def already(self, target: Target, kind: str) -> Part:
        """What a benefit of this kind has taken off the amounts that lines keep; an amount is given once in a payment.

        Of several benefits of one promotion each gives its own amount; those that differ in nothing can't be told.
        """
        if not self.sheet.kept:
            return []
        lines = [line for line in self.lines if line.kept and target.takes_offering(line.offering)]
        given = kept_reduction(lines, PROMOTION, self.promotion_id, kind)
        return [(row, less) for row, less in given if target.takes_price(row.type, row.period)]

    def kept(self, target: Target) -> Part:
        """The amounts of the target that lines keep, as far as they are paid in the sheet's periods."""
        if not self.sheet.kept:
            return []
        kept = [line for line in self.lines if line.kept and target.takes_offering(line.offering)]
        rows = [row for line in kept for row in line.kept or () if not row.settled]
        return [(row, row.amount) for row in rows if target.takes_price(row.type, row.period)]

    def taken(self, target: Target) -> Sequence[Row]:
        """The rows of the target, open to reductions or not, in an order that the items' order has no part in."""
        rows = self._meant(target)
        return [row for row in rows if not self._leaves_out(row, target)] if target.unreduced_only else rows

    def taken_in_time(self, target: Target) -> Sequence[Row]:
        """The same, with those that are not unreduced because others have made them free, for a time perhaps."""
        rows = self._meant(target)
        if not target.unreduced_only:
            return rows
        return [row for row in rows if not (row.amount and self._leaves_out(row, target))]

    def _meant(self, target: Target) -> Sequence[Row]:
        """The rows of the target, reduced or not; looked for once."""
        found = self.meant.get(id(target))
        if found is None:
            takes, types, periods = target.takes_offering, target.types, target.periods
            lines = self.lines if target.takes_all_offerings else [each for each in self.lines if takes(each.offering)]
            rows = [row for line in lines for row in line.rows if row.type in types]
            found = in_order([row for row in rows if row.period in periods] if periods else rows)
            self.meant[id(target)] = found
        return found

    def _leaves_out(self, row: Row, target: Target) -> bool:
        """Whether the target is about prices that others have not reduced, and one has."""
        return target.unreduced_only and row.is_reduced(self.promotion_id)

    def may_reduce(self, row: Row) -> bool:
        """Whether the row is open to the promotion: where one is exclusive, no other has reduced the price."""
        if not (row.closed or self.exclusive):
            return True
        reducing = [each.id for each in row.alterations if each.source == PROMOTION]
        return reducing.count(self.promotion_id) == len(reducing)

    @property
    def unsettled(self) -> list[Row]:
        """The rows that are paid in the sheet's periods."""
        rows = [row for line in self.lines for row in line.rows]
        return rows if self.sheet.paid is None else [row for row in rows if not row.settled]

    def closed(self, rows: Iterable[Row]) -> list[Row]:
        """Those of the rows that exclusivity keeps the promotion from."""
        if not (self.exclusive or self.sheet.closes):
            return []
        return [row for row in rows if row.alterations and not self.may_reduce(row)]

    def rows(self, target: Target) -> Sequence[Row]:
        """The rows that are taken and may still be reduced, in the same order."""
        rows, sheet, over = self.taken(target), self.sheet, self.over
        if self.exclusive or sheet.closes:
            rows = [row for row in rows if not row.alterations or self.may_reduce(row)]
        if sheet.paid is not None:
            rows = [row for row in rows if not row.settled]
        return [row for row in rows if id(row) not in over] if over else rows

    def is_free(self, target: Target) -> bool:
        """Whether the target has recurring prices that cost nothing, and nothing else to reduce in these periods."""
        recurs = False
        for row in self.taken_in_time(target):
            if row.type == "recurring":
                if row.amount:
                    return False
                recurs = True
            elif row.amount > row.least and not row.settled and self.may_reduce(row):
                return False
        return recurs

    def shared(self, rows: Sequence[Row], kept: Part, most: Callable[[Sequence[Row], int], int]) -> Sequence[Part]:
        """What rows bear of an amount, payment by payment.

        `most` says what comes off rows that are paid together, beside so much of what lines keep.
        """
        sheet, counting = self.sheet, counting_of(self.sheet)
        parts, taken = list[Part](), list[int]()
        for payment in payments({*rows, *(row for row, _ in kept)}, sheet):
            together = [row for row in rows if row in payment.together]
            left = most(together, counting.total(of_rows(kept, payment.together)))
            left -= sum([taken[place] for place in payment.others])
            due = [row for row in rows if row in payment.rows]
            shares = order_fixed(counting.lines(due), max(left, 0), sheet.policy, inclusive=counting.inclusive(due))
            taken.append(sum(shares))
            parts.append(counting.part(due, shares))
        if kept:
            sheet.turn_where_shares_end([*kept, *(pair for part in parts for pair in part)])
        return parts

    def by_total(self, target: Target) -> list[list[Row]]:
        """The rows of `rows`, those of one price type and period together."""
        groups: dict[TotalKey, list[Row]] = {}
        for row in self.rows(target):
            groups.setdefault((row.type, row.period), []).append(row)
        return list(groups.values())
