"""What is payable now: less the money that was there before; and in how many parts it may be paid."""

from dataclasses import replace

from cartwright.models.adjustments import DOWN_PAYMENT, used_amounts
from cartwright.models.allocation import allocate
from cartwright.models.cart import Cart
from cartwright.models.configuration import InstallmentTerms
from cartwright.models.money import parse_amount
from cartwright.models.payment import PaymentPlan
from cartwright.pricing.facts import Facts
from cartwright.pricing.worksheet import Worksheet


def apply_adjustments(sheet: Worksheet) -> None:
    """Use the cart's adjustments for what is due; the price itself stays as it is."""
    adjustments, due = sheet.cart.adjustments, sheet.due_now
    if not adjustments:
        return
    sheet.due_now = replace(due, adjustments=sum(used_amounts(adjustments, due.gross, sheet.cart.currency)))
    for each in adjustments:
        if each.currency != sheet.cart.currency:
            sheet.warn("adjustment-currency", f"Adjustment {each.id} is in {each.currency} and is not used.")
        elif each.kind == DOWN_PAYMENT and each.amount < minimum_down_payment(sheet.cart, sheet.facts, each.item_id):
            sheet.warn("down-payment-too-small", f"Down payment {each.id} is below what these items need by now.")


def minimum_down_payment(cart: Cart, facts: Facts, item_id: str | None) -> int:
    """The least that a down payment for an item, or for all of them, may be; in minor units of the cart's currency.

    It follows the prices that the items have (002, minimumDownPaymentAmount).
    """
    points = facts.table("prices")
    least = 0
    for item in cart.items:
        if item_id in (None, item.id):
            for price in item.prices:
                stated = getattr(points.get(price.id), "minimum_down_payment", None)
                if stated is not None:
                    least += parse_amount(stated, cart.currency) * item.quantity
    return least


def plan_installments(sheet: Worksheet) -> None:
    """Say in how many parts the payable amount may be paid, and split it into those that the header asks for (001)."""
    terms = sheet.facts.configuration.terms(sheet.cart.currency)
    if terms is None:
        return
    payable, wanted = sheet.due_now.payable, sheet.cart.header.payment_parts
    plan = payment_plan(payable, terms)
    if wanted is not None and wanted > 1:
        if plan.fewest_parts <= wanted <= plan.most_parts:
            plan = replace(plan, installments=tuple(allocate([1] * wanted, payable)))
        else:
            sheet.warn("installments-not-possible", f"The amount can't be paid in {wanted} parts.")
    sheet.payment = plan


def payment_plan(payable: int, terms: InstallmentTerms) -> PaymentPlan:
    """The numbers of parts that keep every part within its bounds; an odd minor unit never breaks them."""
    smallest, largest = terms.bounds
    fewest = max(-(-payable // largest), 1)
    most = min(payable // smallest, terms.most_parts)
    return PaymentPlan(smallest, largest, fewest, max(most, 0), terms.period)
