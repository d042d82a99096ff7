"""A percentage off several prices together."""

from collections.abc import Sequence
from fractions import Fraction

from cartwright.wire.policy import PricingPolicy
from pricing.arithmetic.discounts import order_percent
from pricing.sheet.counting import STATED
from pricing.sheet.rows import Part, Row


def percentage_off(rows: Sequence[Row], percent: Fraction, policy: PricingPolicy) -> Part:
    """A percentage of the sum of rows that all contain their taxes, or don't; rounded once and spread over them."""
    return STATED.part(rows, order_percent(STATED.lines(rows), percent, policy, inclusive=STATED.inclusive(rows)))
