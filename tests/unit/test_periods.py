"""A period is at most a hundred years long, however it is put; and what is added to a date stays in the calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cartwright.wire.periods import Length, RecurringPeriod, format_period, within_longest
from cartwright.wire.schema import LAST_PRICING_YEAR
from pricing.arithmetic.billing_cycles import CalendarError, Period, cycle_around

ADAPTER = TypeAdapter(RecurringPeriod)
LENGTHS = st.builds(Length, st.integers(0, 1200), st.integers(0, 36_600), st.integers(0, 10**9)).filter(any)
PRICING_DAYS = st.dates(date(1970, 1, 1), date(LAST_PRICING_YEAR, 12, 31))


@pytest.mark.parametrize("text", ["P100Y", "P1200M", "P5200W", "P9999D", "PT870000H", "P99Y11M4W", "PT1S"])
def test_a_hundred_years_are_let_in(text: str) -> None:
    assert ADAPTER.validate_python(text)


@pytest.mark.parametrize(
    "text", ["P101Y", "P1201M", "P9999Y", "P9999M", "P9999W", "PT999999H", "P100Y1D", "P99Y11M5W1D"]
)
def test_more_is_out_of_range(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(text)
    assert [each["type"] for each in caught.value.errors()] == ["out-of-range"]


@pytest.mark.parametrize("text", ["P999999M", "P99999D", "P0M", "P1.5M", "-P1M", "P", "", "P1M ", "PT1H1D"])
def test_what_is_no_period_is_wrong(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ADAPTER.validate_python(text)
    assert [each["type"] for each in caught.value.errors()] == ["wrong-format"]


@given(LENGTHS, st.integers(1, 120))
def test_so_many_in_a_row_are_as_long_as_one_that_is_so_many_times_as_long(length: Length, times: int) -> None:
    longer = Length(*(part * times for part in length))
    assert within_longest(length, times) == within_longest(longer)
    assert within_longest(length) or not within_longest(length, times)


@given(PRICING_DAYS, st.integers(1, 31), LENGTHS.filter(within_longest))
def test_the_cycle_around_a_time_of_pricing_lies_in_the_calendar(day: date, cycle_day: int, length: Length) -> None:
    months, days, _ = length
    for period in (Period(months=months) if months else None, Period(days=days) if days else None):
        if period is not None:
            opens, closes = cycle_around(day, cycle_day, period)
            assert opens <= day < closes


@given(PRICING_DAYS, LENGTHS.filter(within_longest), st.integers(2, 120))
def test_installments_that_are_let_in_fall_due_in_the_calendar(day: date, length: Length, parts: int) -> None:
    if within_longest(length, parts):
        for period in (Period(months=length.months), Period(days=length.days)):
            assert period.after(day, parts - 1, day.day) >= day


@pytest.mark.parametrize("period", [Period(months=12 * 9999), Period(days=10**9), Period(days=10**12)])
@pytest.mark.parametrize("count", [1, -1])
def test_what_leads_out_of_the_calendar_is_told(period: Period, count: int) -> None:
    with pytest.raises(CalendarError):
        period.after(date(2026, 1, 31), count, 31)


@given(LENGTHS.filter(within_longest))
def test_a_period_in_normal_form_stays_let_in(length: Length) -> None:
    text = format_period(*length)
    if length.days < 9999 and length.seconds < 10**6:
        assert ADAPTER.validate_python(text) == text
