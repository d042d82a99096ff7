"""`time-window`: certain days of the week, between two times of day, in a time zone (happy hours)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfoNotFoundError

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.patterns import pattern
from cartwright.wire.zones import TimeZone, clock_change, instant, wall_clock
from pricing.conditions import Condition, Effect, condition
from pricing.promotions.scope import Scope

ClockTime = Annotated[str, pattern(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of the day, HH:MM")]
MIDNIGHT = "24:00"
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@condition
class TimeWindow(Condition):
    """From `start` (included) until `end` (excluded); an end before the start means the next day.

    The weekday is that of the moment itself, also after midnight. No weekdays means every day.
    """

    kind: Literal["time-window"]
    weekdays: Annotated[list[Weekday], Field(max_length=7)] = Field(default_factory=list)
    """Days of the week; an empty list means every day."""
    start: ClockTime = "00:00"
    """When the window opens (inclusive)."""
    end: ClockTime | Literal["24:00"] | None = None
    """When it closes (exclusive); without it, at midnight, as with `24:00`."""
    time_zone: TimeZone | None = None
    """The time zone that weekdays and times are read in; that of the pricing policy if absent."""

    @field_validator("end")
    @classmethod
    def _some_time(cls, end: str | None, given: ValidationInfo) -> str | None:
        if end is not None and end == given.data.get("start"):
            raise PydanticCustomError(
                "out-of-range", "a window that closes when it opens never holds; a whole day needs no end"
            )
        return end

    @property
    def reductions_may(self) -> Effect:
        """Nothing."""
        return "nothing"

    def turns_between(self, start: datetime, end: datetime, zone: str) -> Iterator[datetime]:
        """When it opens and closes on every day, at midnight, where the weekday changes, and when the clocks do."""
        local = self.time_zone or zone
        try:
            day, last = (wall_clock(each, local).date() for each in (start, end))
        except ZoneInfoNotFoundError:  # then it never holds
            return
        times = {time(), time.fromisoformat(self.start), self._closes or time()}
        while day <= last:
            yield from _turns_on(day, times, local)
            day += timedelta(days=1)

    def holds(self, scope: Scope) -> bool:
        """Whether the time of pricing is in the window."""
        try:
            local = wall_clock(scope.sheet.at, self.time_zone or scope.sheet.policy.time_zone)
        except ZoneInfoNotFoundError:  # it was known when the promotion came
            scope.sheet.warn("unknown-time-zone", f"Promotion {scope.promotion_id} names {self.time_zone}.")
            return False
        if self.weekdays and WEEKDAYS[local.weekday()] not in self.weekdays:
            return False
        now, start = local.time(), time.fromisoformat(self.start)
        end = self._closes
        if end is None:
            return start <= now
        return start <= now < end if start <= end else now >= start or now < end

    @property
    def _closes(self) -> time | None:
        """When it closes; None at midnight."""
        return None if self.end is None or self.end == MIDNIGHT else time.fromisoformat(self.end)


def _turns_on(day: date, times: Iterable[time], zone: str) -> Iterator[datetime]:
    """When the clocks of a zone show some times on a day, which may be twice where they change; and when they do."""
    change = clock_change(day, zone)
    shown = [datetime.combine(day, each, UTC) for each in times]
    yield from (instant(each, zone) for each in shown)
    if change is not None:
        yield change
        yield from (instant(each.replace(fold=1), zone) for each in shown)
