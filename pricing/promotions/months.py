"""Reductions for so many months: of a period that is longer than what is left of them, a part."""

from cartwright.wire.periods import in_whole_months, parse_period
from cartwright.wire.policy import Rounding
from models.money.rounding import divide
from pricing.sheet.stretches import Calendar, Source
from pricing.sheet.worksheet import Row


def in_months(
    row: Row, discount: int, months: int, calendar: Calendar, source: Source, rounding: Rounding
) -> tuple[int, int | None]:
    """What is taken off in each period from the sheet's first one on, in minor units, and for how many periods.

    A price that doesn't recur is reduced whole, one whose period is no number of months not at all.
    """
    if row.point.period is None:
        return discount, None
    if not in_whole_months(row.point.period):
        return 0, None
    length = parse_period(row.point.period).months
    whole, part = divmod(months, length)
    left = calendar.left(source, whole + bool(part))
    if left <= 0:
        return 0, None
    if left == 1 and part:
        return divide(discount * part, length, rounding), 1
    return discount, left - bool(part)
