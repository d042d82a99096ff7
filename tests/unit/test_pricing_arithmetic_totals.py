"""What happens to whole totals: cards, currencies, coins, periods, tiers."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.arithmetic.billing_cycles import Period, billed_cycles, prorate
from pricing.arithmetic.block_tiers import Tier, TierMode, tiered_price
from pricing.arithmetic.conversion import cash_round, convert
from pricing.arithmetic.gift_cards import Due, after_gift_card

MONTH, YEAR = Period.parse("P1M"), Period.parse("P1Y")
DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))


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


@pytest.mark.parametrize(
    ("start", "day", "target", "period", "end", "cycles"),
    [
        # Kill Bill, double proration: before the cycle day, one whole, then cut by the end.
        ("2011-01-01", 15, "2011-01-01", MONTH, "2011-02-27", Fraction(14, 31)),
        ("2011-01-01", 15, "2011-01-15", MONTH, "2011-02-27", 1 + Fraction(14, 31)),
        ("2011-01-01", 15, "2011-03-07", MONTH, "2011-02-27", 1 + Fraction(14, 31) + Fraction(12, 28)),
        ("2011-01-01", 15, "2012-03-07", YEAR, "2012-01-27", 1 + Fraction(14, 365) + Fraction(12, 366)),
        # Cancelled within the first cycle, and before the first cycle day.
        ("2011-01-01", 1, "2011-04-05", MONTH, "2011-01-15", Fraction(14, 31)),
        ("2011-01-01", 15, "2011-04-05", MONTH, "2011-01-08", Fraction(7, 31)),
        # The last day of each month, whatever its number.
        ("2011-01-31", 31, "2011-02-27", MONTH, None, Fraction(1)),
        ("2011-01-31", 31, "2011-02-28", MONTH, None, Fraction(2)),
        ("2011-01-31", 31, "2011-03-30", MONTH, None, Fraction(2)),
        # The cycle before 28 February is from 28 January, though later ones open on the 31st (Kill Bill, change to 31).
        ("2011-02-14", 31, "2011-03-01", MONTH, None, 1 + Fraction(14, 31)),
        ("2011-02-14", 31, "2011-03-01", Period.parse("P3M"), None, 1 + Fraction(14, 92)),
        # A year after a cycle day that has just passed.
        ("2011-02-17", 15, "2011-02-17", YEAR, None, Fraction(363, 365)),
        ("2011-02-17", 1, "2011-03-03", Period.parse("P2W"), None, Fraction(2)),
        ("2011-02-17", 17, "2011-02-16", MONTH, None, Fraction(0)),
        ("2011-02-17", 17, "2011-03-16", MONTH, "2011-02-17", Fraction(0)),
    ],
)
def test_cycles_by_hand(start: str, day: int, target: str, period: Period, end: str | None, cycles: Fraction) -> None:
    until = date.fromisoformat(end) if end else None
    assert billed_cycles(date.fromisoformat(start), day, date.fromisoformat(target), period, until) == cycles


@given(DAYS, st.integers(1, 31), st.integers(0, 900), st.integers(0, 900))
def test_more_time_is_never_billed_less(start: date, day: int, early: int, later: int) -> None:
    first, second = (date.fromordinal(start.toordinal() + days) for days in (early, early + later))
    assert 0 < billed_cycles(start, day, first, MONTH) <= billed_cycles(start, day, second, MONTH)


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
