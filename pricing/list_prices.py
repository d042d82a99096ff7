"""List prices: unit price × quantity, rounded once."""

from cartwright.models.rates import parse_unit_price
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.pricing.worksheet import Worksheet

MAX_AMOUNT = 10**15
"""The largest amount of one price, in minor units."""


def take_list_prices(sheet: Worksheet) -> None:
    """Set every row's list price; raise `invalid` when an amount is beyond anything that can be meant."""
    currency = sheet.cart.currency
    for line in sheet.lines:
        for row in line.rows:
            row.list_amount = parse_unit_price(row.unit_amount, currency).times(line.item.quantity)
            if abs(row.list_amount) > MAX_AMOUNT:
                raise Refusal(
                    ErrorCode.INVALID,
                    f"The price of item {line.item.id} is beyond the largest amount.",
                    details={"itemId": line.item.id},
                )
