"""Named roundings of exact quotients to whole numbers.

The names are the wire's own (kebab-case). All of them treat a negative amount as the mirror image of
the positive one, save `ceiling` and `floor`, which have a direction by definition.
"""

from fractions import Fraction

from cartwright.wire.policy import Rounding


def _raises(rounding: Rounding, half: int, odd: bool, negative: bool) -> bool:
    """Whether a truncated magnitude goes one up: `half` is its rest against one half (-1, 0, 1)."""
    match rounding:
        case Rounding.HALF_DOWN:
            return half > 0
        case Rounding.HALF_EVEN:
            return half > 0 or (half == 0 and odd)
        case Rounding.CEILING:
            return not negative
        case Rounding.FLOOR:
            return negative
        case _:
            return rounding is Rounding.UP


def divide(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """`numerator / denominator` as a whole number, by the named rounding.

    Raises `ZeroDivisionError` if the denominator is zero.
    """
    negative = (numerator < 0) != (denominator < 0)
    size = abs(denominator)
    if rounding is Rounding.HALF_UP:  # by far the most frequent, and one division
        magnitude = (2 * abs(numerator) + size) // (2 * size)
        return -magnitude if negative else magnitude
    magnitude, rest = divmod(abs(numerator), size)
    if rest:
        half = (2 * rest > size) - (2 * rest < size)
        magnitude += _raises(rounding, half, magnitude % 2 == 1, negative)
    return -magnitude if negative else magnitude


def round_exact(value: Fraction, rounding: Rounding = Rounding.HALF_UP) -> int:
    """An exact value as a whole number, by the named rounding."""
    return divide(value.numerator, value.denominator, rounding)
