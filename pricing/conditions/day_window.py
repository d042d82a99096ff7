"""`day-window`: whole days of the calendar in a time zone, however long a change of the clocks makes one of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.patterns import pattern
from cartwright.wire.zones import TimeZone, wall_clock
from pricing.conditions import Condition, Effect, condition
from pricing.promotions.scope import Scope


def _of_the_calendar(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("out-of-range", "not a date of the calendar") from None
    return text


Day = Annotated[
    str,
    pattern(r"^(19|[2-8][0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$", "a date, YYYY-MM-DD, of the years 1900 to 8999"),
    AfterValidator(_of_the_calendar),
]


@condition
class DayWindow(Condition):
    """From 00:00 of `first_day` until 24:00 of `last_day`, by the clocks of the time zone."""

    kind: Literal["day-window"]
    first_day: Day | None = None
    """The first day; without it, there is no beginning."""
    last_day: Day | None = None
    """The last day; without it, there is no end."""
    time_zone: TimeZone | None = None
    """The time zone of the days; that of the pricing policy if absent."""

    @model_validator(mode="after")
    def _some_days(self) -> Self:
        if self.first_day is None and self.last_day is None:
            raise PydanticCustomError("missing", "give firstDay, lastDay, or both")
        if self.first_day is not None and self.last_day is not None and self.first_day > self.last_day:
            raise PydanticCustomError("out-of-range", "the last day is before the first one")
        return self

    @property
    def reductions_may(self) -> Effect:
        """Nothing."""
        return "nothing"

    @property
    def turns(self) -> Sequence[datetime] | None:
        """When the first day begins and the last one ends; None where the policy says in which time zone."""
        return None if self.time_zone is None else self._turns_in(self.time_zone)

    def turns_between(self, start: datetime, end: datetime, zone: str) -> Iterable[datetime]:  # noqa: ARG002
        """The same, in the time zone of the policy where there is no other."""
        return self._turns_in(self.time_zone or zone) or ()

    def _turns_in(self, name: str) -> Sequence[datetime] | None:
        try:
            zone = ZoneInfo(name)
        except ZoneInfoNotFoundError:  # it was known when the promotion came
            return None
        begins = None if self.first_day is None else date.fromisoformat(self.first_day)
        ends = None if self.last_day is None else date.fromisoformat(self.last_day) + timedelta(days=1)
        return [datetime.combine(day, time(), zone).astimezone(UTC) for day in (begins, ends) if day is not None]

    def holds(self, scope: Scope) -> bool:
        """Whether the time of pricing is on one of these days."""
        try:
            today = wall_clock(scope.sheet.at, self.time_zone or scope.sheet.policy.time_zone).date().isoformat()
        except ZoneInfoNotFoundError:  # it was known when the promotion came
            scope.sheet.warn("unknown-time-zone", f"Promotion {scope.promotion_id} names {self.time_zone}.")
            return False
        return (self.first_day is None or self.first_day <= today) and (self.last_day is None or today <= self.last_day)
