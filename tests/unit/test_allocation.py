"""Allocation: the parts always sum to the whole, whoever gets the odd unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartwright.wire.policy import Remainder
from models.money.allocation import allocate, allocate_within

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
AMOUNTS = st.integers(-(10**9), 10**9)
REMAINDERS = st.sampled_from(list(Remainder))


@pytest.mark.parametrize(
    ("weights", "amount", "shares"),
    [
        ([10, 20, 10, 30, 50, 20, 10, 40], 93, [5, 10, 5, 15, 24, 10, 5, 19]),
        ([1000, 1000, 1000], 10, [4, 3, 3]),
        ([4300, 1400, 2300], -300, [-161, -53, -86]),
        ([1, 1], -1003, [-502, -501]),
        ([0, 0, 0], 10, [4, 3, 3]),
        ([50, 50, 0], 1003, [502, 501, 0]),
        ([7], 0, [0]),
        ([], 0, []),
    ],
)
def test_largest_remainder(weights: list[int], amount: int, shares: list[int]) -> None:
    assert allocate(weights, amount) == shares


@pytest.mark.parametrize(
    ("weights", "amount", "largest", "floor", "first"),
    [
        ([1, 1], -1003, [-502, -501], [-501, -502], [-502, -501]),
        ([1, 1], 1, [1, 0], [1, 0], [1, 0]),
        ([5, 5, 5, 1], 5, [2, 2, 1, 0], [2, 2, 1, 0], [1, 2, 2, 0]),
        ([10, 10, 12], 10, [3, 3, 4], [3, 3, 4], [3, 3, 4]),
        ([1, 1, 1], -1000, [-334, -333, -333], [-333, -333, -334], [-334, -333, -333]),
        # The odd unit passes by who has no weight.
        ([0, 1, 1, 1], 1, [0, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]),
        # Rounded, the last three take 6 of 5: one is taken back from the first that has something.
        ([0, 2, 2, 2], 5, [0, 2, 2, 1], [0, 2, 2, 1], [0, 1, 2, 2]),
        ([1, 20, 20, 20], 5, [0, 2, 2, 1], [0, 2, 2, 1], [0, 1, 2, 2]),
    ],
)
def test_who_gets_the_odd_unit(
    weights: list[int], amount: int, largest: list[int], floor: list[int], first: list[int]
) -> None:
    assert allocate(weights, amount, Remainder.LARGEST) == largest
    assert allocate(weights, amount, Remainder.LARGEST_ERROR_OF_FLOOR) == floor
    assert allocate(weights, amount, Remainder.FIRST) == first


def test_nobody_and_negative_weights_are_errors() -> None:
    with pytest.raises(ValueError, match="nobody"):
        allocate([], 1)
    with pytest.raises(ValueError, match="negative"):
        allocate([1, -1], 1)


@given(WEIGHTS, AMOUNTS, REMAINDERS)
def test_shares_sum_keep_the_sign_and_stay_near_proportion(
    weights: list[int], amount: int, remainder: Remainder
) -> None:
    shares = allocate(weights, amount, remainder)
    assert sum(shares) == amount
    assert all(share * amount >= 0 for share in shares)
    effective = weights if any(weights) else [1] * len(weights)
    for share, weight in zip(shares, effective, strict=True):
        assert abs(share - Fraction(amount * weight, sum(effective))) < 2
        assert weight or not share


@given(WEIGHTS, AMOUNTS)
def test_largest_remainder_keeps_the_order_of_weights(weights: list[int], amount: int) -> None:
    shares = [abs(share) for share in allocate(weights, amount)]
    for weight, share in zip(weights, shares, strict=True):
        assert all(share >= other for less, other in zip(weights, shares, strict=True) if less < weight)


@pytest.mark.parametrize(
    ("weights", "amount", "limits", "shares"),
    [
        # Sylius: 20.00 off two shirts of 50.00 (at least 45.00) and three mugs of 20.00.
        ([10000, 6000], -2000, [1000, 6000], [-1000, -1000]),
        # Sylius: 36.00 off where what two lines can't take goes to the other two.
        ([10000, 4000, 3000, 1000], -3600, [1000, 1000, 3000, 1000], [-1000, -1000, -1200, -400]),
        # More than all can take: everyone gives what it can.
        ([1000, 2000, 5000, 3000], -2000, [1000, 100, 0, 400], [-1000, -100, 0, -400]),
        ([0, 0], 5, [0, 0], [0, 0]),
        ([10, 10], 5, [-3, 10], [0, 5]),
    ],
)
def test_limits_by_hand(weights: list[int], amount: int, limits: list[int], shares: list[int]) -> None:
    assert allocate_within(weights, amount, limits) == shares


@given(st.data(), WEIGHTS, AMOUNTS, REMAINDERS)
def test_no_share_beyond_its_limit_and_nothing_lost(
    data: st.DataObject, weights: list[int], amount: int, remainder: Remainder
) -> None:
    limits = data.draw(st.lists(st.integers(0, 10**8), min_size=len(weights), max_size=len(weights)))
    shares = allocate_within(weights, amount, limits, remainder)
    assert abs(sum(shares)) == min(abs(amount), sum(limits))
    assert all(abs(share) <= limit and share * amount >= 0 for share, limit in zip(shares, limits, strict=True))
