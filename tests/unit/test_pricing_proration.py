"""First periods until the bill cycle day, by day and by second; prices in arrears; what is prorated is checked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import ProrationUnit
from cartwright.wire.refusals import Refusal
from models.cart.cart import Cart
from models.cart.price import Alteration
from pricing.arithmetic.billing_cycles import Period, cycle_around
from pricing.steps.proration import units_left
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


@given(MOMENTS, MOMENTS, st.sampled_from(ProrationUnit))
def test_time_leaves_less_and_never_too_much(first: datetime, second: datetime, unit: ProrationUnit) -> None:
    earlier, later = (units_left(MARCH, APRIL, at, unit) for at in sorted((first, second)))
    assert 0 <= later[0] <= earlier[0] <= earlier[1] == later[1]
