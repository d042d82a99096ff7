"""Time zones by their IANA names."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError


def _known(name: str) -> str:
    if name not in _names():
        raise PydanticCustomError("unknown-time-zone", "not a time zone such as Europe/Paris")
    return name


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


TimeZone = Annotated[str, Field(max_length=64), AfterValidator(_known)]
"""The name of a time zone, e.g. `Europe/Paris`."""


def wall_clock(at: datetime, zone: str) -> datetime:
    """What the clocks of a zone show at a time, as if they showed UTC; raises `ZoneInfoNotFoundError`."""
    return at if zone == "UTC" else at.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)


def instant(shown: datetime, zone: str) -> datetime:
    """When the clocks of a zone show what `wall_clock` answers; if they do so twice, by its `fold`.

    What they leave out as they are put forward is counted on from the hour before.
    """
    return shown if zone == "UTC" else shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def midnight(day: date, zone: str) -> datetime:
    """When a day begins in a zone."""
    return instant(datetime.combine(day, time(), UTC), zone)


@lru_cache(maxsize=1024)
def clock_change(day: date, zone: str) -> datetime | None:
    """When the clocks of a zone are put forward or back on a day; None on most days."""
    begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    if ends - begins == timedelta(days=1):
        return None
    then, seconds = _ahead(ends, zone), range((ends - begins) // timedelta(seconds=1))
    found = bisect_left(seconds, True, key=lambda passed: _ahead(begins + timedelta(seconds=passed), zone) == then)
    return begins + timedelta(seconds=found)


def _ahead(at: datetime, zone: str) -> timedelta:
    """How far the clocks of a zone are ahead of UTC."""
    return wall_clock(at, zone) - at
