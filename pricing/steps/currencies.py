"""The other currencies that a cart could be had in: every line that is sold has a price in them (001)."""

from pricing.sheet.rows import Line
from pricing.sheet.worksheet import Worksheet
from pricing.steps.choosing import points_in


def find_other_currencies(sheet: Worksheet) -> None:
    """Note in which other currencies all lines could be priced; what the cart is in stays its currency.

    Amounts that lines keep are in no other.
    """
    if sheet.kept:
        return
    common: set[str] | None = None
    for line in sheet.lines:
        if line.rows:
            offered = _currencies(line, sheet)
            common = offered if common is None else common & offered
            if not common:
                return
    sheet.result.other_currencies = tuple(sorted(common or ()))


def _currencies(line: Line, sheet: Worksheet) -> set[str]:
    """Those other than the cart's in which one line has a price under its circumstances."""
    offering, own = line.offering, sheet.currency
    if offering is None:
        return set()
    stated = {group[0].currency for group in sheet.facts.prices_of.get(offering.id, ())} - {own}
    return {currency for currency in stated if points_in(currency, line, offering, sheet)}
