"""Whether something is valid at a time: from its start (inclusive) to its end (exclusive)."""

from datetime import datetime

from cartwright.wire.header import TimePeriod


def valid_at(period: TimePeriod | None, at: datetime) -> bool:
    """Whether `at` is within the period; no period, or an open end, always is."""
    if period is None:
        return True
    after_start = period.start_date_time is None or period.start_date_time <= at
    before_end = period.end_date_time is None or at < period.end_date_time
    return after_start and before_end


def bounds(period: TimePeriod | None) -> tuple[datetime, ...]:
    """The times at which something of this period begins or ends to be valid."""
    both = (period.start_date_time, period.end_date_time) if period is not None else ()
    return tuple(each for each in both if each is not None)
