"""What goes off single units of several lines: nothing is spread, each unit bears its own."""

from collections.abc import Callable
from fractions import Fraction

from models.catalog.target import Target
from pricing.arithmetic.discounts import percent_off
from pricing.arithmetic.spreading import Run
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.cheapest import Taken, Units
from pricing.sheet.counting import counting_of
from pricing.sheet.rows import Row, TotalKey
from pricing.sheet.worksheet import Worksheet

OffUnits = Callable[[Taken, Worksheet], int]
"""What goes off units of a row, in minor units as its price is stated."""


def percent_off_units(taken: Taken, percent: Fraction, sheet: Worksheet) -> int:
    """A percentage, rounded for each unit."""
    return taken.times * percent_off(taken.price, percent, sheet.policy)


def amount_off(taken: Taken, each: int, sheet: Worksheet) -> int:
    """So much off each unit, and no more than it costs; where amounts count otherwise, rounded once for all of them."""
    off = each * taken.units * taken.times
    return min(taken.price * taken.times, counting_of(sheet).stated(taken.row, off))


def off_cheapest(scope: Scope, target: Target, kind: str, most: int, off: OffUnits) -> Offer:
    """What goes off `most` units of the target at most, by a benefit of some kind: off the cheapest of them.

    The units of each price type and period are counted by themselves, and those that lines keep reduced count, too.
    """
    sheet, kept = scope.sheet, _units_kept(scope, target, kind, off)
    taken = [
        each
        for rows in scope.by_total(target)
        for each in Units(rows, sheet).cheapest(0, max(most - kept.get(_total_of(rows[0]), 0), 0))
    ]
    return Offer([[(each.row, off(each, sheet))] for each in taken], units=taken)


def _units_kept(scope: Scope, target: Target, kind: str, off: OffUnits) -> dict[TotalKey, int]:
    """Of how many units lines keep such a reduction: of as many as it is worth, at the price that they have."""
    found: dict[TotalKey, int] = {}
    for row, less in scope.already(target, kind):
        price = (row.amount + less) // row.quantity
        one = off(Taken(row, price, 1, 1, Run(price, 1)), scope.sheet)
        units = min(-(-less // one), row.quantity) if one else row.quantity
        found[_total_of(row)] = found.get(_total_of(row), 0) + units
    return found


def _total_of(row: Row) -> TotalKey:
    return row.type, row.period
