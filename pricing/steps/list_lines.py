"""A line as the steps before all alterations leave it."""

from models.cart.cart import Item
from models.catalog.offering import Offering
from pricing.sheet.rows import Line
from pricing.sheet.worksheet import Worksheet
from pricing.steps.choosing import matching_rows
from pricing.steps.list_prices import set_list_price
from pricing.steps.taxing import tax_rows, taxation_of


def priced_line(item: Item, offering: Offering, sheet: Worksheet) -> Line:
    """A new line with its prices, list prices and taxes; one without a price has no rows."""
    line = Line(item, offering)
    line.rows = matching_rows(line, offering, sheet)
    for row in line.rows:
        set_list_price(row, sheet)
    if line.rows:
        tax_rows(line, taxation_of(line, sheet), sheet)
    return line
