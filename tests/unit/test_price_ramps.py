"""Price points that cost something else in later periods: phases at stated amounts, and uplifts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from facts.snapshot import Facts
from pricing.price import price
from support.phases import JUNE, Course, cart_of, course, monthly, total
from support.pricing import document, only_price, price_row, promotion, rows
from support.promotions import percent

YEARLY = {"percent": "3", "every": "P1Y"}
NINETEEN = [{"periods": 12, "amount": "19.00"}, {"periods": None, "amount": "29.00"}]


def ramped(**fields: Any) -> dict[str, Any]:
    row = monthly(fields.pop("amount", ""), **fields)
    return row if row["amount"] else {name: value for name, value in row.items() if name != "amount"}


def test_the_phases_of_a_price_point_are_those_of_the_price() -> None:
    cart = cart_of(prices=[ramped(phases=NINETEEN)])
    assert course(only_price(cart, "a")) == course(total(cart)) == [(1, 12, 1900), (13, None, 2900)]
    assert only_price(cart, "a").unit_amount == "19.00"
    assert cart.pricing.due_now.payable == 1900


@pytest.mark.parametrize("amount", ["19.00", "19", "29.00"])
def test_the_amount_may_be_that_of_a_phase(amount: str) -> None:
    cart = cart_of(prices=[monthly(amount, phases=NINETEEN)])
    assert course(only_price(cart, "a")) == [(1, 12, 1900), (13, None, 2900)]


def test_an_uplift_is_compound_and_exact() -> None:
    cart = cart_of(prices=[monthly("9.99", uplift=YEARLY)])
    # 9.99, × 1.03 = 10.2897, × 1.03² = 10.598391, × 1.03³ = 10.91634…
    expected: Course = [(1, 12, 999), (13, 12, 1029), (25, 12, 1060), (37, 12, 1092)]
    assert course(only_price(cart, "a"))[:4] == expected


def test_ten_rises_are_told() -> None:
    phases = course(only_price(cart_of(prices=[monthly("100.00", uplift=YEARLY)]), "a"))
    # 100 × 1.03¹⁰ = 134.3916…
    assert (len(phases), phases[-1]) == (11, (121, None, 13439))


def test_an_uplift_begins_with_the_last_phase() -> None:
    cart = cart_of(prices=[ramped(phases=NINETEEN, uplift={"percent": "10", "every": "P1Y"})])
    assert course(only_price(cart, "a"))[:3] == [(1, 12, 1900), (13, 12, 2900), (25, 12, 3190)]


def in_cycles(amount: str, **fields: Any) -> dict[str, Any]:
    return monthly(amount, isProrated=True, **fields)


TENTH = {"percent": "10", "every": "P1Y"}


@pytest.mark.parametrize(
    ("point", "day", "expected"),
    [
        # 16 of the 366 days of 2024, then 2025 as listed, and 366.00 × 1.03 = 376.98 in 2026.
        (
            in_cycles("366.00", period="P1Y", anchorMonth=1, uplift=YEARLY),
            (2024, 12, 16),
            [(1, 1, 1600), (2, 1, 36600), (3, 1, 37698)],
        ),
        # 11 of the 91 days until 1 July; four whole quarters, and the rise on 1 July 2025.
        (
            in_cycles("91.00", period="P3M", anchorMonth=4, uplift=TENTH),
            (2024, 6, 20),
            [(1, 1, 1100), (2, 4, 9100), (6, 4, 10010)],
        ),
        # 15 of 30 days, then twelve months.
        (in_cycles("30.00", uplift=TENTH), (2024, 6, 16), [(1, 1, 1500), (2, 12, 3000), (14, 12, 3300)]),
        # A day of 30, then July; the rises are on 1 August and on 1 September.
        (
            in_cycles("30.00", uplift={"percent": "10", "every": "P1M"}),
            (2024, 6, 30),
            [(1, 1, 100), (2, 1, 3000), (3, 1, 3300), (4, 1, 3630)],
        ),
        # On the cycle day itself the first period is a whole one.
        (in_cycles("30.00", uplift=TENTH), (2024, 7, 1), [(1, 12, 3000), (13, 12, 3300)]),
        # Stated phases count periods; the one for good begins with a whole one.
        (
            in_cycles("10.00", phases=[{"periods": 2, "amount": "10.00"}, {"amount": "30.00"}], uplift=TENTH),
            (2024, 6, 16),
            [(1, 1, 500), (2, 1, 1000), (3, 12, 3000), (15, 12, 3300)],
        ),
    ],
)
def test_an_uplift_counts_whole_periods(point: dict[str, Any], day: tuple[int, int, int], expected: Course) -> None:
    cart = cart_of(prices=[point], billCycleDay=1, at=datetime(*day, 12, tzinfo=UTC))
    assert course(only_price(cart, "a"))[: len(expected)] == expected


def test_what_is_not_prorated_counts_from_its_first_period_whatever_the_cycle_day() -> None:
    cart = cart_of(prices=[monthly("30.00", uplift=TENTH)], billCycleDay=1)
    assert course(only_price(cart, "a"))[:2] == [(1, 12, 3000), (13, 12, 3300)]


def test_a_month_that_is_paid_in_whole_is_one() -> None:
    """The 31st counts as the 30th where all months have 30 days, and then nothing is missing until 30 April."""
    point, at = in_cycles("30.00", uplift={"percent": "10", "every": "P1M"}), datetime(2026, 3, 31, 12, tzinfo=UTC)
    thirty = {"pricingPolicy": {"proration": "30-360"}}
    cart = cart_of(prices=[point], billCycleDay=30, at=at, **thirty)
    assert course(only_price(cart, "a"))[:2] == [(1, 1, 3000), (2, 1, 3300)]
    by_days = cart_of(prices=[point], billCycleDay=30, at=at)
    # 30 of the 31 days from 30 March on.
    assert course(only_price(by_days, "a"))[:3] == [(1, 1, 2903), (2, 1, 3000), (3, 1, 3300)]


def test_priced_on_the_first_day_of_its_second_period_a_price_costs_what_was_said() -> None:
    point = in_cycles("30.00", uplift=TENTH)
    said = course(only_price(cart_of(prices=[point], billCycleDay=1), "a"))
    later = cart_of(prices=[point], billCycleDay=1, at=datetime(2024, 7, 1, 12, tzinfo=UTC))
    assert [(first + 1, many, gross) for first, many, gross in course(only_price(later, "a"))] == said[1:]


def test_a_kept_price_counts_whole_periods_too() -> None:
    rule = {"fields": {"a": {"changeRule": {"kind": "keep"}}}, "billCycleDay": 1}
    cart = cart_of(prices=[in_cycles("30.00", uplift=TENTH)], **rule)
    dearer = Facts().with_rows(rows(document({"a": 1}, [in_cycles("99.00")])), 2)
    assert course(only_price(price(cart, dearer, JUNE), "a")) == course(only_price(cart, "a"))


def test_an_uplift_raises_every_tier() -> None:
    tiers = [{"minQuantity": 10, "amount": "8.00"}]
    point = price_row("a", "10.00", period="P1Y", uplift={"percent": "50", "every": "P1Y"}, tiers=tiers)
    cart = cart_of(prices=[point], quantities={"a": 10})
    assert course(only_price(cart, "a"))[:2] == [(1, 1, 8000), (2, 1, 12000)]


def test_reductions_are_reckoned_in_every_phase() -> None:
    """A percentage is of what the price is then; a reduction may end within a phase of the price."""
    cart = cart_of(promotion("ten", percent("10", periods=14)), prices=[ramped(phases=NINETEEN)])
    assert course(only_price(cart, "a")) == [(1, 12, 1710), (13, 2, 2610), (15, None, 2900)]


def test_a_gift_follows_its_ramp() -> None:
    gift = promotion("g", {"kind": "free-item", "offeringId": "b", "periods": 1})
    point = price_row("b", "5.00", period="P1M", phases=[{"periods": 2, "amount": "5.00"}, {"amount": "7.00"}])
    cart = cart_of(gift, prices=[monthly("20.00"), point], quantities={"a": 1})
    [given] = [item for item in cart.items if item.is_gift]
    assert course(given.prices[0]) == [(1, 1, 0), (2, 1, 500), (3, None, 700)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phases": [{"amount": "1.00"}, {"amount": "2.00"}]}, "not-for-good"),
        ({"phases": [{"periods": 1, "amount": "1.00"}]}, "not-for-good"),
        ({"phases": NINETEEN, "amount": "20.00"}, "without-effect"),
        ({"phases": NINETEEN, "tiers": [{"minQuantity": 2, "amount": "1.00"}]}, "one-of"),
        ({"uplift": {"percent": "0.00", "every": "P1M"}, "amount": "1.00"}, "without-effect"),
        ({"uplift": {"percent": "3", "every": "P1W"}, "amount": "1.00"}, "period-mismatch"),
        ({"uplift": YEARLY, "amount": "1.00", "period": "P5M"}, "period-mismatch"),
        ({"uplift": YEARLY, "amount": "1.00", "period": None, "type": "one-time"}, "period-mismatch"),
        ({"phases": NINETEEN, "period": None, "type": "one-time"}, "period-mismatch"),
        ({"phases": [{"amount": "-1.00"}]}, "out-of-range"),
        ({"phases": [{"amount": "1.0000000000001"}]}, "too-many-decimals"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        cart_of(prices=[ramped(**dict(fields))])
    [problem] = refused.value.problems
    assert problem.code == code
    assert problem.path.startswith("/data/facts/prices/0")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "follow"}, [(1, 6, 2500), (7, None, 1500)]),
        ({"kind": "keep"}, [(1, 12, 1900), (13, None, 2900)]),
        # From 19 at most 20.90, from 19 not below 17.10, from 29 not below 26.10.
        ({"kind": "cap", "percent": "10"}, [(1, 6, 2090), (7, 6, 1710), (13, None, 2610)]),
    ],
)
def test_a_change_rule_knows_phases(rule: dict[str, Any], expected: Course) -> None:
    cart = cart_of(prices=[ramped(phases=NINETEEN)], fields={"a": {"changeRule": rule}})
    changed = [{"periods": 6, "amount": "25.00"}, {"periods": None, "amount": "15.00"}]
    later = rows(document({"a": 1}, [ramped(phases=changed)]))
    assert course(only_price(price(cart, Facts().with_rows(later, 2), JUNE), "a")) == expected
