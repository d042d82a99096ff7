"""Benefits that count at most so many units of a line; the figures are worked out by hand."""

from typing import Any

import pytest
from pydantic import ValidationError

from pricing.promotion import Promotion
from support.pricing import document, price_row, priced, promotion, reductions

MUG, TEA = price_row("mug", "9.99"), price_row("tea", "4.00")
FIVE_OFF = {"kind": "fixed", "amount": "5.00", "currency": "EUR", "per": "unit"}
TENTH = {"kind": "percent", "value": "10"}


@pytest.mark.parametrize(
    ("benefit", "taken"),
    [
        # Two of three mugs, and both teas, which cost less than 5.00 each.
        ({**FIVE_OFF, "maxQuantity": 2}, {"mug": 1000, "tea": 800}),
        ({**FIVE_OFF, "maxQuantity": 1}, {"mug": 500, "tea": 400}),
        ({**FIVE_OFF, "maxQuantity": 9}, {"mug": 1500, "tea": 800}),
        # 10 % of two mugs, 19.98, is 1.998.
        ({**TENTH, "maxQuantity": 2}, {"mug": 200, "tea": 80}),
        ({**TENTH, "maxQuantity": 1, "target": {"offeringIds": ["mug"]}}, {"mug": 100}),
    ],
)
def test_of_each_line_so_many_units_are_reduced(benefit: dict[str, Any], taken: dict[str, int]) -> None:
    cart = priced(document({"mug": 3, "tea": 2}, [MUG, TEA], promotion("rule", benefit, level="item")))
    assert reductions(cart) == taken


def test_a_later_promotion_sees_the_line_as_it_stands() -> None:
    # 29.97 - 5.00 = 24.97; half of a third of it is 4.1617.
    rules = [
        promotion("a", {**FIVE_OFF, "maxQuantity": 1}, level="item"),
        promotion("b", {"kind": "percent", "value": "50", "maxQuantity": 1}, level="item"),
    ]
    cart = priced(document({"mug": 3}, [MUG], *rules))
    assert [each.amount for each in cart.items[0].prices[0].alterations] == [-500, -416]


@pytest.mark.parametrize(
    "benefit",
    [
        {**FIVE_OFF, "per": "line", "maxQuantity": 1},
        {**FIVE_OFF, "maxQuantity": 0},
        {**TENTH, "maxQuantity": "2"},
    ],
)
def test_a_limit_that_counts_nothing_is_refused(benefit: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Promotion.model_validate(promotion("rule", benefit, level="item"))
