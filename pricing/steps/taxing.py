"""Taxes of a cart's prices: which ones a line bears, and how they split each of its rows."""

from datetime import datetime

from cartwright.wire.header import Header
from cartwright.wire.policy import TaxLevel
from facts.circumstances import is_at
from facts.snapshot import Facts
from facts.validity import valid_at
from models.catalog.tax import Tax
from pricing.arithmetic.tax import tax_lines
from pricing.sheet.keeping import keep
from pricing.sheet.rows import UNTAXED, Line, Row, Taxation, group_rows, in_order
from pricing.sheet.taxations import owed_by, taxation_by
from pricing.sheet.worksheet import Worksheet

UNKNOWN = Taxation()
"""Of a line that should bear taxes, but none is known."""


def find_taxes(sheet: Worksheet) -> None:
    """Give every row the taxes of its line; discounts may weigh by them, so they are known before."""
    for line in sheet.lines:
        if not line.rows:
            continue
        taxation = taxation_of(line, sheet)
        if taxation is UNKNOWN and _was_taxed(line, sheet):
            message = f"No tax of category {line.offering and line.offering.tax_category} is known any more."
            keep(line, sheet)
            sheet.warn("tax-not-found", message, line.item.id)
        else:
            tax_rows(line, taxation, sheet)


def tax_rows(line: Line, taxation: Taxation, sheet: Worksheet) -> None:
    """Give the rows of a line its taxes; if it should bear taxes and none is known, that leaves a warning."""
    for row in line.rows:
        row.taxation = taxation
    if taxation is UNKNOWN:
        place = sheet.cart.header.country or "a cart without a country"
        category = line.offering and line.offering.tax_category
        sheet.warn("tax-not-found", f"No tax of category {category} is known for {place}.")


def _was_taxed(line: Line, sheet: Worksheet) -> bool:
    """Whether the line has taxes by now, and the command does not touch it."""
    return any(price.taxes for price in line.item.prices) and not sheet.touches(line.item.id)


def add_taxes(sheet: Worksheet) -> None:
    """Split every row into net, taxes and gross; rows of one total are rounded together where the policy says so."""
    sheet.groups = group_rows(sheet.lines)
    for rows in sheet.groups.values():
        included = [row for row in rows if row.tax_included]
        _split(included, True, sheet)
        if len(included) < len(rows):
            _split([row for row in rows if not row.tax_included], False, sheet)
    for line in sheet.kept:
        for row in line.kept or ():
            sheet.groups.setdefault((row.type, row.period), []).append(row)


def taxation_of(line: Line, sheet: Worksheet) -> Taxation:
    """The taxes of the line's category in the cart's country, less its exemptions."""
    category = line.offering.tax_category if line.offering else None
    taxation = sheet.taxations.get(category)
    if taxation is None:
        taxation = sheet.taxations[category] = _taxation(category, sheet)
    return owed_by(line, taxation, sheet)


def _taxation(category: str | None, sheet: Worksheet) -> Taxation:
    if category is None:
        return UNTAXED
    taxes = known_taxes(category, sheet.cart.header, sheet.facts, sheet.at)
    return taxation_by(taxes) if taxes else UNKNOWN


def known_taxes(category: str, header: Header, facts: Facts, at: datetime) -> tuple[Tax, ...]:
    """The taxes of a category in the cart's country and place at a time, whoever is exempt; none if none is known."""
    rows = facts.taxes_of.get((header.country or "", category), ())
    taxes = tuple(
        [
            tax
            for tax in rows
            if (tax.valid_for is None or valid_at(tax.valid_for, at))
            and (tax.place is None or is_at(tax.place, header))
        ]
    )
    replaced = {tax_id for tax in taxes for tax_id in tax.replaces}
    return tuple([tax for tax in taxes if tax.id not in replaced]) if replaced else taxes


def _split(rows: list[Row], inclusive: bool, sheet: Worksheet) -> None:
    if sheet.policy.tax_level is TaxLevel.GROUP:
        rows = in_order(rows)
    taxed_rows = tax_lines(rows, inclusive=inclusive, policy=sheet.policy)
    for row, taxed in zip(rows, taxed_rows, strict=True):
        row.net, row.taxes, row.gross = taxed
