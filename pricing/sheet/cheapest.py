"""Units in the order of their prices."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from models.money.rates import portion
from pricing.arithmetic.spreading import unit_amounts
from pricing.sheet.counting import Counting, counting_of
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet


class Taken(NamedTuple):
    """Units of a row: `times` lots of so many `units`, each of which costs `price` minor units.

    A lot is one unit; but where a unit costs a fraction of a minor unit by list, all of them, for they are rounded
    together.
    """

    row: Row
    price: int
    units: int
    times: int


def cheapest_units(rows: Sequence[Row], skip: int, count: int, sheet: Worksheet) -> Iterator[Taken]:
    """Of all units of these rows, `count` of the cheapest after the first `skip`.

    Between equal prices the order of the rows decides.
    """
    counting = counting_of(sheet)
    for run in sorted([run for row in rows for run in _runs(row, counting)], key=lambda run: run.counts):
        passed = min(skip, run.units)
        taken = min(count, run.units - passed)
        skip, count = skip - passed, count - taken
        if taken:
            yield run.taken(taken, sheet)


class _Run(NamedTuple):
    """Units of a row that cost the same, what they cost together, and what one of them counts among others."""

    row: Row
    amount: int
    units: int
    counts: int | Fraction
    is_fine: bool

    def taken(self, units: int, sheet: Worksheet) -> Taken:
        if self.is_fine:
            return Taken(self.row, portion(self.amount, Fraction(units, self.units), sheet.policy.rounding), units, 1)
        return Taken(self.row, self.amount // self.units, 1, units)


def _runs(row: Row, counting: Counting) -> Iterator[_Run]:
    if row.is_fine:
        yield _Run(row, row.amount, row.quantity, Fraction(counting.of(row, row.amount), row.quantity), is_fine=True)
    else:
        for unit, units in unit_amounts(row.amount, row.quantity):
            yield _Run(row, unit * units, units, counting.of(row, unit), is_fine=False)
