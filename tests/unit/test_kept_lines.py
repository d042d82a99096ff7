"""Lines that keep their amounts, for their price is gone or they were ordered so, beside lines that are priced."""

from dataclasses import replace
from typing import Any

import pytest

from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from pricing.price import price
from support.phases import Course, course
from support.pricing import NOON, document, only_price, price_row, priced, promotion, rows
from support.promotions import EUR, at_least, off, percent

PHONE, PLAN = price_row("phone", "100.00"), price_row("plan", "100.00", period="P1M")
WEEK, MONTH = price_row("week", "5.00", period="P1W"), price_row("month", "20.00", period="P1M")
OVER = {"endDateTime": "2000-01-01T00:00:00Z"}
Row = dict[str, Any]


def shop(prices: list[Row], *offers: Row) -> Row:
    """A document with one of each offering, and promotions or vouchers."""
    vouchers = [each for each in offers if "code" in each]
    told = document({each["offeringId"]: 1 for each in prices}, prices, *(each for each in offers if "id" in each))
    told["facts"]["vouchers"] = vouchers
    return {**told, "vouchers": [{"code": each["code"]} for each in vouchers]}


def without_price(told: Row, *names: str) -> Cart:
    """The priced cart once these offerings have lost their prices: nobody touches it, so their lines stay."""
    cart = priced(told)
    over = [each | {"validFor": OVER} for each in told["facts"]["prices"]]
    gone = CatalogRows.of({"prices": [each for each in over if each["offeringId"] in names]})
    again = price(cart, Facts().with_rows(rows(told), 1).with_rows(gone, 2), NOON)
    assert [each.item_id for each in again.pricing.warnings] == list(names)
    assert [again.item(each) for each in names] == [cart.item(each) for each in names]
    return again


LIMIT = {"amount": "40.00", **EUR}


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (promotion("p", off("20.00")), [(1, 1, 9000), (2, None, 8000)]),
        (promotion("p", {"kind": "fixed-price", "amount": "80.00", **EUR}), [(1, 1, 4000), (2, None, 8000)]),
        (promotion("p", percent("40", atMost=LIMIT)), [(1, 1, 8000), (2, None, 6000)]),
        (promotion("p", percent("40", notBelow={"amount": "150.00", **EUR})), [(1, 1, 7500), (2, None, 10000)]),
        # Without a phone the floor lets the first month cost less than it does with one that was paid before.
        (promotion("p", percent("40", notBelow={"amount": "70.00", **EUR})), [(1, 1, 6000), (2, None, 7000)]),
        (
            {"code": "V", "reductionAmount": "20.00", **EUR, "everyRecurringPayment": True},
            [(1, 1, 9000), (2, None, 8000)],
        ),
    ],
)
def test_what_a_kept_line_paid_once_counts_in_the_first_payment_only(offer: Row, expected: Course) -> None:
    told = shop([PHONE, PLAN], offer)
    assert course(only_price(priced(told), "plan")) == expected
    assert course(only_price(without_price(told, "phone"), "plan")) == expected


@pytest.mark.parametrize(
    "offer",
    [
        promotion("p", off("5.00")),
        promotion("p", percent("100", atMost={"amount": "5.00", **EUR})),
        {"code": "V", "reductionAmount": "5.00", **EUR, "everyRecurringPayment": True},
    ],
)
@pytest.mark.parametrize("lost", ["week", "month"])
def test_an_amount_is_given_for_each_period_beside_one_that_a_line_keeps(offer: Row, lost: str) -> None:
    told = shop([WEEK, MONTH], offer)
    cart = without_price(told, lost)
    assert course(only_price(cart, "week")) == [(1, 1, 400), (2, None, 0)]
    assert course(only_price(cart, "month")) == [(1, 1, 1600), (2, None, 1500)]


A, B = price_row("a", "100.00"), price_row("b", "100.00")
CEILING = {"amount": "30.00", **EUR}


def of(offering: str) -> Row:
    return {"target": {"offeringIds": [offering]}}


@pytest.mark.parametrize(
    ("benefits", "expected"),
    [
        ([off("10.00", **of("a")), off("20.00", **of("b"))], 8000),
        ([off("10.00", **of("a")), percent("40", atMost=CEILING, **of("b"))], 7000),
        # 5.00 each, and then 15.00 each instead of 40 % of 95.00.
        ([off("10.00"), percent("40", atMost=CEILING)], 8000),
    ],
)
def test_what_a_line_keeps_of_one_benefit_counts_for_no_other_of_the_promotion(
    benefits: list[Row], expected: int
) -> None:
    told = shop([A, B], {"id": "p", "benefits": benefits})
    assert only_price(priced(told), "b").gross == expected
    assert only_price(without_price(told, "a"), "b").gross == expected


@pytest.mark.parametrize("benefit", [percent("10", maxQuantity=3), off("1.00", per="unit", maxQuantity=3)])
def test_units_that_a_line_keeps_reduced_count_among_those_of_all_lines(benefit: Row) -> None:
    """Both of a, at 10.00, and one of b, at 10.00, too; whichever is kept, three are reduced."""
    told = shop([price_row("a", "10.00"), price_row("b", "10.00")], promotion("p", benefit))
    for item in told["items"]:
        item["quantity"] = 2
    for cart in (priced(told), without_price(told, "a"), without_price(told, "b")):
        assert [only_price(cart, each).gross for each in "ab"] == [1800, 1900]


def test_units_of_a_kept_line_that_are_not_reduced_leave_room_for_others() -> None:
    told = shop([price_row("a", "10.00"), price_row("b", "20.00")], promotion("p", percent("50", maxQuantity=1)))
    for cart in (priced(told), without_price(told, "b")):
        assert [only_price(cart, each).gross for each in "ab"] == [500, 2000]


def test_the_dearest_unit_is_reduced_once_if_a_line_keeps_it() -> None:
    told = shop([price_row("a", "20.00"), price_row("b", "50.00")], promotion("p", {"kind": "nth-dearest"}))
    for cart in (priced(told), without_price(told, "a"), without_price(told, "b")):
        assert [only_price(cart, each).gross for each in "ab"] == [2000, 0]


def test_the_cheapest_unit_is_reduced_once_in_each_total_if_a_line_keeps_it() -> None:
    cheap = [price_row("a", "10.00"), price_row("b", "8.00"), price_row("c", "6.00"), MONTH]
    told = shop(cheap, promotion("p", {"kind": "nth-cheapest"}))
    for cart in (priced(told), without_price(told, "c")):
        assert [each.gross for each in cart.pricing.totals] == [1800, 0]
    assert [each.gross for each in without_price(told, "a").pricing.totals] == [1800, 0]


FIVE = promotion("five", percent("5"), at_least("50.00"), group="steps", priority=9)
TEN = promotion("ten", percent("10"), at_least("100.00"), group="steps")


@pytest.mark.parametrize(
    ("added", "expected", "verdicts"),
    [
        # What is kept costs 90.00: with 5.00 ten is out of reach, and with 20.00 it applies to both.
        ("5.00", 500, {"ten": None}),
        ("20.00", 1800, {"ten": None}),
    ],
)
def test_of_one_group_none_applies_beside_the_one_that_a_line_keeps(
    added: str, expected: int, verdicts: dict[str, str | None]
) -> None:
    told = shop([A, price_row("b", added)], FIVE, TEN)
    kept = without_price({**told, "items": told["items"][:1]}, "a")
    both = replace(kept, items=(*kept.items, *(replace(each, prices=()) for each in priced(told).items[1:])))
    over = {**A, "validFor": OVER}
    cart = price(both, Facts().with_rows(rows(told), 1).with_rows(CatalogRows.of({"prices": [over]}), 2), NOON)
    assert only_price(cart, "b").gross == expected
    assert {each.id: each.reason for each in cart.pricing.promotions} == verdicts


def test_of_one_group_another_follows_once_what_a_line_keeps_is_paid() -> None:
    """A tenth of the phone is more than 5 % of both; a month later the 5 % are all there is."""
    phones = {**TEN, "benefits": [percent("10", **of("phone"))]}
    told = shop([PHONE, price_row("plan", "70.00", period="P1M")], FIVE, phones)
    for cart in (priced(told), without_price(told, "phone")):
        assert course(only_price(cart, "plan")) == [(1, 1, 7000), (2, None, 6650)]


@pytest.mark.parametrize(("more", "expected"), [(1, 1000), (2, 1800)])
def test_a_gift_that_was_ordered_counts_as_little_as_any(more: int, expected: int) -> None:
    """Four units bring a tenth off caps: two hats and two caps do, two hats, two gifts and one cap don't."""
    tea = promotion("tea", {"kind": "free-item", "offeringId": "tea", "quantity": 2})
    four = promotion("four", percent("10", **of("cap")), {"kind": "quantity", "minimum": 4})
    goods = [price_row(name, "10.00") for name in ("hat", "cap", "tea")]
    ordered = priced(document({"hat": 2}, goods, tea, four))
    told = document({"hat": 2, "cap": more}, goods, tea, four)
    lines = [replace(each, action="keep", as_ordered=True) for each in ordered.items]
    caps = [each for each in priced(told).items if each.id == "cap"]
    amendment = replace(ordered, items=(*lines, *(replace(each, prices=()) for each in caps)))
    assert [each.quantity for each in amendment.items] == [2, 2, more]
    cart = price(amendment, Facts().with_rows(rows(told), 1), NOON)
    assert only_price(cart, "cap").gross == expected
