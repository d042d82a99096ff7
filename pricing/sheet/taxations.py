"""Which taxes a line owes, and what each is of its price: taxes on top of others, and exemptions."""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from graphlib import TopologicalSorter

from models.catalog.tax import Tax
from models.money.rates import parse_percent
from pricing.arithmetic.tax import Rates
from pricing.sheet.rows import Line, Taxation
from pricing.sheet.worksheet import Worksheet

Levied = tuple[str, str, tuple[str, ...]]
"""A tax by its id, its rate in percent, and the taxes that it is on top of."""


def taxation_by(taxes: tuple[Tax, ...]) -> Taxation:
    """What these taxes are of a price, whoever may be exempt from them."""
    levied = tuple([(tax.id, tax.rate, tuple(tax.on_top_of)) for tax in taxes])
    return Taxation(taxes, _rates(levied), any(tax.exemptions for tax in taxes))


def owed_by(line: Line, taxation: Taxation, sheet: Worksheet) -> Taxation:
    """The taxation less the line's exemptions."""
    if not taxation.exemptible:
        return taxation
    return replace(taxation, exempt=tuple([_exempt(tax, line, sheet) for tax in taxation.taxes]))


def _exempt(tax: Tax, line: Line, sheet: Worksheet) -> bool:
    return any(each.criteria <= sheet.circumstances_of(line) for each in tax.exemptions)


@lru_cache(maxsize=1024)
def _rates(levied: tuple[Levied, ...]) -> Rates:
    """What each tax is of the price; one on top of others is also of what these are of it."""
    rates = {tax_id: parse_percent(rate) for tax_id, rate, _ in levied}
    below = {tax_id: [each for each in on_top_of if each in rates] for tax_id, _, on_top_of in levied}
    of_price: dict[str, Fraction] = {}
    for tax_id in TopologicalSorter(below).static_order():
        of_price[tax_id] = rates[tax_id] * (1 + sum([of_price[each] for each in below[tax_id]], Fraction(0)))
    return Rates(tuple([of_price[tax_id] for tax_id, _, _ in levied]))
