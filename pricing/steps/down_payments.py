"""Down payments: the least that they may be, and what a cart says of those that are wanting (002)."""

from collections.abc import Iterable

from cartwright.wire.money import parse_amount
from models.cart.adjustments import DOWN_PAYMENT
from models.catalog.price_point import PricePoint
from pricing.sheet.worksheet import Worksheet


def check_down_payments(sheet: Worksheet) -> None:
    """Warn of a down payment that is too small by now, whose item is gone, or that a price requires and nobody made."""
    cart = sheet.cart
    paid = [each for each in cart.adjustments if each.kind == DOWN_PAYMENT and each.currency == cart.currency]
    for each in paid:
        if each.amount < _least(each.item_id, sheet):
            sheet.warn("down-payment-too-small", f"Down payment {each.id} is below what these items need by now.")
        elif each.item_id is not None and cart.item(each.item_id) is None:
            sheet.warn("down-payment-without-item", f"The item that down payment {each.id} is for is gone.")
    covered = {each.item_id for each in paid}
    for line in sheet.lines if None not in covered else ():
        for row in line.rows:
            if row.point.is_down_payment_required and line.item.id not in covered:
                sheet.warn("down-payment-required", f"Item {line.item.id} needs a down payment.")


def least_down_payment(priced: Iterable[tuple[PricePoint, int]]) -> int:
    """The least that a down payment may be for so many units at these prices (002, minimumDownPaymentAmount).

    In minor units of the prices' currency.
    """
    return sum(
        parse_amount(point.minimum_down_payment_amount, point.currency) * quantity
        for point, quantity in priced
        if point.minimum_down_payment_amount is not None
    )


def _least(item_id: str | None, sheet: Worksheet) -> int:
    lines = [line for line in sheet.lines if item_id in (None, line.item.id)]
    return least_down_payment((row.point, row.quantity) for line in lines for row in line.rows)
