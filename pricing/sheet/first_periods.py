"""First periods: a prorated price begins within a bill cycle of its cart, and its first period is what is left of that.

What counts whole periods, or a time by the calendar, asks here whether the first period is a cut one.
"""

from datetime import date, datetime
from typing import NamedTuple

from cartwright.wire.policy import PricingPolicy, Rounding
from cartwright.wire.zones import midnight, wall_clock
from models.catalog.price_point import PricePoint
from pricing.arithmetic.billing_cycles import Period, cycle_around, prorate
from pricing.arithmetic.time_left import units_left
from pricing.sheet.worksheet import Worksheet


class FirstPeriod(NamedTuple):
    """How many of the days or seconds of a cycle are left when a price begins, and how many there are.

    The cycle has the days from `opens` until before `closes`.
    """

    opens: date
    closes: date
    left: int
    whole: int

    @property
    def is_cut(self) -> bool:
        """Whether it is less than a whole cycle."""
        return self.left < self.whole

    def part_of(self, amount: int, rounding: Rounding) -> int:
        """What is left of what a whole period costs, in minor units."""
        return prorate(amount, self.left, self.whole, rounding)


def first_period(point: PricePoint, cycle_day: int | None, at: datetime, policy: PricingPolicy) -> FirstPeriod | None:
    """The first period of a price that begins at a time; None if it is not prorated.

    Raises `ValueError` where its period leads out of the calendar.
    """
    if cycle_day is None or not point.is_prorated or point.period is None:
        return None
    zone = policy.time_zone
    today = wall_clock(at, zone).date()
    opens, closes = cycle_around(today, cycle_day, Period.parse(point.period), point.anchor_month)
    left, whole = units_left(midnight(opens, zone), midnight(closes, zone), at, policy.proration, zone)
    return FirstPeriod(opens, closes, left, whole)


def known_first_period(
    point: PricePoint, cycle_day: int | None, at: datetime | None, policy: PricingPolicy
) -> FirstPeriod | None:
    """The same, but None too at a time that is not known, and where the period leads out of the calendar."""
    try:
        return None if at is None else first_period(point, cycle_day, at, policy)
    except ValueError:
        return None


def cut_period(point: PricePoint, sheet: Worksheet) -> FirstPeriod | None:
    """The first period of a price in a cart if it is a cut one."""
    found = known_first_period(point, sheet.cart.header.bill_cycle_day, sheet.at, sheet.policy)
    return found if found is not None and found.is_cut else None


def first_whole(point: PricePoint, sheet: Worksheet) -> int:
    """The first whole period of a price that ramps."""
    return 1 if point.uplift is None or cut_period(point, sheet) is None else 2
