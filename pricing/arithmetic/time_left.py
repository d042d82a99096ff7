"""Which part of a period is left at a time: days of a zone, seconds, or days of months that all have 30."""

from datetime import UTC, datetime, time, timedelta

from cartwright.wire.policy import ProrationUnit
from cartwright.wire.zones import wall_clock
from pricing.arithmetic.day_count import days_left_30_360


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
