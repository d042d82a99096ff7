"""Unit prices, percentages and rates are exact; what is rounded is rounded once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.money import MoneyError
from cartwright.wire.policy import Rounding
from models.money.rates import UnitPrice, format_unit_price, parse_percent, parse_rate, parse_unit_price, portion


@pytest.mark.parametrize(
    ("text", "currency", "price"),
    [
        ("9.99", "EUR", UnitPrice(999)),
        ("9.9", "EUR", UnitPrice(990)),
        ("9.990000000000", "EUR", UnitPrice(999)),
        ("0.000000000001", "EUR", UnitPrice(1, 10)),
        ("0.00125", "EUR", UnitPrice(125, 3)),
        ("0.5", "JPY", UnitPrice(5, 1)),
        ("-0.005", "EUR", UnitPrice(-5, 1)),
    ],
)
def test_unit_price_keeps_only_the_decimals_that_it_needs(text: str, currency: str, price: UnitPrice) -> None:
    assert parse_unit_price(text, currency) == price


def test_unit_price_has_at_most_twelve_decimals() -> None:
    with pytest.raises(MoneyError) as refused:
        parse_unit_price("0.0000000000001", "EUR")
    assert refused.value.code == "too-many-decimals"


def test_times_rounds_the_product_once() -> None:
    # Three times a third of a cent and a bit is a cent, though each alone would be none.
    price = parse_unit_price("0.0034", "EUR")
    assert price.times(1) == 0
    assert price.times(3) == 1
    assert price.times(3, Rounding.UP) == 2
    assert parse_unit_price("9.99", "EUR").times(3) == 2997


@pytest.mark.parametrize("text", ["9.99", "0.001234", "-0.005", "12.00", "0.000000000001"])
def test_unit_price_is_written_as_it_was_read(text: str) -> None:
    assert format_unit_price(parse_unit_price(text, "EUR"), "EUR") == text


def test_percentages_and_rates_are_exact() -> None:
    assert parse_percent("10.5") == Fraction(21, 200)
    assert parse_rate("0.9737") == Fraction(9737, 10_000)
    assert portion(250, parse_percent("5")) == 13
    assert portion(250, parse_percent("5"), Rounding.HALF_EVEN) == 12


@given(st.integers(-(10**12), 10**12), st.integers(0, 10), st.integers(1, 10**6))
def test_times_is_within_half_a_minor_unit(coefficient: int, scale: int, quantity: int) -> None:
    exact = Fraction(coefficient * quantity, 10**scale)
    assert abs(UnitPrice(coefficient, scale).times(quantity) - exact) <= Fraction(1, 2)
