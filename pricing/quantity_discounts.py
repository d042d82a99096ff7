"""Discounts that count units: at most so many per line, or some free after some bought."""

from fractions import Fraction

from cartwright.models.policy import DEFAULT_POLICY, PricingPolicy
from cartwright.models.rates import portion
from cartwright.models.rounding import divide


def each_fixed(
    quantity: int,
    amount: int,
    value: int,
    max_quantity: int | None = None,
    policy: PricingPolicy = DEFAULT_POLICY,
) -> int:
    """`value` minor units off each of at most `max_quantity` units of a line, as a positive discount.

    Never more than what these units cost, `amount` being the whole line's (Medusa, allocation "each").
    """
    counted = _counted(quantity, max_quantity)
    return min(value * counted, divide(amount * counted, quantity, policy.rounding))


def each_percent(
    quantity: int,
    amount: int,
    percent: Fraction,
    max_quantity: int | None = None,
    policy: PricingPolicy = DEFAULT_POLICY,
) -> int:
    """A percentage (10 % is 1/10) off each of at most `max_quantity` units of a line (Medusa, "each")."""
    counted = _counted(quantity, max_quantity)
    return portion(amount, percent * Fraction(counted, quantity), policy.rounding)


def buy_get(unit: int, quantity: int, buy: int, get: int) -> int:
    """Buy `buy`, get `get` of the same free: the discount on `quantity` units at `unit` minor units.

    Only whole sets count (Medusa: nothing is free unless all of it can be).
    """
    return free_units(quantity, buy, get) * unit


def free_units(quantity: int, buy: int, get: int) -> int:
    """How many of `quantity` units are free if every `buy` bring `get`: those of whole sets."""
    return quantity // (buy + get) * get


def _counted(quantity: int, max_quantity: int | None) -> int:
    return quantity if max_quantity is None else min(quantity, max_quantity)
