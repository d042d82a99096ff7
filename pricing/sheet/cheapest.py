"""Units in the order of their prices."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from operator import itemgetter
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


_Run = tuple[int | Fraction, Row, int, int]
"""Units of a row that cost the same: what one counts among others, the row, what they cost together, how many."""
_COUNTS = itemgetter(0)


def cheapest_units(rows: Sequence[Row], skip: int, count: int, sheet: Worksheet) -> Iterator[Taken]:
    """Of all units of these rows, `count` of the cheapest after the first `skip`.

    Between equal prices the order of the rows decides.
    """
    for _, row, amount, units in sorted(_runs(rows, counting_of(sheet)), key=_COUNTS):
        if not count:
            return
        passed = min(skip, units)
        taken = min(count, units - passed)
        skip, count = skip - passed, count - taken
        if taken and row.is_fine:
            yield Taken(row, portion(amount, Fraction(taken, units), sheet.policy.rounding), taken, 1)
        elif taken:
            yield Taken(row, amount // units, 1, taken)


def _runs(rows: Sequence[Row], counting: Counting) -> list[_Run]:
    found: list[_Run] = []
    for row in rows:
        if row.quantity == 1:  # by far the most frequent
            found.append((counting.of(row, row.amount), row, row.amount, 1))
        elif row.is_fine:
            counts = Fraction(counting.of(row, row.amount), row.quantity)
            found.append((counts, row, row.amount, row.quantity))
        else:
            for unit, units in unit_amounts(row.amount, row.quantity):
                found.append((counting.of(row, unit), row, unit * units, units))
    return found
