"""Reductions for so many months: of a period that is longer than what is left of them, a part."""

from cartwright.wire.periods import parse_period
from cartwright.wire.policy import PricingPolicy, ProrationUnit
from models.money.rounding import divide
from pricing.arithmetic.day_count import MONTH
from pricing.sheet.stretches import Calendar, Source
from pricing.sheet.worksheet import Row


def in_months(
    row: Row, discount: int, months: int, calendar: Calendar, source: Source, policy: PricingPolicy
) -> tuple[int, int | None]:
    """What is taken off in each period from the sheet's first one on, in minor units, and for how many periods.

    A price that doesn't recur is reduced whole, one whose period is no number of months not at all. Days are a part of
    a month only where every month has 30 of them.
    """
    if row.point.period is None:
        return discount, None
    period = parse_period(row.point.period)
    if period.seconds or (period.days and policy.proration is not ProrationUnit.DAY_30_360):
        return 0, None
    length = period.months * MONTH + period.days
    whole, part = divmod(months * MONTH, length)
    left = calendar.left(source, whole + bool(part))
    if left <= 0:
        return 0, None
    if left == 1 and part:
        return divide(discount * part, length, policy.rounding), 1
    return discount, left - bool(part)
