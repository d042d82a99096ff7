"""Time zones by their IANA names."""

from datetime import UTC, date, datetime, time
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
