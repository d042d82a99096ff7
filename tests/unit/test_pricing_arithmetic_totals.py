"""What happens to whole totals: cards, currencies, coins, periods, tiers."""

from fractions import Fraction

import pytest

from pricing.arithmetic.billing_cycles import Period, prorate
from pricing.arithmetic.block_tiers import Tier, TierMode, tiered_price
from pricing.arithmetic.conversion import cash_round, convert
from pricing.arithmetic.gift_cards import Due, after_gift_card


def test_a_card_pays_net_and_gross_alike() -> None:
    assert after_gift_card(3000, 3600, 1200) == Due(2000, 2400)
    assert after_gift_card(3000, 3600, 9999) == Due(0, 0)
    assert after_gift_card(0, 0, 500) == Due(0, 0)


def test_conversion_minds_both_currencies_digits() -> None:
    assert convert(700, Fraction("0.9737"), 2, 2) == 682
    assert convert(1000, Fraction("160.5"), 2, 0) == 1605
    assert convert(1605, Fraction("0.00623"), 0, 3) == 9999


@pytest.mark.parametrize(("amount", "payable"), [(1957, 1955), (1958, 1960), (-1958, -1960), (1955, 1955)])
def test_coins_of_five(amount: int, payable: int) -> None:
    assert cash_round(amount, 5) == payable


def test_a_coin_is_worth_something() -> None:
    with pytest.raises(ValueError, match="step"):
        cash_round(100, 0)


def test_proration_by_days() -> None:
    assert prorate(995, 10, 31) == 321


@pytest.mark.parametrize("text", ["", "1M", "P0M", "P1M2D", "PT1H", "P-1M", "p1m", "P1M\n"])
def test_odd_periods_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="billing period"):
        Period.parse(text)


TIERS = (Tier(100, 10, Fraction(1)), Tier(1000, 100, Fraction(1)), Tier(1000, 100, Fraction(1, 2)))


@pytest.mark.parametrize(
    ("quantity", "graduated", "volume"),
    [
        (0, Fraction(0), Fraction(0)),
        (1, Fraction(1), Fraction(1)),
        (1000, Fraction(10), Fraction(10)),
        (1001, Fraction(11), Fraction(2)),
        (101_000, Fraction(110), Fraction(101)),
        (101_001, Fraction(221, 2), Fraction(51)),
        (301_000, Fraction(210), Fraction(301, 2)),
    ],
)
def test_tiers_by_hand(quantity: int, graduated: Fraction, volume: Fraction) -> None:
    assert tiered_price(TIERS, quantity, TierMode.GRADUATED) == graduated
    assert tiered_price(TIERS, quantity, TierMode.VOLUME) == volume


def test_no_tier_is_an_error() -> None:
    with pytest.raises(ValueError, match="tier"):
        tiered_price([], 1, TierMode.VOLUME)
