"""Promotions that can't be meant as they are written are refused, where the mistake is (`docs/promotions.md`)."""

from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from models.cart.cart import Cart
from support.pricing import document, price_row, priced, promotion
from support.promotions import EUR, off, payable, percent, refusals

GOODS_OF_PRICES = [{"priceTypes": ["recurring"]}, {"pricePeriods": ["P1M"]}, {"unreducedOnly": True}]


@pytest.mark.parametrize("target", GOODS_OF_PRICES)
def test_what_counts_units_names_no_prices(target: dict[str, Any]) -> None:
    sets = promotion("p", {"kind": "buy-get", "buy": 2, "bought": target})
    many = promotion("p", percent("10"), {"kind": "quantity", "minimum": 2, "target": target})
    assert refusals(sets) == [("/data/facts/promotions/0/benefits/0/bought", "without-effect")]
    assert refusals(many) == [("/data/facts/promotions/0/conditions/0/target", "without-effect")]


NOTHING_LEFT: list[dict[str, Any]] = [
    {"offeringIds": ["a"], "excludeOfferingIds": ["a", "b"]},
    {"categories": ["x"], "excludeCategories": ["x"]},
    {"categories": ["x", "y"], "excludeCategories": ["y", "z", "x"], "offeringIds": ["a"]},
    {"categories": ["x"], "excludeCategories": ["x"], "offeringIds": ["a"], "excludeOfferingIds": ["b"]},
]
"""Targets, also of what is counted, that leave out all that they name."""
SOMETHING_LEFT: list[dict[str, Any]] = [
    {"categories": ["x", "y"], "excludeCategories": ["y"]},
    {"excludeCategories": ["y"], "excludeOfferingIds": ["a"]},
    {"categories": ["x"], "excludeOfferingIds": ["a"]},
]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (
            {"benefits": [{"kind": "fixed-price", "amount": "1.00", **EUR, "per": "unit"}], "level": "item"},
            "/benefits/0",
        ),
        ({"benefits": [{"kind": "further-lines"}], "level": "item"}, "/benefits/0"),
        ({"benefits": [{"kind": "free-item", "offeringId": "a", "target": {}}]}, "/benefits/0"),
        ({"benefits": [{"kind": "buy-get", "buy": 1, "partSets": True}]}, "/benefits/0"),
        ({"benefits": [off("1.00", atMost={"amount": "1.00", "currency": "USD"})]}, "/benefits/0"),
        (
            {"benefits": [percent("1", target={"priceTypes": ["one-time"], "pricePeriods": ["P1M"]})]},
            "/benefits/0/target",
        ),
        (
            {"benefits": [percent("1", target={"offeringIds": ["a"], "excludeOfferingIds": ["a"]})]},
            "/benefits/0/target",
        ),
        ({"benefits": [percent("10"), {"kind": "further-lines"}], "level": "item"}, "/benefits/1"),
        ({"caps": {"perCart": 2}}, "/caps"),
        ({"benefits": [percent("10", periods=2, target={"priceTypes": ["one-time"]})]}, "/benefits/0"),
        ({"benefits": [percent("10", periods=2, target={"priceTypes": ["usage"]})]}, "/benefits/0"),
        ({"benefits": [percent("10", periods=2, target={"priceTypes": ["usage", "recurring"]})]}, "/benefits/0"),
        ({"benefits": [percent("10", months=2, target={"priceTypes": ["allowance", "recurring"]})]}, "/benefits/0"),
        ({"benefits": [off("1.00", months=2, target={"priceTypes": []})]}, "/benefits/0"),
    ],
)
def test_a_field_without_effect_is_refused(fields: dict[str, Any], path: str) -> None:
    rule = {**promotion("p", percent("10")), **fields}
    assert refusals(rule) == [(f"/data/facts/promotions/0{path}", "without-effect")]


@pytest.mark.parametrize(
    ("types", "words"),
    [
        (["usage"], "only recurring prices have periods, and the target has none"),
        (["usage", "recurring"], "only recurring prices have periods: reduce usage and allowances by another benefit"),
    ],
)
def test_why_usage_has_no_periods(types: list[str], words: str) -> None:
    rule = promotion("p", percent("50", periods=3, target={"priceTypes": types}))
    with pytest.raises(Refusal) as refusal:
        priced(document({"a": 1}, [price_row("a", "1.00")], rule))
    assert [words in each.message for each in refusal.value.problems] == [True]


USAGE = price_row("a", "10.00", id="use", type="usage", unit="GB")
BOTH = {"priceTypes": ["usage", "recurring"]}


def amounts(cart: Cart) -> list[list[int]]:
    """Of each price of the one line what it costs in its phases; usage has none."""
    return [[each.gross for each in price.phases] or [price.gross] for price in cart.items[0].prices]


def test_usage_is_reduced_for_good_and_what_recurs_for_a_time_by_a_benefit_each() -> None:
    halves = [
        percent("50", target={"priceTypes": ["usage"]}),
        percent("50", periods=3, target={"priceTypes": ["recurring"]}),
    ]
    prices = [USAGE, price_row("a", "20.00", period="P1M")]
    cart = priced(document({"a": 1}, prices, {"id": "p", "benefits": halves}))
    assert amounts(cart) == [[1000, 2000], [500]]


@pytest.mark.parametrize(
    "benefit", [{"kind": "free-period"}, {"kind": "recurring-discount", "percent": "100", "periods": 1}]
)
def test_what_reduces_only_what_recurs_may_name_usage(benefit: dict[str, Any]) -> None:
    prices = [USAGE, price_row("a", "20.00", period="P1M")]
    cart = priced(document({"a": 1}, prices, promotion("p", {**benefit, "target": BOTH})))
    assert amounts(cart) == [[0, 2000], [1000]]


def test_usage_of_a_period_may_be_named_by_it() -> None:
    """A usage price may be per month; one without a period is left out then."""
    monthly = price_row("b", "10.00", id="use-monthly", period="P1M", type="usage", unit="GB")
    rule = promotion("p", percent("50", target={"priceTypes": ["usage"], "pricePeriods": ["P1M"]}))
    cart = priced(document({"a": 1, "b": 1}, [USAGE, monthly], rule))
    assert [price.gross for item in cart.items for price in item.prices] == [1000, 500]


@pytest.mark.parametrize("target", NOTHING_LEFT)
def test_a_target_that_leaves_nothing_is_refused(target: dict[str, Any]) -> None:
    sets = {"kind": "buy-get", "buy": 2, "bought": target, "target": {"offeringIds": ["b"]}}
    many = {"kind": "quantity", "minimum": 2, "target": target}
    for path, rule in {
        "/benefits/0/target": promotion("p", percent("10", target=target)),
        "/benefits/0/bought": promotion("p", sets),
        "/conditions/0/target": promotion("p", percent("10"), many),
        "/conditions/0/condition/target": promotion("p", percent("10"), {"kind": "not", "condition": many}),
    }.items():
        assert refusals(rule) == [(f"/data/facts/promotions/0{path}", "without-effect")]


@pytest.mark.parametrize("target", SOMETHING_LEFT)
def test_a_target_that_leaves_something_is_not(target: dict[str, Any]) -> None:
    offering = {"id": "b", "taxCategory": "standard", "categories": ["x"]}
    rule = promotion("p", percent("10", target=target))
    assert payable({"b": 1}, [price_row("b", "1.00")], rule, offerings=[offering]) == "0.90"


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_an_amount_that_takes_nothing_off_is_refused(amount: str) -> None:
    nothing = {"amount": amount, **EUR}
    ceiling = promotion("p", percent("10", atMost=nothing))
    each = promotion("p", {"kind": "buy-get", "buy": 1, "off": nothing})
    assert refusals(ceiling) == [("/data/facts/promotions/0/benefits/0/atMost", "out-of-range")]
    assert refusals(each) == [("/data/facts/promotions/0/benefits/0/off", "out-of-range")]


def test_every_benefit_is_told() -> None:
    rule = {"id": "p", "benefits": [{"kind": "further-lines"}, off("1.00", maxQuantity=2)], "level": "item"}
    assert [path for path, _ in refusals(rule)] == [f"/data/facts/promotions/0/benefits/{place}" for place in (0, 1)]


@pytest.mark.parametrize("level", ["item", "container", "cart"])
def test_units_are_counted_where_the_amount_is_per_unit(level: str) -> None:
    rule = promotion("p", off("1.00", maxQuantity=2), level=level)
    assert refusals(rule) == [("/data/facts/promotions/0/benefits/0", "needs-unit")]
