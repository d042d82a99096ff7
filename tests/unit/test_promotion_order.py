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


def steps(line: str, percents: tuple[int, ...], **alike: Any) -> list[dict[str, Any]]:
    """Promotions of one line, of which one at most applies; unless told otherwise they are a group."""
    target = {"offeringIds": [line]}
    return [
        promotion(
            f"{line}-{percent}",
            {"kind": "percent", "value": str(percent), "target": target},
            **(alike or {"group": line}),
        )
        for percent in percents
    ]


@pytest.mark.parametrize("alike", [{}, {"exclusive": True}], ids=["groups", "exclusive"])
@pytest.mark.parametrize(
    ("lines", "percents"), [("ab", tuple(range(1, 9))), ("abcd", (5, 10, 15)), ("abcdef", (10, 50))]
)
def test_many_groups_each_come_to_their_best(lines: str, percents: tuple[int, ...], alike: dict[str, Any]) -> None:
    promotions = [each for line in lines for each in steps(line, percents, **alike)]
    found = priced(document(dict.fromkeys(lines, 1), [price_row(line, "100.00") for line in lines], *promotions))
    assert [only_price(found, line).gross for line in lines] == [10_000 - 100 * max(percents)] * len(lines)


def test_a_further_step_of_a_further_group_makes_no_line_dearer() -> None:
    prices = [price_row(line, "100.00") for line in "abcd"]
    three = [each for line in "abc" for each in steps(line, (5, 10, 15))]
    fourth = steps("d", (5, 10, 15))
    due = [
        priced(document(dict.fromkeys("abcd", 1), prices, *three, *fourth[:count])).pricing.due_now.payable
        for count in range(4)
    ]
    assert due == [35_500, 35_000, 34_500, 34_000]
