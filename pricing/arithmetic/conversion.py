"""Roundings of a whole total: into another currency, and to the coins that exist."""

from fractions import Fraction

from cartwright.wire.policy import Rounding
from models.money.rates import portion
from models.money.rounding import divide


def convert(
    amount: int, rate: Fraction, digits_from: int, digits_to: int, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """A total in another currency's minor units; `rate` is how many of its units one unit buys.

    Converted once, on the total (Sylius), so that no line's rounding is multiplied.
    """
    return portion(amount, rate * Fraction(10) ** (digits_to - digits_from), rounding)


def cash_round(amount: int, step: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """The nearest payable amount; `step` is the smallest coin in minor units (Shopware, 5 for 0.05).

    Raises `ValueError` unless the step is positive.
    """
    if step < 1:
        raise ValueError("A cash rounding step is more than zero.")
    return divide(amount, step, rounding) * step
