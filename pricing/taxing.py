"""Taxes of a price: one rounding per line; net plus taxes is gross on every row."""

from fractions import Fraction

from cartwright.models.cart import CartWarning, TaxLine
from cartwright.models.catalog import Tax
from cartwright.models.rates import parse_percent, portion
from cartwright.models.rounding import round_exact
from cartwright.pricing.validity import valid_at
from cartwright.pricing.worksheet import Line, Row, Worksheet


def add_taxes(sheet: Worksheet) -> None:
    """Split every row into net, taxes and gross."""
    for line in sheet.lines:
        if line.rows:
            taxes = taxes_of(line, sheet)
            for row in line.rows:
                _split(row, taxes)


def taxes_of(line: Line, sheet: Worksheet) -> tuple[Tax, ...]:
    """The taxes of the line's category in the cart's country; none leaves a warning."""
    category, country = line.offering.tax_category if line.offering else None, sheet.cart.header.country
    if category is None:
        return ()
    rows = sheet.facts.taxes_of.get((country or "", category), ())
    taxes = tuple(tax for tax in rows if valid_at(tax.valid_for, sheet.at))
    if not taxes:
        place = country or "a cart without a country"
        warning = CartWarning("tax-not-found", f"No tax of category {category} is known for {place}.")
        if warning not in sheet.warnings:
            sheet.warnings.append(warning)
    return taxes


def _split(row: Row, taxes: tuple[Tax, ...]) -> None:
    amount = row.altered
    if row.point.tax_included:
        whole = 1 + sum((parse_percent(tax.rate) for tax in taxes), Fraction())
        lines = [(tax, round_exact(amount * parse_percent(tax.rate) / whole)) for tax in taxes]
    else:
        lines = [(tax, portion(amount, parse_percent(tax.rate))) for tax in taxes]
    row.taxes = tuple(TaxLine(tax.id, tax.rate, value) for tax, value in lines)
    total = sum(value for _, value in lines)
    row.net = amount - total if row.point.tax_included else amount
    row.gross = row.net + total
