"""Discounts per unit, per line and over an order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import PRESETS, PricingPolicy
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import (
    DiscountLine,
    lines_fixed,
    order_fixed,
    order_percent,
    percent_off,
    units_fixed,
    units_percent,
)
from pricing.arithmetic.quantity_discounts import free_units
from pricing.arithmetic.spreading import unit_amounts
from pricing.arithmetic.tax import Rates

TEN, TWENTY = parse_percent("10"), parse_percent("20")
SYLIUS = PricingPolicy.model_validate({"preset": "sylius"})
VENDURE = PricingPolicy.model_validate({"preset": "vendure"})
POLICIES = st.sampled_from([PricingPolicy.model_validate({"preset": name}) for name in PRESETS])
ANY_LINE = st.builds(
    DiscountLine,
    st.integers(0, 10**7),
    st.integers(-100, 10**7),
    st.integers(1, 50),
    st.just(Rates((TWENTY,))),
    st.just(0),
    runs=st.none(),
    listed=st.none(),
)
LINES = st.lists(ANY_LINE, min_size=1, max_size=8)


def line(unit: int, quantity: int = 1, rate: str = "0") -> DiscountLine:
    return DiscountLine(unit * quantity, unit * quantity, quantity, Rates((parse_percent(rate),)))


def test_the_price_or_the_discount_is_rounded() -> None:
    fifteen = parse_percent("15")
    assert percent_off(1050, fifteen, PricingPolicy.model_validate({"percentRounding": "price"})) == 157
    assert percent_off(1050, fifteen, PricingPolicy.model_validate({"percentRounding": "discount"})) == 158


def test_a_percentage_is_rounded_per_unit() -> None:
    assert units_percent([line(105, 3)], TEN) == [33]


def test_a_further_action_is_of_the_original_price_where_the_policy_says_so() -> None:
    once = line(10000).less(2000)
    assert units_percent([once], TEN, SYLIUS, further_action=True) == [1000]
    assert units_percent([once], TEN, further_action=True) == [800]
    assert units_percent([once], TEN, SYLIUS) == [800]


def test_fixed_amounts_stop_at_what_is_left() -> None:
    assert units_fixed([line(1000, 2), line(300, 2)], 500) == [1000, 600]
    assert lines_fixed([line(1000, 2), line(300)], 500) == [500, 300]


def test_stacked_order_discounts_never_exceed_the_order() -> None:
    # Sylius: 80.00 and 20.00 off three shirts of 10.56 and a mug of 60.00 are 91.68.
    lines = [line(1056, 3), line(6000)]
    first = order_fixed(lines, 8000, SYLIUS)
    left = [each.less(off) for each, off in zip(lines, first, strict=True)]
    assert sum(first) + sum(order_fixed(left, 2000, SYLIUS)) == 9168


def test_order_percent_is_rounded_once_on_the_sum() -> None:
    assert order_percent([line(105), line(105), line(105)], TEN) == [11, 11, 10]


def test_lines_weigh_with_tax_where_the_policy_says_so() -> None:
    lines = [line(500, 1, "20"), line(500)]
    assert order_fixed(lines, 110) == [55, 55]
    assert order_fixed(lines, 110, VENDURE) == [60, 50]
    assert order_fixed(lines, 110, VENDURE, inclusive=True) == [55, 55]


def test_minima_hold() -> None:
    lines = [line(5000)._replace(least=4500), line(2000, 3)]
    assert order_fixed(lines, 2500) == [500, 2000]
    assert order_percent(lines, TWENTY) == [500, 1700]
    assert units_percent(lines, TWENTY) == [500, 1200]
    assert units_fixed(lines, 1000) == [500, 3000]
    assert units_fixed(lines, 1000, max_quantity=1) == [500, 1000]
    assert lines_fixed(lines, 1000) == [500, 1000]
    assert order_fixed([line(5000)._replace(least=6000)], 100) == [0]


FLOORED = st.builds(lambda line, least: line._replace(least=least), ANY_LINE, st.integers(0, 10**7))


@given(st.lists(FLOORED, min_size=1, max_size=8), st.integers(1, 10**7), st.integers(0, 100), POLICIES)
def test_nothing_takes_a_line_below_its_minimum(
    lines: list[DiscountLine], value: int, percent: int, policy: PricingPolicy
) -> None:
    share, room = parse_percent(str(percent)), [each.room for each in lines]
    for discounts in (
        units_percent(lines, share, policy),
        units_percent(lines, share, policy, max_quantity=2),
        units_fixed(lines, value, policy),
        lines_fixed(lines, value),
        order_percent(lines, share, policy),
        order_fixed(lines, value, policy),
    ):
        assert all(0 <= discount <= most for discount, most in zip(discounts, room, strict=True))
    assert sum(order_fixed(lines, value, policy)) == min(value, sum(room))


@given(LINES, st.integers(0, 10**8), POLICIES)
def test_an_order_discount_is_all_given_or_all_that_can_be(
    lines: list[DiscountLine], value: int, policy: PricingPolicy
) -> None:
    discounts = order_fixed(lines, value, policy)
    costs = [max(each.amount, 0) for each in lines]
    assert sum(discounts) == min(value, sum(costs))
    assert all(0 <= discount <= cost for discount, cost in zip(discounts, costs, strict=True))


@given(LINES, st.integers(0, 100), POLICIES)
def test_a_percentage_leaves_nobody_below_zero(lines: list[DiscountLine], percent: int, policy: PricingPolicy) -> None:
    share = parse_percent(str(percent))
    for discounts in (units_percent(lines, share, policy), order_percent(lines, share, policy)):
        for each, discount in zip(lines, discounts, strict=True):
            assert 0 <= discount <= max(each.amount, 0)


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_units_sum_to_their_line(amount: int, quantity: int) -> None:
    spread = unit_amounts(amount, quantity)
    assert sum(of_one * count for of_one, count in spread) == amount
    assert sum(count for _, count in spread) == quantity
    assert max(of_one for of_one, _ in spread) - min(of_one for of_one, _ in spread) <= 1


def test_each_counts_units_up_to_a_maximum() -> None:
    assert units_fixed([line(50), line(150, 5)], 30, max_quantity=2) == [30, 60]
    assert units_fixed([line(150, 5)], 200, max_quantity=2) == [300]
    assert units_fixed([line(100, 3)], 30) == [90]
    assert units_percent([line(100), line(150, 5)], TEN, max_quantity=1) == [10, 15]
    assert units_percent([line(150, 5)], TEN) == [75]


def test_with_a_maximum_a_line_is_rounded_once() -> None:
    # 10 % of 1.05 is 0.105: 0.11 for each unit, or 0.21 for two of three.
    assert units_percent([line(105, 3)], TEN, max_quantity=2) == [21]
    assert units_percent([line(105, 2)], TEN, max_quantity=9) == [21]
    assert units_percent([line(105, 2)], TEN) == [22]
    # Two of three units of 1.00 cost 0.67.
    assert units_fixed([DiscountLine(100, 100, 3)], 50, max_quantity=2) == [67]
    once = DiscountLine(10000, 8000, 2)
    assert units_percent([once], TEN, SYLIUS, max_quantity=1, further_action=True) == [500]
    assert units_percent([once], TEN, max_quantity=1, further_action=True) == [400]


@given(LINES, st.integers(1, 10**6), st.integers(1, 60), POLICIES)
def test_a_maximum_takes_its_part_and_never_more_than_the_line(
    lines: list[DiscountLine], value: int, most: int, policy: PricingPolicy
) -> None:
    limited = units_fixed(lines, value, policy, max_quantity=most)
    for each, discount, every in zip(lines, limited, units_fixed(lines, value), strict=True):
        assert 0 <= discount <= max(each.amount, 0)
        assert discount == every if most >= each.quantity else discount <= every + 1
    for each, discount in zip(lines, units_percent(lines, TEN, policy, max_quantity=most), strict=True):
        exact = Fraction(max(each.amount, 0) * min(most, each.quantity), 10 * each.quantity)
        assert abs(discount - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(("quantity", "free"), [(1, 0), (3, 0), (4, 2), (7, 2), (8, 4)])
def test_buy_two_get_two(quantity: int, free: int) -> None:
    assert free_units(quantity, buy=2, get=2) == free
