"""A line as the steps before all alterations leave it."""

from cartwright.models.cart import Item
from cartwright.models.catalog import Offering
from cartwright.pricing.choosing import matching
from cartwright.pricing.list_prices import set_list_price
from cartwright.pricing.taxing import taxation_of
from cartwright.pricing.worksheet import Line, Row, Worksheet


def priced_line(item: Item, offering: Offering, sheet: Worksheet) -> Line:
    """A new line with its prices, list prices and taxes; one without a price has no rows."""
    line = Line(item, offering)
    line.rows = [Row(item.id, point, item.quantity) for point in matching(line, offering, sheet)]
    for row in line.rows:
        set_list_price(row, sheet.policy)
        row.taxation = taxation_of(line, sheet)
    return line
