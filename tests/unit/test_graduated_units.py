"""Units of graduated tiers are reduced and taxed at what each of them costs; the figures are worked out by hand."""

from dataclasses import replace
from typing import Any

import pytest

from facts.snapshot import Facts
from models.cart.overrides import PriceOverride
from pricing.arithmetic.spreading import Run, lowered, moved
from pricing.price import price
from support.pricing import NOON, document, only_price, price_row, priced, promotion, reductions, rows
from support.promotions import EUR, off, payable, percent

SEATS = price_row("a", "10.00", tiers=[{"minQuantity": 10, "amount": "5.00"}], tierMode="graduated")
"""Nine at 10.00, every further one at 5.00: twelve are 105.00."""
SHEETS = price_row("a", "0.20", tiers=[{"minQuantity": 501, "amount": "0.10"}], tierMode="graduated")
NEW_PRICE = {
    "id": "o",
    "priceType": "one-time",
    "kind": "new-price",
    "value": "8.00",
    **EUR,
    "reason": "a price of the house",
    "role": "agent",
    "at": "2026-03-04T12:00:00Z",
}
MONTHLY = price_row("a", "7.00", period="P1M", tiers=[{"minQuantity": 11, "amount": "6.00"}], tierMode="graduated")


@pytest.mark.parametrize(
    ("point", "quantity", "benefit", "expected"),
    [
        (SHEETS, 1000, percent("10"), "135.00"),
        (SEATS, 12, percent("10"), "94.50"),
        (MONTHLY, 20, percent("5"), "123.50"),
        (SEATS, 9, percent("10"), "81.00"),
        (SEATS, 12, {"kind": "nth-cheapest"}, "100.00"),
        (SEATS, 12, {"kind": "nth-cheapest", "n": 4}, "95.00"),
        # Four are free: three at 5.00, one at 10.00.
        (SEATS, 12, {"kind": "buy-get", "buy": 2}, "80.00"),
        # 6.00 off each of nine, and 5.00, all that they cost, off each of three.
        (SEATS, 12, off("6.00", per="unit"), "36.00"),
        (SEATS, 12, off("6.00", per="unit", maxQuantity=12), "36.00"),
        # 6.00 for each of nine; the others cost less already.
        (SEATS, 12, {"kind": "fixed-price", "amount": "6.00", **EUR}, "69.00"),
    ],
)
def test_each_unit_is_reduced_at_its_price(point: dict[str, Any], quantity: int, benefit: Any, expected: str) -> None:
    assert payable({"a": quantity}, [point], promotion("p", benefit, level="item")) == expected


def test_a_price_finer_than_a_cent_in_one_tier() -> None:
    """500 at 0.20 and 500 at 0.125 are 100.00 and 62.50; a tenth of the fine ones is rounded once, 6.25."""
    fine = {**SHEETS, "tiers": [{"minQuantity": 501, "amount": "0.125"}]}
    assert payable({"a": 1000}, [fine], promotion("p", percent("10"), level="item")) == "146.25"
    # The cheapest 500 are those: 62.50 is free.
    assert payable({"a": 1000}, [fine], promotion("p", {"kind": "buy-get", "buy": 1})) == "100.00"


def test_a_tax_that_is_rounded_per_unit() -> None:
    """15 % of 0.20 is 0.03, of 0.10 0.015, 0.02: 15.00 and 10.00."""
    shop = document({"a": 1000}, [{**SHEETS, "taxIncluded": False}], pricingPolicy={"taxLevel": "unit"})
    shop["facts"]["taxes"][0]["rate"] = "15"
    assert only_price(priced(shop), "a").gross == 17500


def test_what_is_shared_lowers_all_in_proportion() -> None:
    """A tenth off the cart leaves nine at 9.00 and three at 4.50: of these the cheapest is free."""
    rules = [promotion("1", percent("10")), promotion("2", {"kind": "nth-cheapest"})]
    assert reductions(priced(document({"a": 12}, [SEATS], *rules))) == {"a": 1050 + 450}


def test_a_new_price_is_that_of_every_unit() -> None:
    told = document({"a": 12}, [SEATS], promotion("p", {"kind": "nth-cheapest"}))
    cart = priced(told)
    item = replace(cart.items[0], overrides=(PriceOverride.model_validate(NEW_PRICE),))
    facts = Facts().with_rows(rows(told), 1)
    assert price(replace(cart, items=(item,)), facts, NOON).pricing.due_now.payable == 11 * 800


def test_a_later_period_knows_what_was_paid() -> None:
    """Nine at 10.00 and one at 5.00 a month, half of it for a month: 2.50 of 47.50 are free, then 5.00 of 95.00."""
    monthly = {**SEATS, "type": "recurring", "period": "P1M"}
    rules = [
        promotion("1", percent("50", periods=1), level="item", priority=9),
        promotion("2", {"kind": "nth-cheapest", "percent": "100"}),
    ]
    seats = only_price(priced(document({"a": 10}, [monthly], *rules)), "a")
    assert [each.gross for each in (seats, *seats.later)] == [4500, 9000]


def test_runs_move_in_proportion() -> None:
    runs = (Run(9000, 9), Run(1500, 3))
    assert moved(runs, -1050) == (Run(8100, 9), Run(1350, 3))
    assert moved(runs, 7) == (Run(9006, 9), Run(1501, 3))
    assert moved(runs, -10500) == (Run(0, 9), Run(0, 3))


def test_as_much_as_there_is_comes_off_runs() -> None:
    runs = (Run(9000, 9), Run(1500, 3))
    assert lowered(runs, lambda amount, *_: amount // 10, 1050) == (Run(8100, 9), Run(1350, 3))
    assert lowered(runs, lambda amount, *_: amount // 10, 105) == (Run(8910, 9), Run(1485, 3))


@pytest.mark.parametrize(
    ("amount", "above", "expected"),
    [("10.00", False, "94.50"), ("10.00", True, "105.00"), ("5.00", True, "94.50"), ("10.01", False, "105.00")],
)
def test_a_condition_on_the_price_of_a_unit_looks_at_each(amount: str, above: bool, expected: str) -> None:
    """Nine at 10.00 and three at 5.00 are 8.75 each on average, which no unit costs."""
    asked = {"kind": "unit-price", "amount": amount, **EUR, "above": above}
    assert payable({"a": 12}, [SEATS], promotion("p", percent("10"), asked)) == expected


def test_such_a_condition_sees_units_before_promotions_and_after_overrides() -> None:
    """A tenth off leaves 9.00 of 10.00, which was 10.00 before; 12 × 8.00 less a tenth where all have a new price."""
    asked = {"kind": "unit-price", "amount": "10.00", **EUR}
    rules = [promotion("1", percent("10"), level="item"), promotion("2", off("4.50"), asked)]
    told = document({"a": 12}, [SEATS], *rules)
    cart = priced(told)
    assert cart.pricing.due_now.payable == 9000
    item = replace(cart.items[0], overrides=(PriceOverride.model_validate(NEW_PRICE),))
    facts = Facts().with_rows(rows(told), 1)
    assert price(replace(cart, items=(item,)), facts, NOON).pricing.due_now.payable == 8640
