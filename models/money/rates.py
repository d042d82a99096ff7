"""Exact factors that money is multiplied by: unit prices finer than a minor unit, percentages, rates."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from cartwright.wire.money import digits, format_scaled, parse_decimal
from cartwright.wire.policy import Rounding
from models.money.rounding import divide

MAX_UNIT_PRICE_DECIMALS = 12
MAX_RATE_DECIMALS = 12
MAX_PERCENT_DECIMALS = 30


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The exact price of one unit: `coefficient` × 10 to the power of `-scale` minor units.

    An ordinary price has scale 0, its coefficient is then the amount in minor units.
    """

    coefficient: int
    scale: int = 0

    def times(self, quantity: int, rounding: Rounding = Rounding.HALF_UP) -> int:
        """The price of that many units in minor units, rounded once."""
        if self.scale == 0:
            return self.coefficient * quantity
        return divide(self.coefficient * quantity, 10**self.scale, rounding)


def parse_unit_price(text: str, currency: str) -> UnitPrice:
    """A decimal string of up to 12 decimals as an exact price of one unit.

    Raises `MoneyError` as `parse_decimal` and `digits` do.
    """
    places = digits(currency)
    coefficient, decimals = parse_decimal(text, MAX_UNIT_PRICE_DECIMALS)
    while decimals > places and coefficient % 10 == 0:
        coefficient //= 10
        decimals -= 1
    if decimals <= places:
        return UnitPrice(coefficient * 10 ** (places - decimals))
    return UnitPrice(coefficient, decimals - places)


def format_unit_price(price: UnitPrice, currency: str) -> str:
    """The decimal string of a unit price, with no fewer decimals than the currency has."""
    return format_scaled(price.coefficient, digits(currency) + price.scale)


@lru_cache(maxsize=1024)
def parse_rate(text: str) -> Fraction:
    """A decimal string as an exact factor: `"0.9737"` gives 9737/10000. Raises `MoneyError`."""
    coefficient, decimals = parse_decimal(text, MAX_RATE_DECIMALS)
    return Fraction(coefficient, 10**decimals)


@lru_cache(maxsize=1024)
def parse_percent(text: str) -> Fraction:
    """A percentage as an exact factor: `"19"` gives 19/100. Raises `MoneyError` as `parse_decimal` does."""
    coefficient, decimals = parse_decimal(text, MAX_PERCENT_DECIMALS)
    return Fraction(coefficient, 100 * 10**decimals)


def portion(amount: int, rate: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """`amount × rate` in whole minor units, by the named rounding."""
    return divide(amount * rate.numerator, rate.denominator, rounding)
