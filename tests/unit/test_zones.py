"""Time zones: what clocks show and when they show it; when days begin, and when clocks are put forward or back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.zones import clock_change, instant, midnight, wall_clock

ZONES = st.sampled_from(
    ["Europe/Paris", "America/Denver", "America/Santiago", "Australia/Lord_Howe", "Asia/Tokyo", "UTC"]
)
TIMES = st.integers(0, 7 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(TIMES, ZONES)
def test_what_clocks_show_leads_back_to_the_time(at: datetime, zone: str) -> None:
    shown = wall_clock(at, zone)
    assert (instant(shown, zone), shown.tzinfo) == (at, UTC)


def test_a_time_that_clocks_show_twice_leads_to_both() -> None:
    """02:30 in Paris on 25 October: in summer time at 00:30 UTC, then at 01:30 UTC. On 29 March it is 03:30 instead."""
    october, march = datetime(2026, 10, 25, 2, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    assert instant(october, "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(october.replace(fold=1), "Europe/Paris") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert wall_clock(instant(march, "Europe/Paris"), "Europe/Paris") == march + timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Paris", date(2026, 10, 25), "2026-10-24T22:00:00+00:00"),
        ("Europe/Paris", date(2026, 10, 26), "2026-10-25T23:00:00+00:00"),
        ("America/Denver", date(2026, 2, 28), "2026-02-28T07:00:00+00:00"),
        # At 01:00, because the clocks are put forward at midnight.
        ("America/Santiago", date(2024, 9, 8), "2024-09-08T04:00:00+00:00"),
        ("UTC", date(2026, 2, 28), "2026-02-28T00:00:00+00:00"),
    ],
)
def test_a_day_begins_where_the_zone_is(zone: str, day: date, begins: str) -> None:
    assert midnight(day, zone).isoformat() == begins


@pytest.mark.parametrize(
    ("zone", "day", "change"),
    [
        # From 02:00 to 03:00, and from 03:00 to 02:00.
        ("Europe/Paris", date(2026, 3, 29), "2026-03-29T01:00:00+00:00"),
        ("Europe/Paris", date(2026, 10, 25), "2026-10-25T01:00:00+00:00"),
        ("Europe/Paris", date(2026, 10, 24), None),
        ("Europe/Paris", date(2026, 10, 26), None),
        ("America/Denver", date(2026, 11, 1), "2026-11-01T08:00:00+00:00"),
        # From 02:00 to 01:30.
        ("Australia/Lord_Howe", date(2024, 4, 7), "2024-04-06T15:00:00+00:00"),
        # From 00:00 to 01:00, and from 24:00 to 23:00.
        ("America/Santiago", date(2024, 9, 8), "2024-09-08T04:00:00+00:00"),
        ("America/Santiago", date(2024, 9, 7), None),
        ("America/Santiago", date(2024, 4, 6), "2024-04-07T03:00:00+00:00"),
        ("America/Santiago", date(2024, 4, 7), None),
        # From 24:00 on 29 December to 00:00 on the 31st: the 30th was left out, and has no moment but that one.
        ("Pacific/Apia", date(2011, 12, 29), None),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),
        ("Asia/Tokyo", date(2026, 3, 29), None),
        ("UTC", date(2026, 3, 29), None),
    ],
)
def test_the_clocks_change_on_some_days(zone: str, day: date, change: str | None) -> None:
    found = clock_change(day, zone)
    assert (found and found.isoformat()) == change


def test_a_zone_that_is_gone_is_told() -> None:
    for asked in (
        lambda: wall_clock(datetime(2026, 1, 1, tzinfo=UTC), "Mars/Olympus"),
        lambda: clock_change(date(2026, 1, 1), "Mars/Olympus"),
    ):
        with pytest.raises(ZoneInfoNotFoundError):
            asked()
