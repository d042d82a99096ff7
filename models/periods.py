"""Periods of recurring prices: ISO 8601 durations of years, months, weeks and days, in one normal form."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_ISO = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?", re.ASCII)
AVERAGE_MONTH = 30
"""Days of a month where periods are only put in order."""


@lru_cache(maxsize=256)
def parse_period(text: str) -> tuple[int, int]:
    """A duration as (months, days): `P1Y6M` gives (18, 0), `P2W` (0, 14). Raises `ValueError`."""
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a billing period such as 'P1M'.")
    years, months, weeks, days = (int(number or 0) for number in match.groups())
    length = (years * 12 + months, weeks * 7 + days)
    if length == (0, 0):
        raise ValueError(f"{text!r} is an empty billing period.")
    return length


def format_period(months: int, days: int) -> str:
    """The normal form: years before months, weeks where the days are whole ones; (18, 0) gives `P1Y6M`."""
    years, months = divmod(months, 12)
    weeks, days = divmod(days, 7) if days % 7 == 0 else (0, days)
    parts = ((years, "Y"), (months, "M"), (weeks, "W"), (days, "D"))
    return "P" + "".join(f"{number}{unit}" for number, unit in parts if number)


@lru_cache(maxsize=256)
def period_length(text: str | None) -> int:
    """Roughly how many days a period has, to list short ones first; no period is 0."""
    if text is None:
        return 0
    months, days = parse_period(text)
    return months * AVERAGE_MONTH + days


def _normalised(text: str) -> str:
    try:
        return format_period(*parse_period(text))
    except ValueError:
        raise PydanticCustomError("wrong-format", "not an ISO 8601 period of years, months, weeks, days") from None


RecurringPeriod = Annotated[
    str, Field(max_length=24), AfterValidator(_normalised), Field(description="ISO 8601, e.g. P1M, P1Y6M, P2W")
]
"""A period in its normal form, so that `P12M` and `P1Y` are one."""
