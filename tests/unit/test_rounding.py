"""Every named rounding, by hand at the points where they differ, and by law everywhere."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import Rounding
from models.money.rounding import divide, round_exact

NUMERATORS = (-17, -15, -12, -5, 5, 12, 15, 17)
BY_HAND = {
    "half-up": (-2, -2, -1, -1, 1, 1, 2, 2),
    "half-down": (-2, -1, -1, 0, 0, 1, 1, 2),
    "half-even": (-2, -2, -1, 0, 0, 1, 2, 2),
    "up": (-2, -2, -2, -1, 1, 2, 2, 2),
    "down": (-1, -1, -1, 0, 0, 1, 1, 1),
    "ceiling": (-1, -1, -1, 0, 1, 2, 2, 2),
    "floor": (-2, -2, -2, -1, 0, 1, 1, 1),
}
DENOMINATORS = st.integers(-(10**6), 10**6).filter(bool)


@pytest.mark.parametrize("rounding", list(Rounding))
def test_tenths_by_hand(rounding: Rounding) -> None:
    assert tuple(divide(n, 10, rounding) for n in NUMERATORS) == BY_HAND[rounding.value]


def test_zero_denominator_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        divide(1, 0)


@given(st.integers(), DENOMINATORS, st.sampled_from(list(Rounding)))
def test_less_than_one_away_and_whole_numbers_stay(n: int, d: int, rounding: Rounding) -> None:
    result = divide(n, d, rounding)
    assert abs(result - Fraction(n, d)) < 1
    assert divide(n * d, d, rounding) == n
    assert result == round_exact(Fraction(n, d), rounding)


@given(st.integers(), DENOMINATORS)
def test_halves_round_to_the_nearest(n: int, d: int) -> None:
    for rounding in (Rounding.HALF_UP, Rounding.HALF_DOWN, Rounding.HALF_EVEN):
        assert abs(divide(n, d, rounding) - Fraction(n, d)) <= Fraction(1, 2)


@given(st.integers(), DENOMINATORS)
def test_negatives_mirror_positives_save_by_direction(n: int, d: int) -> None:
    for rounding in set(Rounding) - {Rounding.CEILING, Rounding.FLOOR}:
        assert divide(-n, d, rounding) == -divide(n, d, rounding)
    assert divide(-n, d, Rounding.CEILING) == -divide(n, d, Rounding.FLOOR)


@given(
    st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(1, 10**4), st.sampled_from(list(Rounding))
)
def test_order_is_kept(a: int, b: int, d: int, rounding: Rounding) -> None:
    low, high = sorted((a, b))
    assert divide(low, d, rounding) <= divide(high, d, rounding)
