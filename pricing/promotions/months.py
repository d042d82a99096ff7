"""Months of a reduction as periods of a price: so many whole ones, and a part of the next.

A month is a twelfth of a year and a third of a quarter. Where the bill cycle day cuts the first period, months end on a
day of the calendar, and the last part is counted as the first one is: in days or seconds. Two months from 16 December
end on 16 February, be it a price by the month or by the year; so they are not over with the cut period.
"""

from datetime import UTC, date, datetime, time
from fractions import Fraction

from cartwright.wire.periods import parse_period
from cartwright.wire.policy import ProrationUnit
from cartwright.wire.zones import instant, midnight, wall_clock
from pricing.arithmetic.billing_cycles import CalendarError, Period
from pricing.arithmetic.day_count import MONTH
from pricing.arithmetic.time_left import units_left
from pricing.sheet.first_periods import FirstPeriod, cut_period
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet

ONE = Period(months=1)


def months_in_periods(row: Row, months: int, waited: int, sheet: Worksheet) -> Fraction:
    """How many periods of a recurring price so many months are that begin after `waited` of its periods.

    Zero, if its period is no number of months: days are a part of one only where every month has 30 of them.
    """
    period = parse_period(row.period or "")
    if period.seconds or (period.days and sheet.policy.proration is not ProrationUnit.DAY_30_360):
        return Fraction(0)
    cut = cut_period(row.point, sheet)
    if cut is not None:
        try:
            return _by_calendar(cut, Period(period.months), months, waited, sheet)
        except CalendarError:
            pass  # then no part of a period can be told by its days
    return Fraction(months * MONTH, period.months * MONTH + period.days)


def _by_calendar(cut: FirstPeriod, period: Period, months: int, waited: int, sheet: Worksheet) -> Fraction:
    """The same of a price whose first period is cut; of that one the part counts that is left of it."""
    shown, cycle_day = wall_clock(sheet.at, sheet.policy.time_zone), sheet.cart.header.bill_cycle_day or 1
    until = datetime.combine(ONE.after(shown.date(), months, shown.day), shown.time(), UTC)
    if waited:
        begun = period.after(cut.closes, waited - 1, cycle_day)
        until = max(until, datetime.combine(ONE.after(begun, months, cycle_day), time(), UTC))
    if until.date() < cut.closes:
        left, _ = _left(cut.opens, cut.closes, until, sheet)
        return Fraction(cut.left - left, cut.left)
    cycles = ((until.year - cut.closes.year) * 12 + until.month - cut.closes.month) // period.months
    if period.after(cut.closes, cycles, cycle_day) > until.date():
        cycles -= 1
    opens, closes = (period.after(cut.closes, cycles + more, cycle_day) for more in (0, 1))
    left, whole = _left(opens, closes, until, sheet)
    return cycles + 1 - waited + Fraction(whole - left, whole)


def _left(opens: date, closes: date, shown: datetime, sheet: Worksheet) -> tuple[int, int]:
    """How much of a cycle is left when the clocks show a time, and how much it has."""
    zone, unit = sheet.policy.time_zone, sheet.policy.proration
    return units_left(midnight(opens, zone), midnight(closes, zone), instant(shown, zone), unit, zone)
