"""Minimum prices: what promotions and vouchers leave of a price, whatever kind of benefit it is."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from support.phases import cart_of, course, monthly, total
from support.pricing import document, price_row, priced, promotion, reductions
from support.promotions import off, percent

SHIRT = price_row("shirt", "50.00", minimumPrice="45.00")
MUG = price_row("mug", "20.00")


def test_what_one_line_has_no_room_for_goes_to_the_others() -> None:
    cart = priced(document({"shirt": 1, "mug": 3}, [SHIRT, MUG], promotion("all", off("25.00"), level="cart")))
    assert reductions(cart) == {"shirt": 500, "mug": 2000}


@pytest.mark.parametrize(
    ("level", "benefit"),
    [
        ("item", percent("20")),
        ("item", percent("20", maxQuantity=2)),
        ("item", off("20.00")),
        ("item", off("20.00", per="unit")),
        ("item", {"kind": "fixed-price", "amount": "10.00", "currency": "EUR"}),
        ("item", {"kind": "buy-get", "buy": 1, "get": 1}),
        ("item", {"kind": "nth-cheapest"}),
        ("cart", percent("30")),
        ("cart", percent("30", maxQuantity=2)),
        ("cart", off("20.00", per="unit")),
        ("cart", off("20.00", per="unit", maxQuantity=2)),
        ("cart", {"kind": "fixed-price", "amount": "10.00", "currency": "EUR", "per": "unit"}),
        ("cart", off("99.00")),
        ("cart", {"kind": "fixed-price", "amount": "10.00", "currency": "EUR"}),
        ("cart", {"kind": "buy-get", "buy": 1, "get": 1}),
        ("cart", {"kind": "further-lines", "percent": "100"}),
    ],
)
def test_no_benefit_goes_below(level: str, benefit: dict[str, Any]) -> None:
    dear = price_row("lamp", "500.00")
    target = {**benefit, "target": {"offeringIds": ["shirt"]}}
    given = benefit if benefit["kind"] == "further-lines" else target
    cart = priced(document({"shirt": 2, "lamp": 1}, [SHIRT, dear], promotion("p", given, level=level)))
    assert reductions(cart) == {"shirt": 1000}


@pytest.mark.parametrize(
    "benefit",
    [{"kind": "free-period", "periods": 2}, {"kind": "recurring-discount", "percent": "50", "periods": 2}],
)
def test_a_period_costs_its_minimum(benefit: dict[str, Any]) -> None:
    cart = cart_of(promotion("p", benefit), prices=[monthly("30.00", minimumPrice="20.00")])
    assert course(total(cart)) == [(1, 2, 2000), (3, None, 3000)]


def test_promotions_share_the_room() -> None:
    cart = priced(
        document(
            {"shirt": 1},
            [SHIRT],
            promotion("a", off("3.00"), level="item", priority=2),
            promotion("b", off("3.00"), level="item", priority=1),
            promotion("c", off("3.00"), level="item"),
        )
    )
    assert [(each.id, each.reason) for each in cart.pricing.promotions] == [("a", None), ("b", None)]
    assert reductions(cart) == {"shirt": 500}


def test_vouchers_stop_there_too() -> None:
    told = document({"shirt": 1, "mug": 1}, [SHIRT, MUG])
    told["facts"]["vouchers"] = [{"code": "V", "reductionPercent": "50"}]
    told["vouchers"] = ["V"]
    assert reductions(priced(told)) == {"shirt": 500, "mug": 2000}


def test_of_a_percentage_of_the_cart_other_lines_take_what_one_has_no_room_for() -> None:
    cart = priced(document({"shirt": 1, "mug": 1}, [SHIRT, MUG], promotion("p", percent("20"), level="cart")))
    assert reductions(cart) == {"shirt": 500, "mug": 900}


def test_a_voucher_takes_nothing_off_a_first_part_below_the_minimum() -> None:
    """From 22 June to 1 July: 9 of 30 days of 10.00."""
    prorated = monthly("10.00", minimumPrice="5.00", isProrated=True)
    told = document({"a": 1}, [prorated], billCycleDay=1)
    told["facts"]["vouchers"] = [{"code": "V", "reductionPercent": "50", "everyRecurringPayment": True}]
    cart = priced({**told, "vouchers": ["V"]}, datetime(2026, 6, 22, tzinfo=UTC))
    assert course(total(cart)) == [(1, 1, 300), (2, None, 500)]


def test_a_gift_is_free_and_an_override_goes_where_it_goes() -> None:
    gift = promotion("gift", {"kind": "free-item", "offeringId": "shirt"}, level="cart")
    cart = priced(document({"mug": 1}, [MUG, SHIRT], gift))
    assert cart.pricing.due_now.payable == 2000


def test_a_price_below_its_minimum_is_not_reduced() -> None:
    low = price_row("shirt", "40.00", minimumPrice="45.00")
    cart = priced(document({"shirt": 2}, [low], promotion("all", percent("10"))))
    assert (reductions(cart), cart.pricing.due_now.payable) == ({}, 8000)


@pytest.mark.parametrize(("amount", "code"), [("-1.00", "out-of-range"), ("1.0000000000001", "too-many-decimals")])
def test_a_minimum_that_is_no_price_is_refused(amount: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        priced(document({"shirt": 1}, [{**SHIRT, "minimumPrice": amount}]))
    assert [(each.path, each.code) for each in refused.value.problems] == [("/data/facts/prices/0/minimumPrice", code)]
