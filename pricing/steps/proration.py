"""Proration: which part of a period counts; and first periods that only last until the next bill cycle day."""

from datetime import UTC, date, datetime, time, timedelta

from cartwright.wire.policy import ProrationUnit
from cartwright.wire.zones import wall_clock
from models.cart.sources import PRORATION
from pricing.arithmetic.billing_cycles import Period, cycle_around, prorate
from pricing.arithmetic.day_count import days_left_30_360
from pricing.sheet.worksheet import Row, Worksheet


def prorate_first_periods(sheet: Worksheet) -> None:
    """Leave of each prorated price what falls between now and the cart's bill cycle day."""
    cycle_day = sheet.cart.header.bill_cycle_day
    if cycle_day is None or sheet.calendar.first > 1:
        return
    for line in sheet.lines:
        for row in line.rows:
            if row.point.is_prorated and row.point.period is not None:
                _prorate(row, row.point.period, cycle_day, sheet)


def _prorate(row: Row, period: str, cycle_day: int, sheet: Worksheet) -> None:
    """Leave a part of a row's first period; all of it, with a warning, where the period leads out of the calendar."""
    now = wall_clock(sheet.at, sheet.policy.time_zone)
    try:
        opens, closes = cycle_around(now.date(), cycle_day, Period.parse(period), row.point.anchor_month)
    except ValueError:
        sheet.warn("proration-not-possible", f"Price {row.point.id} is not prorated: its period is {period}.")
        return
    left, whole = units_left(_midnight(opens), _midnight(closes), now, sheet.policy.proration)
    part = prorate(row.amount, left, whole, sheet.policy.rounding)
    if part != row.amount:
        row.alter(PRORATION, row.point.id, part - row.amount, 1, type=sheet.policy.proration)
        sheet.calendar.turn_after(1)


def units_left(start: datetime, end: datetime, at: datetime, unit: ProrationUnit) -> tuple[int, int]:
    """How many days or seconds of a period are left at a time, the one of that time included; and how many it has.

    From all of them to none. Days begin when the times say that it is midnight; a period within one day has that day.
    """
    step = timedelta(seconds=1)
    if unit is not ProrationUnit.SECOND:
        step = timedelta(days=1)
        start, end, at = (_midnight(each) for each in (start, end, at))
        end = max(end, start + step)
    if unit is ProrationUnit.DAY_30_360:
        return days_left_30_360(start.date(), end.date(), at.date())
    whole = (end - start) // step
    left = -((at - end) // step)
    return min(max(left, 0), whole), whole


def _midnight(day: datetime | date) -> datetime:
    return datetime.combine(day, time(), UTC)
