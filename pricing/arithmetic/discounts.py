"""Amounts of discounts, per unit, per line and over an order. A discount is a positive count of minor units.

Each function takes the lines at their current prices and returns one discount per line, in their order; `less` takes
them off. A line at zero or below takes no discount, and none takes more than it still costs above its least amount.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple, Protocol

from cartwright.wire.policy import (
    DEFAULT_POLICY,
    ActionsOfOnePromotion,
    OrderDiscountWeights,
    PercentRounding,
    PricingPolicy,
)
from models.money.allocation import allocate_within
from models.money.rates import portion
from models.money.rounding import divide
from pricing.arithmetic.spreading import OffRun, Runs, unit_amounts
from pricing.arithmetic.tax import NO_RATES, Costing, Rates, TaxableLine, tax_lines


class Discountable(Costing, Protocol):
    """What a discount is taken off; its taxes are needed only where lines weigh with tax."""

    @property
    def list_amount(self) -> int:
        """What its units cost by list, in minor units."""

    @property
    def listed(self) -> Runs | None:
        """The units as they cost by list, where some cost more than others."""

    @property
    def room(self) -> int:
        """The largest discount that it takes."""


class DiscountLine(NamedTuple):
    """A line to be discounted that is nothing else; no discount takes it below `least`."""

    list_amount: int
    amount: int
    quantity: int
    rates: Rates = NO_RATES
    least: int = 0
    runs: Runs | None = None
    listed: Runs | None = None

    @property
    def room(self) -> int:
        """The largest discount that it takes."""
        return max(self.amount - self.least, 0)

    @property
    def is_fine(self) -> bool:
        """Whether a unit costs a fraction of a minor unit by list, so that only the line's amount can be rounded."""
        return self.list_amount % self.quantity != 0

    def less(self, discount: int) -> "DiscountLine":
        """The line after a discount."""
        return self._replace(amount=self.amount - discount)


def percent_off(amount: int, percent: Fraction, policy: PricingPolicy = DEFAULT_POLICY) -> int:
    """The discount of a percentage (10 % is 1/10) on one amount.

    Either the price that results is rounded (Sylius, Vendure) or the discount is (Saleor).
    """
    return _percentage(percent, policy)(amount)


def units_percent(
    lines: Sequence[Discountable],
    percent: Fraction,
    policy: PricingPolicy = DEFAULT_POLICY,
    *,
    max_quantity: int | None = None,
    further_action: bool = False,
) -> list[int]:
    """A percentage off the price of every unit; or off at most `max_quantity` units per line.

    With a maximum the discount is rounded once per line (Medusa, allocation "each"), and so it is where a unit's price
    is finer than a minor unit. A further action of the same
    promotion takes it of the original unit price where the policy says so (Sylius: 20 % and 10 % of one promotion
    are 30 %).
    """
    of_original = further_action and policy.actions_of_one_promotion is ActionsOfOnePromotion.ORIGINAL
    off = _percentage(percent, policy)
    found = []
    for line in lines:
        amount = line.list_amount if of_original else line.amount
        runs = line.listed if of_original else line.runs
        if max_quantity is not None:
            discount = percent_off(max(amount, 0), percent * _counted(line.quantity, max_quantity), policy)
        elif runs is not None:
            discount = sum([_of_run(*run, off) for run in runs])
        else:
            discount = _of_run(amount, line.quantity, line.is_fine, off)
        found.append(_capped(line, discount))
    return found


def units_fixed(
    lines: Sequence[Discountable],
    value: int,
    policy: PricingPolicy = DEFAULT_POLICY,
    *,
    max_quantity: int | None = None,
) -> list[int]:
    """An amount off every unit, or off at most `max_quantity` units per line; no more than these units still cost."""
    off = fixed_of_unit(value)
    found = [
        _by_unit(line, off)
        if max_quantity is None or max_quantity >= line.quantity
        else min(
            value * max_quantity,
            portion(max(line.amount, 0), _counted(line.quantity, max_quantity), policy.rounding),
        )
        for line in lines
    ]
    return [_capped(line, discount) for line, discount in zip(lines, found, strict=True)]


def units_priced(lines: Sequence[Discountable], value: int) -> list[int]:
    """What every unit costs above a new price."""
    off = above(value)
    return [_capped(line, _by_unit(line, off)) for line in lines]


def percent_of_unit(percent: Fraction, policy: PricingPolicy) -> OffRun:
    """A percentage off every unit, as `units_percent` takes it off."""
    off = _percentage(percent, policy)
    return lambda amount, units, is_fine: _of_run(amount, units, is_fine, off)


def fixed_of_unit(value: int) -> OffRun:
    """An amount off every unit that costs as much, or all that it costs."""
    return lambda amount, units, _: min(value * units, max(amount, 0))


def above(value: int) -> OffRun:
    """What units cost above a new price of each."""
    return lambda amount, units, _: max(amount - value * units, 0)


def lines_fixed(lines: Sequence[Discountable], value: int) -> list[int]:
    """An amount off every line, once whatever its quantity."""
    return [_capped(line, value) for line in lines]


def order_percent(
    lines: Sequence[Discountable],
    percent: Fraction,
    policy: PricingPolicy = DEFAULT_POLICY,
    *,
    inclusive: bool = False,
) -> list[int]:
    """A percentage off the sum of the lines, rounded once and spread over them."""
    total = sum([max(line.amount, 0) for line in lines])
    return order_fixed(lines, percent_off(total, percent, policy), policy, inclusive=inclusive)


def order_fixed(
    lines: Sequence[Discountable],
    value: int,
    policy: PricingPolicy = DEFAULT_POLICY,
    *,
    inclusive: bool = False,
) -> list[int]:
    """An amount off the order, spread over its lines by the policy's weights and remainder.

    What a line has no room for goes to the others (Sylius, minimum price). `inclusive` says whether the lines' amounts
    contain their taxes.
    """
    limits = [line.room for line in lines]
    # Spread as what it is, a negative amount: flooring it is not the mirror image of flooring its size.
    shares = allocate_within(order_weights(lines, policy, inclusive), -value, limits, policy.remainder)
    return [-share for share in shares]


def order_weights(lines: Sequence[Discountable], policy: PricingPolicy, inclusive: bool) -> list[int]:
    """What each line weighs when an order discount is spread, in minor units of zero or more."""
    if inclusive or policy.order_discount_weights is OrderDiscountWeights.PRICE:
        return [max(line.amount, 0) for line in lines]
    taxable = [
        TaxableLine(line.amount, line.quantity, line.rates, is_fine=line.is_fine, runs=line.runs) for line in lines
    ]
    return [max(taxed.gross, 0) for taxed in tax_lines(taxable, inclusive=False, policy=policy)]


def _percentage(percent: Fraction, policy: PricingPolicy) -> Callable[[int], int]:
    """The discount of a percentage on any amount."""
    rounding, (part, whole) = policy.rounding, percent.as_integer_ratio()
    if policy.percent_rounding is PercentRounding.PRICE:
        return lambda amount: amount - divide(amount * (whole - part), whole, rounding)
    return lambda amount: divide(amount * part, whole, rounding)


def _by_unit(line: Discountable, off: OffRun) -> int:
    return off(line.amount, line.quantity, False) if line.runs is None else sum([off(*run) for run in line.runs])


def _of_run(amount: int, units: int, is_fine: bool, discount_of: Callable[[int], int]) -> int:
    if amount <= 0:
        return 0
    if is_fine:
        return discount_of(amount)
    if amount % units == 0:  # by far the most frequent
        return units * discount_of(amount // units)
    return sum([count * discount_of(price) for price, count in unit_amounts(amount, units)])


def _counted(quantity: int, most: int) -> Fraction:
    """The part of a line that so many of its units are."""
    return Fraction(min(quantity, most), quantity)


def _capped(line: Discountable, discount: int) -> int:
    return min(discount, line.room)
