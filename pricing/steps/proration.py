"""Proration: which part of a period counts; and first periods that only last until the next bill cycle day."""

from datetime import UTC, datetime, time, timedelta

from cartwright.wire.policy import PricingPolicy, ProrationUnit
from cartwright.wire.zones import midnight, wall_clock
from models.cart.sources import PRORATION
from models.catalog.price_point import PricePoint
from pricing.arithmetic.billing_cycles import Period, cycle_around, prorate
from pricing.arithmetic.day_count import days_left_30_360
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet


def prorate_first_periods(sheet: Worksheet) -> None:
    """Leave of each prorated price what falls between now and the cart's bill cycle day."""
    cycle_day = sheet.cart.header.bill_cycle_day
    if cycle_day is None or sheet.calendar.first > 1:
        return
    for line in sheet.lines:
        for row in line.rows:
            if row.point.is_prorated and row.period is not None:
                _prorate(row, row.period, cycle_day, sheet)


def _prorate(row: Row, period: str, cycle_day: int, sheet: Worksheet) -> None:
    """Leave a part of a row's first period; all of it, with a warning, where the period leads out of the calendar."""
    policy = sheet.policy
    try:
        left, whole = left_of(row.point, cycle_day, sheet.at, policy)
    except ValueError:
        sheet.warn("proration-not-possible", f"Price {row.point_id} is not prorated: its period is {period}.")
        return
    part = prorate(row.amount, left, whole, policy.rounding)
    if part != row.amount:
        row.alter(PRORATION, row.point_id, part - row.amount, 1, type=policy.proration)
    # Later periods may be due on other days than those of other prices.
    if left < whole or wall_clock(sheet.at, policy.time_zone).day != cycle_day:
        sheet.calendar.turn_after(1)


def part_left(amount: int, point: PricePoint, cycle_day: int, at: datetime, policy: PricingPolicy) -> int:
    """What is left at a time of what a whole period of a prorated price costs, in minor units."""
    return prorate(amount, *left_of(point, cycle_day, at, policy), policy.rounding)


def left_of(point: PricePoint, cycle_day: int, at: datetime, policy: PricingPolicy) -> tuple[int, int]:
    """How much of a prorated price's period is left."""
    zone, today = policy.time_zone, wall_clock(at, policy.time_zone).date()
    opens, closes = cycle_around(today, cycle_day, Period.parse(point.period or ""), point.anchor_month)
    return units_left(midnight(opens, zone), midnight(closes, zone), at, policy.proration, zone)


def units_left(start: datetime, end: datetime, at: datetime, unit: ProrationUnit, zone: str = "UTC") -> tuple[int, int]:
    """How many days or seconds of a period are left at a time, the one of that time included; and how many it has.

    From all of them to none. Days are those of the zone, seconds those that pass, whatever its clocks show. A period
    within one day has that day.
    """
    step = timedelta(seconds=1)
    if unit is not ProrationUnit.SECOND:
        step = timedelta(days=1)
        start, end, at = (_day_of(each, zone) for each in (start, end, at))
    end = max(end, start + step)
    if unit is ProrationUnit.DAY_30_360:
        return days_left_30_360(start.date(), end.date(), at.date())
    whole = (end - start) // step
    left = -((at - end) // step)
    return min(max(left, 0), whole), whole


def _day_of(at: datetime, zone: str) -> datetime:
    """The day of a zone in which a time lies, as if it began at midnight UTC and had 24 hours."""
    return datetime.combine(wall_clock(at, zone), time(), UTC)
