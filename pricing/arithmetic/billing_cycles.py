"""Billing by calendar: periods, the cycle that a day lies in, and what a part of it costs."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cartwright.wire.periods import parse_period
from cartwright.wire.policy import Rounding
from models.money.rounding import divide


class CalendarError(ValueError):
    """A date that would lie before the year 1 or after the year 9999."""


@dataclass(frozen=True, slots=True)
class Period:
    """The length of a billing cycle: months by the calendar, or days."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """From an ISO 8601 duration: `P1M`, `P2W`, `P1Y6M`, `P30D`. Raises `ValueError`, also for a mixed one.

        Months and days together have no bill cycle day to fall on, and hours no days.
        """
        months, days, seconds = parse_period(text)
        if seconds or (months and days):
            raise ValueError(f"{text!r} is no billing period: it has hours, or mixes months and days.")
        return cls(months, days)

    def after(self, origin: date, periods: int, cycle_day: int) -> date:
        """The date so many periods after a cycle's start (before it, if negative).

        By months it falls on the bill cycle day, or on the month's last day where it has none such. Raises
        `CalendarError`.
        """
        try:
            if self.days:
                return origin + timedelta(days=self.days * periods)
            year, month = divmod(origin.year * 12 + origin.month - 1 + self.months * periods, 12)
            return date(year, month + 1, min(cycle_day, calendar.monthrange(year, month + 1)[1]))
        except (ValueError, OverflowError) as error:
            raise CalendarError(f"{periods} periods from {origin} lead out of the calendar.") from error


def start_of(origin: datetime, number: int, cycle_day: int, period: str) -> datetime:
    """When so many periods after `origin` are over; by months on the cycle day. Raises `CalendarError`."""
    months, days, seconds = parse_period(period)
    day = Period(months).after(origin.date(), number, cycle_day) if months else origin.date()
    try:
        return datetime.combine(day, origin.timetz()) + timedelta(days=days * number, seconds=seconds * number)
    except OverflowError as error:
        raise CalendarError(f"{number} periods from {origin.date()} lead out of the calendar.") from error


def prorate(price: int, days: int, period_days: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The share of a period's price in minor units for some of its days (Kill Bill)."""
    return divide(price * days, period_days, rounding)


def cycle_around(day: date, cycle_day: int, period: Period, anchor: int | None = None) -> tuple[date, date]:
    """First day, and day after the last, of the cycle that a service joins on a day.

    The cycle before the first bill cycle day is as long as the period that the calendar has before that day (Kill Bill,
    proration in advance). With an anchor, cycles begin in that month, and in those that are whole periods away from it.
    """
    month = Period(months=1)
    first = _first_cycle(day, cycle_day, period if anchor is None else month)
    while anchor is not None and (first.month - anchor) % period.months:
        first = month.after(first, 1, cycle_day)
    return (first, period.after(first, 1, cycle_day)) if first == day else (_before(first, period), first)


def _before(first: date, period: Period) -> date:
    """Where the cycle that ends with the first whole one's start is counted from.

    With cycles on the 31st, what leads to 28 February is counted from 28 January on.
    """
    return period.after(first, -1, first.day)


def _first_cycle(start: date, cycle_day: int, period: Period) -> date:
    """The first start of a cycle on or after `start`; cycles of days begin with the service itself."""
    if period.days:
        return start
    in_month = Period(months=1).after(start, 0, cycle_day)
    return in_month if in_month >= start else period.after(in_month, 1, cycle_day)
