"""Day counts: how many days a part of a period has where every month is counted as 30 days (30/360).

The 31st counts as the 30th, and the days that February has not count after its last one: a month has 30 days, a year
360, and the parts of a period sum to it.
"""

import calendar
from datetime import date

MONTH = 30
YEAR = 12 * MONTH


def days_left_30_360(start: date, end: date, at: date) -> tuple[int, int]:
    """How many days of 30/360 are left of a period from `start` until before `end`, that of `at` included; and all.

    A period that begins or ends on the last day of a month, because the other day of its cycle is missing there, is
    counted in whole months: from 31 January to 28 February it is one. The only period without a day in this count is
    that from the 30th to the 31st; all of it is left until it is over.
    """
    opens = _serial(start, end.day if _is_cut_short(start, end.day) else start.day)
    closes = _serial(end, start.day if _is_cut_short(end, start.day) else end.day)
    whole = closes - opens
    if at >= end:
        return 0, max(whole, 1)
    if at <= start or not whole:
        return max(whole, 1), max(whole, 1)
    return min(max(closes - _serial(at, at.day), 0), whole), whole


def _is_cut_short(day: date, wanted: int) -> bool:
    """Whether a day is the last one of a month that has no day of the wanted number."""
    return day.day < wanted and day.day == calendar.monthrange(day.year, day.month)[1]


def _serial(day: date, number: int) -> int:
    """The day as a number of days, with another number in its month."""
    return day.year * YEAR + day.month * MONTH + min(number, MONTH)
