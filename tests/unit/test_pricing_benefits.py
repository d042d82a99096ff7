"""Every kind of benefit, at every level where it differs; the figures are worked out by hand."""

from typing import Any

import pytest

from models.cart.price import Alteration
from pricing.benefits import kinds
from support.pricing import document, only_price, price_row, priced, promotion, reductions

MUG, TEA, PHONE = price_row("mug", "9.99"), price_row("tea", "4.00"), price_row("phone", "20.00", period="P1M")
FIVE_OFF = {"kind": "fixed", "amount": "5.00", "currency": "EUR"}
EUR = {"currency": "EUR"}
CASES: list[tuple[str, dict[str, Any], dict[str, int], dict[str, int]]] = [
    # 10 % of 9.99 is 0.999, 1.00 per unit; 10 % of 4.00 is 0.40.
    ("item", {"kind": "percent", "value": "10"}, {"mug": 3, "tea": 1}, {"mug": 300, "tea": 40}),
    # 10 % of 29.97 + 4.00 = 33.97 is 3.397, 3.40: mug 3.40 x 29.97 / 33.97 = 2.9996, tea 0.4003.
    ("cart", {"kind": "percent", "value": "10"}, {"mug": 3, "tea": 1}, {"mug": 300, "tea": 40}),
    # Rounded once over the sum: 10 % of 2 x 9.99 + 1 x 9.99 in one line.
    ("cart", {"kind": "percent", "value": "5"}, {"mug": 3}, {"mug": 150}),
    # Per line, once whatever the quantity; never more than the line.
    ("item", FIVE_OFF, {"mug": 3, "tea": 1}, {"mug": 500, "tea": 400}),
    ("item", {**FIVE_OFF, "per": "unit"}, {"mug": 3, "tea": 2}, {"mug": 1500, "tea": 800}),
    # 5.00 over 9.99 and 4.00: 3.5704 and 1.4296, the odd cent to the larger remainder.
    ("cart", FIVE_OFF, {"mug": 1, "tea": 1}, {"mug": 357, "tea": 143}),
    ("cart", {**FIVE_OFF, "currency": "USD"}, {"mug": 1}, {}),
    ("cart", {**FIVE_OFF, "target": {"offeringIds": ["tea"]}}, {"mug": 1, "tea": 1}, {"tea": 400}),
    # Once over one-time and recurring prices together, unless the target says otherwise.
    ("cart", FIVE_OFF, {"tea": 5, "phone": 1}, {"tea": 250, "phone": 250}),
    ("cart", {**FIVE_OFF, "target": {"priceTypes": ["recurring"]}}, {"tea": 5, "phone": 1}, {"phone": 500}),
    ("item", {"kind": "fixed-price", "amount": "3.00", **EUR}, {"mug": 2, "tea": 1}, {"mug": 1398, "tea": 100}),
    ("item", {"kind": "fixed-price", "amount": "5.00", **EUR}, {"tea": 1}, {}),
    # 19.98 + 4.00 for 12.00: 11.98 off, 9.9817 and 1.9983.
    ("cart", {"kind": "fixed-price", "amount": "12.00", **EUR}, {"mug": 2, "tea": 1}, {"mug": 998, "tea": 200}),
    # Off each unit, and no more than one costs; nothing is spread.
    ("cart", {**FIVE_OFF, "per": "unit"}, {"mug": 3, "tea": 2, "phone": 1}, {"mug": 1500, "tea": 800, "phone": 500}),
    ("cart", {**FIVE_OFF, "per": "unit", "target": {"offeringIds": ["mug"]}}, {"mug": 3, "tea": 2}, {"mug": 1500}),
    ("cart", {**FIVE_OFF, "per": "unit", "currency": "USD"}, {"mug": 3}, {}),
    ("cart", {"kind": "fixed-price", "amount": "5.00", **EUR, "per": "unit"}, {"mug": 2, "tea": 1}, {"mug": 998}),
    # Both teas and one mug, which cost least; 10 % of 4.00 is 0.40, of 9.99 1.00. Of recurring prices units count anew.
    ("cart", {"kind": "percent", "value": "10", "maxQuantity": 3}, {"mug": 3, "tea": 2}, {"mug": 100, "tea": 80}),
    ("cart", {"kind": "percent", "value": "10", "maxQuantity": 1}, {"mug": 3, "phone": 2}, {"mug": 100, "phone": 200}),
    ("cart", {"kind": "percent", "value": "10", "maxQuantity": 9}, {"mug": 3, "tea": 2}, {"mug": 300, "tea": 80}),
    ("cart", {**FIVE_OFF, "per": "unit", "maxQuantity": 3}, {"mug": 3, "tea": 2}, {"mug": 500, "tea": 800}),
    # Two of seven units are free: of each three one.
    ("item", {"kind": "buy-get", "buy": 2, "get": 1}, {"mug": 7}, {"mug": 1998}),
    ("item", {"kind": "buy-get", "buy": 2, "get": 1}, {"mug": 2}, {}),
    ("item", {"kind": "buy-get", "buy": 1, "get": 1, "percent": "50"}, {"mug": 2}, {"mug": 500}),
    # Four units make one set of three; the cheapest is free.
    ("cart", {"kind": "buy-get", "buy": 2, "get": 1}, {"mug": 3, "tea": 1}, {"tea": 400}),
    ("cart", {"kind": "nth-cheapest"}, {"mug": 3, "tea": 1}, {"tea": 400}),
    ("cart", {"kind": "nth-cheapest", "n": 2, "percent": "50"}, {"mug": 3, "tea": 1}, {"mug": 500}),
    ("cart", {"kind": "nth-cheapest", "n": 5}, {"mug": 3, "tea": 1}, {}),
    ("cart", {"kind": "nth-dearest"}, {"mug": 3, "tea": 1}, {"mug": 999}),
    ("cart", {"kind": "nth-dearest", "n": 4, "percent": "50"}, {"mug": 3, "tea": 1}, {"tea": 200}),
    ("cart", {"kind": "nth-dearest", "n": 5}, {"mug": 3, "tea": 1}, {}),
    ("item", {"kind": "nth-dearest", "percent": "50"}, {"mug": 3, "tea": 1}, {"mug": 500, "tea": 200}),
    # The dearest line in full: 9.99; half of 4.00 off the other.
    ("cart", {"kind": "further-lines"}, {"mug": 1, "tea": 1}, {"tea": 200}),
    ("cart", {"kind": "further-lines", "full": 2}, {"mug": 1, "tea": 1}, {}),
    ("item", {"kind": "free-period", "periods": 2}, {"mug": 1, "phone": 1}, {"phone": 2000}),
    ("item", {"kind": "recurring-discount", "percent": "25", "periods": 24}, {"mug": 1, "phone": 2}, {"phone": 1000}),
]  # fmt: skip


@pytest.mark.parametrize(("level", "benefit", "quantities", "expected"), CASES)
def test_what_it_takes_off(
    level: str, benefit: dict[str, Any], quantities: dict[str, int], expected: dict[str, int]
) -> None:
    cart = priced(document(quantities, [MUG, TEA, PHONE], promotion("rule", benefit, level=level)))
    assert reductions(cart) == expected
    assert [each.id for each in cart.pricing.promotions] == (["rule"] if expected else [])


FINE = [price_row("nail", "0.004"), price_row("bolt", "0.0149"), price_row("wire", "0.045"), MUG]
FINE_CASES: list[tuple[dict[str, Any], dict[str, int], dict[str, int]]] = [
    # 4.00 altogether. A unit costs 0.4 cents, so nothing of it can be rounded.
    ({"kind": "percent", "value": "10"}, {"nail": 1000}, {"nail": 40}),
    ({"kind": "percent", "value": "50"}, {"nail": 1000}, {"nail": 200}),
    ({"kind": "percent", "value": "10"}, {"bolt": 1000}, {"bolt": 149}),
    # 0.01 off each of 100 units at 0.045; of 1000 at 0.004, as much as they cost.
    ({**FIVE_OFF, "amount": "0.01", "per": "unit"}, {"wire": 100, "nail": 1000}, {"wire": 100, "nail": 400}),
    # 333 of 999 units, 1.332; 33 of 100, 1.485; and half of it, 0.743.
    ({"kind": "buy-get", "buy": 2, "get": 1}, {"nail": 999}, {"nail": 133}),
    ({"kind": "buy-get", "buy": 2, "get": 1}, {"wire": 100}, {"wire": 149}),
    ({"kind": "buy-get", "buy": 2, "get": 1, "percent": "50"}, {"wire": 100}, {"wire": 75}),
    ({"kind": "buy-get", "buy": 2, "get": 1, "off": {"amount": "0.01", **EUR}}, {"wire": 100}, {"wire": 33}),
]  # fmt: skip


@pytest.mark.parametrize(("benefit", "quantities", "expected"), FINE_CASES)
def test_where_a_unit_costs_a_fraction_of_a_cent_the_line_is_rounded_once(
    benefit: dict[str, Any], quantities: dict[str, int], expected: dict[str, int]
) -> None:
    cart = priced(document(quantities, FINE, promotion("rule", benefit, level="item")))
    assert reductions(cart) == expected


def test_among_dearer_units_the_fine_ones_are_the_cheapest() -> None:
    # 1000 nails and 2 mugs make 334 sets of three: 334 nails, 1.336.
    benefit = {"kind": "buy-get", "buy": 2, "get": 1}
    assert reductions(priced(document({"nail": 1000, "mug": 2}, FINE, promotion("rule", benefit)))) == {"nail": 134}


def test_every_kind_is_tried() -> None:
    assert set(kinds.models) == {benefit["kind"] for _, benefit, _, _ in CASES} | {"free-item"}


def test_a_free_item_comes_with_the_promotion_and_costs_nothing() -> None:
    gift = promotion(
        "gift", {"kind": "free-item", "offeringId": "tea", "quantity": 2}, {"kind": "quantity", "minimum": 2}
    )
    cart = priced(document({"mug": 2}, [MUG, TEA], gift))
    [mug, tea] = cart.items
    assert (tea.id, tea.offering_id, tea.quantity, tea.added_by) == ("gift-tea", "tea", 2, "promotion:gift")
    price = only_price(cart, "gift-tea")
    assert (price.list_amount, price.gross, price.alterations) == (
        800,
        0,
        (Alteration("promotion", "gift", -800, None, "free-item", 0),),
    )
    assert mug.prices[0].gross == cart.pricing.totals[0].gross == 1998
    assert [item.id for item in priced(document({"mug": 1}, [MUG, TEA], gift)).items] == ["mug"]


def test_a_recurring_reduction_says_how_long_it_lasts() -> None:
    rule = promotion("rule", {"kind": "percent", "value": "10", "periods": 3}, level="item", priority=7)
    cart = priced(document({"mug": 1, "phone": 1}, [MUG, PHONE], rule))
    assert only_price(cart, "phone").alterations == (Alteration("promotion", "rule", -200, 3, "percent", 7),)
    assert only_price(cart, "mug").alterations == (Alteration("promotion", "rule", -100, None, "percent", 7),)


def test_containers_are_promoted_one_by_one() -> None:
    rule = promotion("rule", FIVE_OFF, {"kind": "quantity", "minimum": 2}, level="container")
    inside = {"mug": {"containerId": "k-1"}, "tea": {"containerId": "k-1"}, "phone": {"containerId": "k-2"}}
    cart = priced(
        document(
            {"mug": 1, "tea": 1, "phone": 1},
            [MUG, TEA, PHONE],
            rule,
            containers=[{"id": "k-1"}, {"id": "k-2"}],
            fields=inside,
        )
    )
    assert reductions(cart) == {"mug": 357, "tea": 143}


def test_a_further_percentage_is_of_the_original_price_where_the_policy_says_so() -> None:
    rule = promotion("rule", {"kind": "percent", "value": "20"}, level="item")
    rule["benefits"].append({"kind": "percent", "value": "10"})
    chained = priced(document({"tea": 1}, [TEA], rule))
    original = priced(document({"tea": 1}, [TEA], rule, pricingPolicy={"actionsOfOnePromotion": "original"}))
    assert (reductions(chained), reductions(original)) == ({"tea": 112}, {"tea": 120})
