"""The order of promotions: by level and then by priority, or by priority alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.refusals import Refusal
from models.cart.cart import Cart
from support.pricing import document, only_price, price_row, priced, promotion

FIRST = promotion("cart", {"kind": "fixed", "amount": "20.00", "currency": "EUR"}, level="cart", priority=2)
SECOND = promotion("item", {"kind": "percent", "value": "10"}, level="item", priority=1)


def cart(*promotions: dict[str, Any], order: str | None) -> Cart:
    policy = {} if order is None else {"pricingPolicy": {"promotionOrder": order}}
    return priced(document({"a": 1}, [price_row("a", "100.00")], *promotions, **policy))


@pytest.mark.parametrize(
    ("order", "expected"),
    [(None, [("item", -1000), ("cart", -2000)]), ("priority", [("cart", -2000), ("item", -800)])],
)
def test_the_policy_says_what_comes_first(order: str | None, expected: list[tuple[str, int]]) -> None:
    found = only_price(cart(FIRST, SECOND, order=order), "a").alterations
    assert [(each.id, each.amount) for each in found] == expected


def test_levels_decide_between_equals() -> None:
    found = only_price(cart({**FIRST, "priority": 1}, SECOND, order="priority"), "a").alterations
    assert [each.id for each in found] == ["item", "cart"]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_on_one_level_both_are_the_same(percents: list[int]) -> None:
    promotions = [
        promotion(f"p-{place}", {"kind": "percent", "value": str(percent)}, level="item", priority=percent)
        for place, percent in enumerate(percents)
    ]
    by_level, by_priority = (only_price(cart(*promotions, order=each), "a") for each in ("level", "priority"))
    assert by_level == by_priority


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        cart(order="chance")
    assert [each.path for each in refused.value.problems] == ["/data/pricingPolicy/promotionOrder"]
