"""A later promotion sees what each unit of a line costs, as if each were a line; the figures are worked out by hand."""

from typing import Any

import pytest

from facts.snapshot import Facts
from pricing.arithmetic.spreading import Run, split, uniform
from pricing.price import filled_sheet
from support.pricing import NOON, document, only_price, price_row, priced, promotion, reductions, rows
from support.promotions import EUR, off, payable, percent

Y = price_row("y", "10.00")
CHEAPEST_FREE = {"kind": "nth-cheapest"}
SECOND_AT_HALF = {"kind": "nth-cheapest", "n": 2, "percent": "50"}
BY_PRIORITY = {"pricingPolicy": {"promotionOrder": "priority"}}


def in_lines(prices: list[dict[str, Any]], quantities: list[int], *rules: dict[str, Any], **more: Any) -> str:
    """What goods of the first price cost in lines of so many units."""
    told = document({}, prices, *rules, **more)
    name = prices[0]["offeringId"]
    told["items"] = [
        {"id": f"i-{place}", "offeringId": name, "quantity": quantity} for place, quantity in enumerate(quantities)
    ]
    return f"{priced(told).pricing.due_now.payable / 100:.2f}"


@pytest.mark.parametrize("quantities", [[3], [2, 1], [1, 2], [1, 1, 1]])
def test_lines_and_units(quantities: list[int]) -> None:
    assert in_lines([Y], quantities, {"id": "p", "benefits": [CHEAPEST_FREE, SECOND_AT_HALF]}) == "15.00"
    # 9.99 is free, 1.00 comes off each of two.
    each = promotion("q", off("1.00", per="unit"), level="item")
    rules = promotion("p", CHEAPEST_FREE, priority=9), each
    assert in_lines([price_row("y", "9.99")], quantities, *rules, **BY_PRIORITY) == "17.98"


@pytest.mark.parametrize("quantities", [{"y": 2}, {"y": 1, "z": 1}])
def test_two_goods_that_each_bring_one_for_free(quantities: dict[str, int]) -> None:
    prices = [price_row("a", "10.00"), price_row("c", "10.00"), price_row("y", "7.00"), price_row("z", "7.00")]
    rules = [
        promotion(
            name,
            {"kind": "buy-get", "buy": 1, "bought": {"offeringIds": [name]}, "target": {"offeringIds": ["y", "z"]}},
        )
        for name in "ac"
    ]
    assert payable({"a": 1, "c": 1, **quantities}, prices, *rules) == "20.00"


@pytest.mark.parametrize("first", ["buy-get", "percent"])
def test_what_is_free_is_not_reduced_again(first: str) -> None:
    """500 of 1000 at 0.02 are free, and half of 0.02 off each of the others leaves 0.01."""
    rules = {
        "buy-get": promotion("b", {"kind": "buy-get", "buy": 1}, level="item", priority=1 + 9 * (first == "buy-get")),
        "percent": promotion("h", percent("50"), level="item", priority=1 + 9 * (first == "percent")),
    }
    assert payable({"y": 1000}, [price_row("y", "0.02")], *rules.values()) == "5.00"


def test_a_new_price_is_that_of_what_costs_more() -> None:
    """One of three is free; 6.00 instead of 10.00 for each of the others."""
    new = {"kind": "fixed-price", "amount": "6.00", **EUR}
    rules = promotion("1", CHEAPEST_FREE, level="item", priority=9), promotion("2", new, level="item")
    assert payable({"y": 3}, [Y], *rules) == "12.00"


def test_prices_finer_than_a_cent() -> None:
    """500 of 1000 at 0.004 are free, 2.00; a tenth of the other 2.00 is 0.20; then half of those 500 are free, 0.90."""
    half = {"kind": "buy-get", "buy": 1}
    rules = [
        promotion("1", half, level="item", priority=9),
        promotion("2", percent("10"), level="item", priority=8),
        promotion("3", half, level="item", priority=7),
    ]
    assert reductions(priced(document({"y": 1000}, [price_row("y", "0.004")], *rules))) == {"y": 200 + 20 + 90}


def test_a_ceiling_leaves_the_units_that_bear_it_something() -> None:
    """Of three units one is reduced by 4.00 at most, to 6.00: that is the cheapest then."""
    rules = [
        promotion("1", {**CHEAPEST_FREE, "atMost": {"amount": "4.00", **EUR}}, priority=9),
        promotion("2", CHEAPEST_FREE),
    ]
    # With both 4.00 and 6.00 come off; without the first 10.00: the first in order stays.
    assert payable({"y": 3}, [Y], *rules) == "20.00"


def test_free_units_bear_no_tax() -> None:
    """20 % of 9.98 is 1.996, 2.00 for each of two units that are paid for; of 6.65 and 6.66 it would be 3.99."""
    shop = document(
        {"y": 3},
        [price_row("y", "9.98", taxIncluded=False)],
        promotion("p", CHEAPEST_FREE),
        pricingPolicy={"taxLevel": "unit"},
    )
    assert only_price(priced(shop), "y").gross == 2 * (998 + 200)


def test_runs_are_few_however_many_units_there_are() -> None:
    rules = [
        promotion(
            f"p-{place}", {"kind": "buy-get", "buy": 1 + place, "percent": "50"}, level="item", priority=9 - place
        )
        for place in range(4)
    ]
    shop = document({"y": 1_000_000}, [Y], *rules)
    sheet = filled_sheet(priced(shop), Facts().with_rows(rows(shop), 1), NOON)
    runs = sheet.lines[0].rows[0].runs
    assert runs is not None
    assert sum(run.units for run in runs) == 1_000_000
    assert 2 <= len(runs) <= 5


def test_units_that_cost_the_same_are_one_run() -> None:
    even = (Run(1000, 3),)
    assert uniform(even) == (Run(334, 1), Run(666, 2))
    free = split(even, Run(333, 1), Run(666, 2), 333)
    assert free == (Run(334, 1), Run(333, 1), Run(0, 1))
    assert split((Run(1000, 1), Run(0, 2)), Run(1000, 1), Run(1000, 1), 1000) is None
    assert split((Run(400, 1000, True),), Run(200, 500, True), Run(400, 1000, True), 200) == (
        Run(200, 500, True),
        Run(0, 500, True),
    )


def test_a_unit_that_another_promotion_has_made_free_counts_for_no_benefit() -> None:
    """Of two at 0.11 one is free by p-2; both benefits of p-0 reduce the other one: 5 % of 11 and of 10 cents."""
    policy = {"promotionOrder": "priority", "percentRounding": "price", "rounding": "half-down"}
    cheaper = {"kind": "nth-cheapest", "percent": "5"}
    rules = [
        {"id": "p-0", "level": "cart", "benefits": [cheaper, cheaper]},
        {"id": "p-2", "level": "cart", "priority": 1, "benefits": [{"kind": "nth-cheapest"}]},
    ]
    cart = priced(document({"b": 2}, [price_row("b", "0.11")], *rules, pricingPolicy=policy))
    assert cart.pricing.due_now.payable == 9
