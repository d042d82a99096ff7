"""First periods until the bill cycle day, by day and by second; prices in arrears; what is prorated is checked."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import ProrationUnit
from cartwright.wire.refusals import Refusal
from models.cart.cart import Cart
from models.cart.price import Alteration
from pricing.arithmetic.billing_cycles import Period, cycle_around
from pricing.arithmetic.day_count import days_left_30_360
from pricing.arithmetic.time_left import units_left
from support.pricing import document, explained, only_price, price_row, priced

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-40), timedelta(days=80)).map(lambda moved: MARCH + moved)
PLAN = price_row("plan", "31.00", period="P1M", isProrated=True)


def started(at: datetime, cycle_day: int | None, row: dict[str, Any] = PLAN, **header: Any) -> Cart:
    return priced(document({"plan": 1}, [row], billCycleDay=cycle_day, **header), at)


@pytest.mark.parametrize(
    ("at", "cycle_day", "payable"),
    [
        # 1 to 15 January: 14 of the 31 days from 15 December.
        (datetime(2026, 1, 1, 23, 59, tzinfo=UTC), 15, 1400),
        (datetime(2026, 1, 14, tzinfo=UTC), 15, 100),
        # On the day itself a whole cycle begins.
        (datetime(2026, 1, 15, tzinfo=UTC), 15, 3100),
        # Cycles on the 31st begin on the last day of a shorter month: 27 February is the last of 31 days.
        (datetime(2026, 2, 27, tzinfo=UTC), 31, 100),
        (datetime(2026, 2, 28, tzinfo=UTC), 31, 3100),
        # A leap year has a day more: 2 of the 31 days from 29 January.
        (datetime(2028, 2, 27, tzinfo=UTC), 31, 200),
        (datetime(2026, 1, 1, tzinfo=UTC), None, 3100),
    ],
)
def test_a_first_period_ends_on_the_bill_cycle_day(at: datetime, cycle_day: int | None, payable: int) -> None:
    cart = started(at, cycle_day)
    assert cart.pricing.due_now.payable == payable
    less = () if payable == 3100 else (Alteration("proration", "pp-plan", payable - 3100, 1, "day"),)
    assert only_price(cart, "plan").alterations == less


def test_a_year_is_prorated_by_its_own_days() -> None:
    yearly = {**PLAN, "amount": "365.00", "period": "P1Y"}
    # The cycle began on 15 February, two days ago.
    assert started(datetime(2026, 2, 17, tzinfo=UTC), 15, yearly).pricing.due_now.payable == 36300


def test_by_second_the_hour_counts() -> None:
    noon = datetime(2026, 1, 14, 12, 0, 0, 1, tzinfo=UTC)
    # Half a day of 31.
    assert started(noon, 15, pricingPolicy={"proration": "second"}).pricing.due_now.payable == 50
    assert started(noon, 15).pricing.due_now.payable == 100


@pytest.mark.parametrize(
    ("zone", "hours", "at", "payable"),
    [
        # October has 745 hours in Paris, of which the clocks show one twice; it ends at 23:00 UTC on the 31st. At
        # 00:00 UTC on the 25th 7 days less an hour are left, 167 hours.
        ("Europe/Paris", 745, "2026-09-30T22:00:00Z", 74500),
        ("Europe/Paris", 745, "2026-10-25T00:00:00Z", 16700),
        # 166 hours and a second; a second later, when the clocks are put back, 166 hours.
        ("Europe/Paris", 745, "2026-10-25T00:59:59Z", 16600),
        ("Europe/Paris", 745, "2026-10-25T01:00:00Z", 16600),
        ("Europe/Paris", 745, "2026-10-25T02:00:00Z", 16500),
        # March has 743, and ends at 22:00 UTC; when the clocks are put forward 2 days and 21 hours are left.
        ("Europe/Paris", 743, "2026-02-28T23:00:00Z", 74300),
        ("Europe/Paris", 743, "2026-03-29T00:00:00Z", 7000),
        ("Europe/Paris", 743, "2026-03-29T00:59:59Z", 6900),
        ("Europe/Paris", 743, "2026-03-29T01:00:00Z", 6900),
        ("UTC", 744, "2026-10-25T01:00:00Z", 16700),
    ],
)
def test_seconds_are_those_that_pass(zone: str, hours: int, at: str, payable: int) -> None:
    """An hour costs 1.00."""
    row = {**PLAN, "amount": f"{hours}.00"}
    policy = {"proration": "second", "timeZone": zone}
    assert started(datetime.fromisoformat(at), 1, row, pricingPolicy=policy).pricing.due_now.payable == payable


def test_a_day_may_begin_when_the_clocks_are_put_forward() -> None:
    """8 September 2024 began at 01:00 in Santiago, 04:00 UTC; 8 October at 03:00 UTC: 719 hours are between them."""
    row, policy = {**PLAN, "amount": "719.00"}, {"proration": "second", "timeZone": "America/Santiago"}
    assert [
        started(datetime(2024, 9, 8, hour, tzinfo=UTC), 8, row, pricingPolicy=policy).pricing.due_now.payable
        for hour in (4, 5)
    ] == [71900, 71800]
    # The hour before is the last of the 744 from 04:00 UTC on 8 August on.
    whole = {**PLAN, "amount": "744.00"}
    last = started(datetime(2024, 9, 8, 3, tzinfo=UTC), 8, whole, pricingPolicy=policy)
    assert last.pricing.due_now.payable == 100


def test_only_what_is_marked_is_prorated() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert started(at, 15, price_row("plan", "31.00", period="P1M")).pricing.due_now.payable == 3100


def test_promotions_come_first() -> None:
    ten = {"id": "ten", "benefits": [{"kind": "percent", "value": "10"}]}
    cart = priced(document({"plan": 1}, [PLAN], ten, billCycleDay=15), datetime(2026, 1, 1, tzinfo=UTC))
    # 27.90 × 14 / 31 = 12.60.
    assert [each.amount for each in only_price(cart, "plan").alterations] == [-310, -1530]


def test_what_is_billed_in_arrears_is_not_due_now() -> None:
    later = price_row("fee", "7.00", period="P1M", isArrears=True)
    cart, explanation = explained(document({"plan": 1, "fee": 2}, [PLAN, later]))
    assert [total.gross for total in cart.pricing.totals] == [4500]
    assert (cart.pricing.due_now.gross, cart.pricing.due_now.payable) == (3100, 3100)
    assert [(line.step, line.amount) for line in explanation.due_now.lines] == [
        ("total P1M", 4500),
        ("arrears", -1400),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"isArrears": True},
        {"isProrated": True},
        {"isProrated": True, "period": "P2W"},
        {"isProrated": True, "period": "PT1H"},
        {"isProrated": True, "period": "P1M1D"},
    ],
)
def test_what_has_no_calendar_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        priced(document({"plan": 1}, [price_row("plan", "1.00", **fields)]))
    assert [problem.code for problem in refused.value.problems] == ["period-mismatch"]


@given(st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.integers(1, 31), st.sampled_from(["P1M", "P3M", "P1Y"]))
def test_a_day_lies_in_its_cycle(day: date, cycle_day: int, period: str) -> None:
    opens, closes = cycle_around(day, cycle_day, Period.parse(period))
    assert opens <= day < closes


@given(st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.integers(1, 31), st.sampled_from(["P1M", "P3M", "P1Y"]))
def test_one_cycle_follows_the_other(day: date, cycle_day: int, period: str) -> None:
    length = Period.parse(period)
    _, closes = cycle_around(day, cycle_day, length)
    assert cycle_around(closes, cycle_day, length) == (closes, length.after(closes, 1, cycle_day))


THIRTY = {"pricingPolicy": {"proration": "30-360"}}
FLAT = {**PLAN, "amount": "30.00"}


@pytest.mark.parametrize(
    ("at", "cycle_day", "payable"),
    [
        # From 17 on, 14 days of 30 in every month, however long it is.
        (date(2026, 1, 17), 1, 1400),
        (date(2026, 2, 17), 1, 1400),
        (date(2026, 4, 17), 1, 1400),
        # The 31st counts as the 30th, and the last days of February have the days that it has not.
        (date(2026, 1, 30), 1, 100),
        (date(2026, 1, 31), 1, 100),
        (date(2026, 2, 28), 1, 300),
        (date(2028, 2, 29), 1, 200),
        # Over the end of a month: 15 days of 30, and a whole one on the day itself.
        (date(2026, 1, 30), 15, 1500),
        (date(2026, 1, 31), 15, 1500),
        (date(2026, 1, 15), 15, 3000),
        # Cycles on the last day of the month.
        (date(2026, 2, 28), 31, 3000),
        (date(2026, 3, 1), 31, 2900),
        (date(2026, 1, 31), 31, 3000),
        (date(2026, 4, 29), 31, 100),
    ],
)
def test_every_month_has_thirty_days_if_the_policy_says_so(at: date, cycle_day: int, payable: int) -> None:
    cart = started(datetime(at.year, at.month, at.day, 12, tzinfo=UTC), cycle_day, FLAT, **THIRTY)
    assert cart.pricing.due_now.payable == payable
    less = () if payable == 3000 else (Alteration("proration", "pp-plan", payable - 3000, 1, "30-360"),)
    assert only_price(cart, "plan").alterations == less


def test_a_year_has_three_hundred_and_sixty_days() -> None:
    yearly = {**PLAN, "amount": "360.00", "period": "P1Y"}
    # From 15 to 17 February two days.
    assert started(datetime(2026, 2, 17, tzinfo=UTC), 15, yearly, **THIRTY).pricing.due_now.payable == 35800


CYCLES = st.tuples(
    st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    st.integers(1, 31),
    st.sampled_from(["P1M", "P2M", "P3M", "P6M", "P1Y"]),
)


@given(CYCLES, st.lists(st.integers(0, 370), max_size=5))
def test_a_cycle_has_thirty_days_a_month_and_its_parts_sum_to_it(cycle: tuple[date, int, str], cuts: list[int]) -> None:
    day, cycle_day, period = cycle
    length = Period.parse(period)
    opens, closes = cycle_around(day, cycle_day, length)
    assert days_left_30_360(opens, closes, opens) == (30 * length.months, 30 * length.months)
    assert days_left_30_360(opens, closes, closes) == (0, 30 * length.months)
    days = [opens, *sorted({min(opens + timedelta(days=cut), closes) for cut in cuts}), closes]
    left = [days_left_30_360(opens, closes, each)[0] for each in days]
    parts = [earlier - later for earlier, later in pairwise(left)]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == 30 * length.months


@given(st.dates(date(2000, 1, 1), date(2035, 12, 31)), st.integers(1, 800), st.integers(-10, 810))
def test_any_paid_period_has_days(start: date, days: int, passed: int) -> None:
    left, whole = days_left_30_360(start, start + timedelta(days=days), start + timedelta(days=passed))
    assert 0 <= left <= whole
    assert whole >= 1
    assert abs(whole - days * 360 / 365.25) < 6


def test_what_was_paid_is_credited_in_days_of_thirty() -> None:
    """Ten of 30 days from 21 February on, of 28 by the calendar: 10.00 and 8.57."""
    paid = {"startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-03-01T00:00:00Z"}
    fields = {"plan": {"action": "modify", "paidPeriod": {**paid, "amount": "30.00", "currency": "EUR"}}}
    at = datetime(2026, 2, 21, tzinfo=UTC)
    row = price_row("plan", "100.00")
    assert priced(document({"plan": 1}, [row], fields=fields, **THIRTY), at).pricing.due_now.payable == 9000
    assert priced(document({"plan": 1}, [row], fields=fields), at).pricing.due_now.payable == 9143


def test_an_unknown_day_count_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        started(datetime(2026, 1, 1, tzinfo=UTC), 15, pricingPolicy={"proration": "actual-365"})
    assert [problem.path for problem in refused.value.problems] == ["/data/pricingPolicy/proration"]


CHANGES = [
    ("Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Denver", datetime(2026, 11, 1, 8, tzinfo=UTC)),
    ("America/Santiago", datetime(2024, 9, 8, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2024, 4, 7, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, 15, tzinfo=UTC)),
    ("UTC", datetime(2026, 10, 25, 1, tzinfo=UTC)),
]
"""When the clocks of a zone were put forward or back; by half an hour on Lord Howe."""
SECONDS = st.integers(-4 * 3600, 4 * 3600)


@given(st.sampled_from(CHANGES), SECONDS, SECONDS, st.integers(1, 40), st.sampled_from(ProrationUnit))
def test_time_leaves_less_where_the_clocks_change(
    change: tuple[str, datetime], first: int, second: int, days: int, unit: ProrationUnit
) -> None:
    zone, turn = change
    start, end = turn - timedelta(days=days, hours=7), turn + timedelta(days=41 - days, minutes=7)
    moments = [turn + timedelta(seconds=passed) for passed in sorted((first, second))]
    earlier, later = (units_left(start, end, at, unit, zone) for at in moments)
    assert 0 <= later[0] <= earlier[0] <= earlier[1] == later[1]
    if unit is ProrationUnit.SECOND:
        assert earlier[0] - later[0] == abs(second - first)


def test_a_period_within_a_second_has_that_second() -> None:
    at = MARCH + timedelta(milliseconds=300)
    moments = (MARCH, at, MARCH + timedelta(seconds=1))
    assert [units_left(MARCH, at, each, ProrationUnit.SECOND) for each in moments] == [(1, 1), (1, 1), (0, 1)]


@given(MOMENTS, MOMENTS, st.sampled_from(ProrationUnit))
def test_time_leaves_less_and_never_too_much(first: datetime, second: datetime, unit: ProrationUnit) -> None:
    earlier, later = (units_left(MARCH, APRIL, at, unit) for at in sorted((first, second)))
    assert 0 <= later[0] <= earlier[0] <= earlier[1] == later[1]
