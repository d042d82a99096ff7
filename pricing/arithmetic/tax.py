"""Taxes of lines, with the roundings that shops agree or disagree on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Protocol

from cartwright.wire.policy import DEFAULT_POLICY, InclusiveRounding, PricingPolicy, Rounding, TaxLevel
from models.money.rounding import divide
from pricing.arithmetic.spreading import Runs, unit_amounts

Factor = tuple[int, int]
"""An exact factor as numerator and denominator: multiplying integers with it costs no `Fraction`."""
GroupKey = tuple[Fraction, int, bool]
"""What is rounded together: the rate, which of a line's taxes at that rate, and whether it is not owed."""
Whole = Callable[[int, int, int, Rounding], int]
"""Takes an amount, and its exact tax as numerator and denominator; gives the tax in whole minor units."""


@dataclass(frozen=True)
class Rates:
    """Taxes that an amount bears side by side, as exact factors: 19 % is 19/100."""

    exact: tuple[Fraction, ...] = ()

    @cached_property
    def on_top(self) -> tuple[Factor, ...]:
        """What an amount without taxes is multiplied by to have each of them."""
        return tuple((rate.numerator, rate.denominator) for rate in self.exact)

    @cached_property
    def contained(self) -> tuple[Factor, ...]:
        """What an amount that contains all of the taxes is multiplied by to have each of them."""
        whole = sum(self.exact, Fraction(1))
        return tuple((rate / whole).as_integer_ratio() for rate in self.exact)

    def factors(self, inclusive: bool) -> tuple[Factor, ...]:
        """The factors for amounts that contain the taxes, or for those that don't."""
        return self.contained if inclusive else self.on_top


NO_RATES = Rates()


class Costing(Protocol):
    """Units that cost an amount in minor units together, discounts taken off."""

    @property
    def amount(self) -> int:
        """What they cost together."""

    @property
    def quantity(self) -> int:
        """How many they are."""

    @property
    def rates(self) -> Rates:
        """The rates of their taxes."""

    @property
    def is_fine(self) -> bool:
        """Whether a unit costs a fraction of a minor unit by list, so that only the whole amount can be rounded."""

    @property
    def runs(self) -> Runs | None:
        """The units, where some cost more than others; None where all cost the same, by far the most frequent."""


class Taxable(Costing, Protocol):
    """What is taxed."""

    @property
    def exempt(self) -> tuple[bool, ...]:
        """Which of the rates are not owed, in their order; empty: all are."""


class TaxableLine(NamedTuple):
    """A line to be taxed that is nothing else."""

    amount: int
    quantity: int
    rates: Rates
    exempt: tuple[bool, ...] = ()
    is_fine: bool = False
    runs: Runs | None = None


class TaxedLine(NamedTuple):
    """A line in minor units; `taxes` are in the order of its rates, and net + taxes = gross."""

    net: int
    taxes: tuple[int, ...]
    gross: int

    @property
    def tax(self) -> int:
        """All taxes of the line together."""
        return sum(self.taxes)


def tax_lines(lines: Sequence[Taxable], *, inclusive: bool, policy: PricingPolicy = DEFAULT_POLICY) -> list[TaxedLine]:
    """Net, taxes and gross of each line; `inclusive`: the amounts contain their taxes.

    The tax is what is rounded, at the policy's level, and the other side follows from it; in a price that
    contains it, the policy may round the net instead. Rounded per rate (`group`: Shopware's vertical
    calculation), the lines' taxes still sum to the rate's own. A tax that is not owed is nothing; where the
    amount contains it, it is taken out.
    """
    whole = _net_rounded if inclusive and policy.inclusive_rounding is InclusiveRounding.NET else _tax_rounded
    match policy.tax_level:
        case TaxLevel.LINE:
            taxes = [_per_line(line, inclusive, whole, policy.rounding) for line in lines]
        case TaxLevel.UNIT:
            taxes = [_per_unit(line, inclusive, whole, policy.rounding) for line in lines]
        case TaxLevel.GROUP:
            taxes = _per_group(lines, inclusive, whole, policy.rounding)
    return [_taxed(line, of_line, inclusive) for line, of_line in zip(lines, taxes, strict=True)]


def _tax_rounded(_amount: int, num: int, den: int, rounding: Rounding) -> int:
    """The tax of num/den on an amount, in whole minor units."""
    return divide(num, den, rounding)


def _net_rounded(amount: int, num: int, den: int, rounding: Rounding) -> int:
    """What rounding the rest of an amount leaves for the tax of num/den that it contains."""
    return amount - divide(amount * den - num, den, rounding)


def _per_line(line: Taxable, inclusive: bool, whole: Whole, rounding: Rounding) -> tuple[int, ...]:
    amount, rates = line.amount, line.rates
    factors = rates.contained if inclusive else rates.on_top
    if len(factors) == 1:
        num, den = factors[0]
        return (whole(amount, amount * num, den, rounding),)
    taxes = [whole(amount, amount * num, den, rounding) for num, den in factors]
    return tuple(_within(amount, taxes) if inclusive else taxes)


def _per_unit(line: Taxable, inclusive: bool, whole: Whole, rounding: Rounding) -> tuple[int, ...]:
    lots = list[tuple[int, int]]()
    for amount, units, is_fine in line.runs or ((line.amount, line.quantity, line.is_fine),):
        lots += ((amount, 1),) if is_fine else unit_amounts(amount, units)
    taxes = [
        sum([count * whole(amount, amount * num, den, rounding) for amount, count in lots])
        for num, den in line.rates.factors(inclusive)
    ]
    return tuple(_within(line.amount, taxes) if inclusive else taxes)


def _per_group(lines: Sequence[Taxable], inclusive: bool, whole: Whole, rounding: Rounding) -> list[tuple[int, ...]]:
    # The running total of a rate is rounded, and a line's tax is what it adds to it: so the lines sum to
    # one rounding of the whole, whatever their signs. Two taxes of one rate on the same line are two sums, and
    # what is owed is never rounded together with what is not.
    sums: dict[GroupKey, tuple[int, Fraction, int]] = {}
    taxes = []
    for line in lines:
        of_line = []
        keys = _group_keys(line)
        for key, (num, den) in zip(keys, line.rates.factors(inclusive), strict=True):
            amount, exact, before = sums.get(key, (0, Fraction(0), 0))
            amount, exact = amount + line.amount, exact + Fraction(line.amount * num, den)
            after = whole(amount, exact.numerator, exact.denominator, rounding)
            sums[key] = amount, exact, after
            of_line.append(after - before)
        borne = _within(line.amount, of_line) if inclusive else of_line
        for key, tax, part in zip(keys, of_line, borne, strict=True):
            amount, exact, given = sums[key]
            sums[key] = amount, exact, given - tax + part  # the next line bears what this one has no room for
        taxes.append(tuple(borne))
    return taxes


def _within(amount: int, taxes: list[int]) -> list[int]:
    """Taxes that were each rounded up may exceed the amount that contains them; the last ones give way."""
    if len(taxes) < 2:
        return taxes
    sign = -1 if amount < 0 else 1
    room = abs(amount)
    kept = []
    for tax in taxes:
        kept.append(sign * min(sign * tax, room))
        room -= sign * kept[-1]
    return kept


def _group_keys(line: Taxable) -> list[GroupKey]:
    rates = line.rates.exact
    exempt = line.exempt or (False,) * len(rates)
    return [
        (rate, rates[:place].count(rate), spared)
        for place, (rate, spared) in enumerate(zip(rates, exempt, strict=True))
    ]


def _taxed(line: Taxable, taxes: tuple[int, ...], inclusive: bool) -> TaxedLine:
    amount, total, exempt = line.amount, sum(taxes), line.exempt
    if exempt:
        net = amount - total if inclusive else amount
        owed = tuple([0 if spared else tax for tax, spared in zip(taxes, exempt, strict=True)])
        return TaxedLine(net, owed, net + sum(owed))
    return TaxedLine(amount - total, taxes, amount) if inclusive else TaxedLine(amount, taxes, amount + total)
