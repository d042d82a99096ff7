"""Taxes of lines, with the roundings that shops agree or disagree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from cartwright.models.policy import DEFAULT_POLICY, PricingPolicy, TaxLevel
from cartwright.models.rates import portion
from cartwright.models.rounding import Rounding, round_exact
from cartwright.pricing.spreading import unit_amounts


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What is taxed: `quantity` units that cost `amount` minor units together, discounts taken off.

    `rates` are exact factors (19 % is 19/100), several if the line bears several taxes side by side.
    """

    amount: int
    quantity: int
    rates: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line in minor units; `taxes` are in the order of its rates, and net + taxes = gross."""

    net: int
    taxes: tuple[int, ...]
    gross: int

    @property
    def tax(self) -> int:
        """All taxes of the line together."""
        return sum(self.taxes)


def tax_lines(
    lines: Sequence[TaxableLine], *, inclusive: bool, policy: PricingPolicy = DEFAULT_POLICY
) -> list[TaxedLine]:
    """Net, taxes and gross of each line; `inclusive`: the amounts contain their taxes.

    The tax is what is rounded, at the policy's level, and the other side follows from it. Rounded per rate
    (`group`: Shopware's vertical calculation), the lines' taxes still sum to the rate's own.
    """
    match policy.tax_level:
        case TaxLevel.UNIT:
            taxes = [_per_unit(line, inclusive, policy.rounding) for line in lines]
        case TaxLevel.LINE:
            taxes = [_per_line(line, inclusive, policy.rounding) for line in lines]
        case TaxLevel.GROUP:
            taxes = _per_group(lines, inclusive, policy.rounding)
    return [_taxed(line, of_line, inclusive) for line, of_line in zip(lines, taxes, strict=True)]


def tax_by_rate(lines: Sequence[TaxableLine], taxed: Sequence[TaxedLine]) -> dict[Fraction, int]:
    """The tax in minor units per rate, in the order in which the rates occur."""
    totals: dict[Fraction, int] = {}
    for line, result in zip(lines, taxed, strict=True):
        for rate, tax in zip(line.rates, result.taxes, strict=True):
            totals[rate] = totals.get(rate, 0) + tax
    return totals


def _factors(rates: tuple[Fraction, ...], inclusive: bool) -> tuple[Fraction, ...]:
    """What to multiply an amount by to have each of its taxes."""
    return _contained(rates) if inclusive else rates


@lru_cache(maxsize=1024)
def _contained(rates: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    whole = 1 + sum(rates)
    return tuple(rate / whole for rate in rates)


def _per_line(line: TaxableLine, inclusive: bool, rounding: Rounding) -> tuple[int, ...]:
    return tuple(portion(line.amount, factor, rounding) for factor in _factors(line.rates, inclusive))


def _per_unit(line: TaxableLine, inclusive: bool, rounding: Rounding) -> tuple[int, ...]:
    return tuple(
        sum(count * portion(amount, factor, rounding) for amount, count in unit_amounts(line.amount, line.quantity))
        for factor in _factors(line.rates, inclusive)
    )


def _per_group(lines: Sequence[TaxableLine], inclusive: bool, rounding: Rounding) -> list[tuple[int, ...]]:
    # The running total of a rate is rounded, and a line's tax is what it adds to it: so the lines sum to
    # one rounding of the whole, whatever their signs.
    exact: dict[Fraction, Fraction] = {}
    taxes = []
    for line in lines:
        of_line = []
        for rate, factor in zip(line.rates, _factors(line.rates, inclusive), strict=True):
            before = exact.get(rate, Fraction(0))
            exact[rate] = before + line.amount * factor
            of_line.append(round_exact(exact[rate], rounding) - round_exact(before, rounding))
        taxes.append(tuple(of_line))
    return taxes


def _taxed(line: TaxableLine, taxes: tuple[int, ...], inclusive: bool) -> TaxedLine:
    total = sum(taxes)
    if inclusive:
        return TaxedLine(line.amount - total, taxes, line.amount)
    return TaxedLine(line.amount, taxes, line.amount + total)
