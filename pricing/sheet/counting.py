"""Amounts of several prices in one tax basis: what is added up, compared or shared out must be of one kind.

A price with taxes and one without are not the same money. Where a cart has both, or its policy says so, amounts of
promotions and vouchers are net or gross amounts, and prices count as such (decision 31). A percentage is no amount: it
is always of the prices as they are stated, of those with taxes and those without by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cartwright.wire.policy import Rounding
from models.money.rates import portion
from pricing.arithmetic.discounts import Discountable, DiscountLine
from pricing.arithmetic.spreading import Runs
from pricing.sheet.rows import Basis, Part, Row
from pricing.sheet.worksheet import Worksheet


@dataclass(frozen=True, slots=True)
class Counting:
    """How amounts of prices count, in minor units: as they are stated, net or gross, rounded as the policy says."""

    basis: Basis = "stated"
    rounding: Rounding = Rounding.HALF_UP

    def of(self, row: Row, amount: int) -> int:
        """What an amount of the row's price counts."""
        if self.basis == "stated":
            return amount
        return portion(amount, self._factor(row), self.rounding)

    def total(self, part: Part) -> int:
        """What amounts of rows count together."""
        if self.basis == "stated":
            return sum([amount for _, amount in part])
        return sum([self.of(row, amount) for row, amount in part])

    def stated(self, row: Row, share: int) -> int:
        """A share of what the row counts, as its price states amounts: all of its room is all of the price's."""
        if self.basis == "stated" or not share:
            return share
        room = row.room
        if share == self.of(row, row.amount) - self.of(row, row.least):
            return room
        return min(portion(share, 1 / self._factor(row), self.rounding), room)

    def exactly_stated(self, row: Row, share: Fraction) -> Fraction:
        """The same before it is rounded."""
        return share if self.basis == "stated" else share / self._factor(row)

    def lines(self, rows: Sequence[Row]) -> Sequence[Discountable]:
        """The rows as the arithmetic of discounts takes them."""
        if self.basis == "stated":
            return rows
        return [
            DiscountLine(
                list_amount=self.of(row, row.list_amount),
                amount=self.of(row, row.amount),
                quantity=row.quantity,
                rates=row.rates,
                least=self.of(row, row.least),
                runs=self._runs(row, row.runs),
                listed=self._runs(row, row.listed),
            )
            for row in rows
        ]

    def _runs(self, row: Row, runs: Runs | None) -> Runs | None:
        return None if runs is None else tuple([run._replace(amount=self.of(row, run.amount)) for run in runs])

    def inclusive(self, rows: Sequence[Row]) -> bool:
        """Whether the amounts of `lines` contain their taxes; as they are stated, one that does is enough."""
        return any(row.tax_included for row in rows) if self.basis == "stated" else self.basis == "gross"

    def part(self, rows: Sequence[Row], shares: Sequence[int]) -> Part:
        """Shares of `lines` with their rows, as the prices state amounts."""
        pairs = zip(rows, shares, strict=True)
        return list(pairs) if self.basis == "stated" else [(row, self.stated(row, share)) for row, share in pairs]

    def _factor(self, row: Row) -> Fraction:
        return row.taxation.factor(self.basis, contained=row.tax_included)


STATED = Counting()
"""Prices as they are stated."""


def counting_of(sheet: Worksheet) -> Counting:
    """How the prices of the cart count: by its policy, or else as they are stated, or gross where that differs."""
    if sheet.basis is None:
        sheet.basis = _basis(sheet, gifts=False)
    return STATED if sheet.basis == "stated" else Counting(sheet.basis, sheet.policy.rounding)


def count_gifts(sheet: Worksheet) -> None:
    """Let the prices of gifts count too, as far as they cost something by now: they came after the promotions did."""
    if any(line.item.is_gift for line in sheet.lines):
        sheet.basis = _basis(sheet, gifts=True)


def by_tax(rows: list[Row]) -> list[list[Row]]:
    """The rows that contain their taxes, and those that don't; there is no empty list."""
    included = [row for row in rows if row.tax_included]
    if len(included) in (0, len(rows)):
        return [rows]
    return [included, [row for row in rows if not row.tax_included]]


def _basis(sheet: Worksheet, *, gifts: bool) -> Basis:
    if sheet.policy.amount_basis is not None:
        return sheet.policy.amount_basis
    lines = [line for line in sheet.lines if gifts or not line.item.is_gift]
    if len({row.tax_included for line in lines for row in line.kept or line.rows}) < 2:  # by far the most frequent
        return "stated"
    rows = [row for line in lines for row in line.kept or line.rows if row.amount or not line.item.is_gift]
    return "gross" if len({row.tax_included for row in rows if row.rates.exact}) > 1 else "stated"
