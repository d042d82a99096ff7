"""Periods of recurring prices: ISO 8601 durations in whole units, in one normal form."""

import re
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_ISO = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?",
    re.ASCII,
)
LONGEST_YEARS = 100
"""No price recurs at longer intervals; what is added to a time of pricing stays in the calendar."""
AVERAGE_MONTH = 30
"""Days of a month where periods are only put in order."""
DAY = 24 * 60 * 60
"""Seconds of a day, in UTC."""


class Length(NamedTuple):
    """How long a period is, in the units that no calendar turns into each other."""

    months: int = 0
    days: int = 0
    seconds: int = 0


@lru_cache(maxsize=256)
def parse_period(text: str) -> Length:
    """A duration's length: `P1Y6M` gives 18 months, `P2W` 14 days, `PT1H` 3600 seconds. Raises `ValueError`."""
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a billing period such as 'P1M'.")
    years, months, weeks, days, hours, minutes, seconds = (int(number or 0) for number in match.groups())
    length = Length(years * 12 + months, weeks * 7 + days, (hours * 60 + minutes) * 60 + seconds)
    if not any(length):
        raise ValueError(f"{text!r} is an empty billing period.")
    return length


def format_period(months: int, days: int, seconds: int = 0) -> str:
    """The normal form: years before months, weeks where the days are whole ones, hours before minutes."""
    years, months = divmod(months, 12)
    weeks, days = divmod(days, 7) if days % 7 == 0 else (0, days)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    by_date = _joined((years, "Y"), (months, "M"), (weeks, "W"), (days, "D"))
    by_time = _joined((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "P" + by_date + ("T" + by_time if by_time else "")


def _joined(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{unit}" for number, unit in parts if number)


@lru_cache(maxsize=256)
def period_length(text: str | None) -> int:
    """Roughly how many seconds a period has, to list short ones first; no period is 0."""
    if text is None:
        return 0
    months, days, seconds = parse_period(text)
    return (months * AVERAGE_MONTH + days) * DAY + seconds


def in_whole_months(text: str) -> bool:
    """Whether a period has nothing but months and years, so that its cycles can begin on a day of the month."""
    return parse_period(text) == Length(months=parse_period(text).months)


def has_anchor(text: str) -> bool:
    """Whether cycles of a period can begin in the same months of every year, and not in all of them."""
    months = parse_period(text).months
    return in_whole_months(text) and months in {2, 3, 4, 6, 12}


def within_longest(length: Length, times: int = 1) -> bool:
    """Whether so many periods in a row are no longer than may be meant; a year is counted as at most 366 days."""
    year = 366 * DAY
    months, seconds = length.months * times, (length.days * DAY + length.seconds) * times
    return months * year + 12 * seconds <= 12 * LONGEST_YEARS * year


def _normalised(text: str) -> str:
    try:
        length = parse_period(text)
    except ValueError:
        raise PydanticCustomError(
            "wrong-format", "not an ISO 8601 period in whole units, such as P1M or PT1H"
        ) from None
    if not within_longest(length):
        raise PydanticCustomError("out-of-range", f"a period has at most {LONGEST_YEARS} years")
    return format_period(*length)


RecurringPeriod = Annotated[
    str, Field(max_length=40), AfterValidator(_normalised), Field(description="ISO 8601, e.g. P1M, P1Y6M, P2W, PT1H")
]
"""A period in its normal form, so that `P12M` and `P1Y` are one."""
