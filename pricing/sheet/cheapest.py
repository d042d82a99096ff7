"""Units in the order of their prices."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from models.money.rates import portion
from pricing.arithmetic.spreading import Run, uniform, unit_amounts
from pricing.sheet.counting import STATED, Counting, counting_of
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Claim, Worksheet


class Taken(NamedTuple):
    """Units of a row: `times` lots of so many `units`, each of which costs `price` minor units.

    A lot is one unit; but where a unit costs a fraction of a minor unit by list, all of them, for they are rounded
    together. `of` is the run of the row that has them.
    """

    row: Row
    price: int
    units: int
    times: int
    of: Run

    @property
    def many(self) -> int:
        """How many units they are."""
        return self.units * self.times

    @property
    def run(self) -> Run:
        """The units by themselves."""
        return Run(self.price * self.times, self.many, self.of.is_fine)


_Run = tuple[int | Fraction, Row, int, int, bool]
"""Units of a row that cost the same: what one counts among others, the row, what they cost together, how many.

And whether they are rounded together.
"""
_COUNTS = itemgetter(0)


class Units:
    """The units of some rows that cost something, in the order of their prices; of equal ones the rows' order decides.

    What costs nothing, be it a sample or what another promotion has made free, is no cheapest unit: there would be
    nothing to take off it.
    """

    def __init__(self, rows: Sequence[Row], sheet: Worksheet) -> None:
        """As the prices of the cart count."""
        self._sheet, self._rows = sheet, rows
        self._runs = sorted(_runs(rows, counting_of(sheet)), key=_COUNTS)

    @property
    def many(self) -> int:
        """How many there are."""
        return sum([units for _, _, _, units, _ in self._runs])

    def cheapest(self, skip: int, count: int) -> Iterator[Taken]:
        """`count` of the cheapest after the first `skip`; where only the most is asked for, those that may be that."""
        claims = self._sheet.claims
        if claims and self._runs and self._may_be_free(claims):
            many = self.many
            skip = max(many - count, skip) if many > skip else skip
        rounding = self._sheet.policy.rounding
        for _, row, amount, units, is_fine in self._runs:
            if not count:
                return
            passed = min(skip, units)
            taken = min(count, units - passed)
            skip, count = skip - passed, count - taken
            if taken and is_fine:
                yield Taken(row, portion(amount, Fraction(taken, units), rounding), taken, 1, Run(amount, units, True))
            elif taken:
                yield Taken(row, amount // units, 1, taken, Run(amount, units))

    def made_free(self, before: Mapping[int, int]) -> int:
        """How many units have come to cost nothing since so many of each row did, by the ids of rows as objects."""
        return sum([free_units(row) - before.get(id(row), 0) for row in self._rows])

    def _may_be_free(self, claims: Sequence[Claim]) -> bool:
        """Whether promotions that come before may leave nothing of a unit, so that dearer ones are the cheapest."""
        cheapest = self._runs[0][0]
        if _left(cheapest, claims) > 0:  # by far the most frequent
            return False
        rows = {id(row) for _, row, _, _, _ in self._runs}

        def spares(claim: Claim) -> bool:
            return _left(cheapest, [claim]) <= 0 and rows.isdisjoint([id(row) for row in claim.rows()])

        return _left(cheapest, [claim for claim in claims if not spares(claim)]) <= 0


def free_units(row: Row) -> int:
    """How many units of a row cost nothing."""
    return row.quantity - sum([units for _, _, _, units, _ in _runs([row], STATED)])


def _left(price: int | Fraction, claims: Sequence[Claim]) -> int | Fraction:
    """What is left of a unit's price at least, in minor units; each reduction may be rounded, for a line and a unit."""
    for claim in claims:
        for part, amount in claim.of_unit:
            num, den = part.as_integer_ratio()
            price -= price * num // den + amount + 3
    return price


def _runs(rows: Sequence[Row], counting: Counting) -> list[_Run]:
    found: list[_Run] = []
    for row in rows:
        if row.quantity > 1:
            found += _runs_of(row, counting)
        elif row.amount > 0:  # by far the most frequent
            found.append((counting.of(row, row.amount), row, row.amount, 1, False))
    return found


def _runs_of(row: Row, counting: Counting) -> list[_Run]:
    """Those of one row that cost something."""
    if row.runs is not None:
        runs = uniform(row.runs)
    elif row.is_fine:
        runs = (Run(row.amount, row.quantity, True),)
    else:
        runs = tuple([Run(unit * units, units) for unit, units in unit_amounts(row.amount, row.quantity)])
    return [(_counts(run, row, counting), row, *run) for run in runs if run.amount > 0]


def _counts(run: Run, row: Row, counting: Counting) -> int | Fraction:
    """What one unit of a run counts among others."""
    if run.is_fine:
        return Fraction(counting.of(row, run.amount), run.units)
    return counting.of(row, run.amount // run.units)
