"""Times that commands set for later."""

from datetime import datetime

from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from cartwright.wire.schema import format_time, parse_time


def check_future(field: str, time: datetime, now: datetime) -> datetime:
    """The time in whole milliseconds, as it is stored; raises `invalid` for a field of the data that is in the past."""
    kept = parse_time(format_time(time))
    if kept <= now:
        raise Refusal.at(pointer("data", field), ErrorCode.INVALID, "The time is in the past.", "out-of-range")
    return kept
