"""Price points that cost something else in later periods: phases at stated amounts, and uplifts."""

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
