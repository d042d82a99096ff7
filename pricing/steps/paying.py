"""What is payable now: less the money that was there before; and in how many parts it may be paid."""

from dataclasses import replace
from zoneinfo import ZoneInfoNotFoundError

from cartwright.wire.zones import wall_clock
from models.cart.adjustments import used_amounts
from models.cart.payment import PaymentPlan
from models.catalog.configuration import InstallmentTerms
from models.money.allocation import allocate
from pricing.arithmetic.billing_cycles import Period
from pricing.arithmetic.gift_cards import after_gift_card
from pricing.sheet.worksheet import Worksheet


def apply_adjustments(sheet: Worksheet) -> None:
    """Use the cart's adjustments for what is due, net and tax alike; the price itself stays as it is."""
    adjustments, due = sheet.cart.adjustments, sheet.result.due_now
    if not adjustments:
        return
    used = sum(used_amounts(adjustments, due.gross, sheet.currency))
    left = after_gift_card(due.net, due.gross, used, sheet.policy.rounding)
    sheet.result.due_now = replace(due, adjustments=used, net=left.net)
    for each in adjustments:
        if each.currency != sheet.currency:
            sheet.warn("adjustment-currency", f"Adjustment {each.id} is in {each.currency} and is not used.")


def plan_installments(sheet: Worksheet) -> None:
    """Say in how many parts the payable amount may be paid, and split it into those that the header asks for (001)."""
    terms = sheet.facts.configuration.terms(sheet.currency)
    if terms is None:
        return
    payable, wanted = sheet.result.due_now.payable, sheet.cart.header.payment_parts
    plan = payment_plan(payable, terms)
    if wanted is not None and wanted > 1:
        due_dates = _due_dates(sheet, wanted, terms)
        if due_dates and plan.fewest_parts <= wanted <= plan.most_parts:
            plan = replace(plan, installments=tuple(allocate([1] * wanted, payable)), due_dates=due_dates)
        else:
            sheet.warn("installments-not-possible", f"The amount can't be paid in {wanted} parts.")
    sheet.result.payment = plan


def _due_dates(sheet: Worksheet, parts: int, terms: InstallmentTerms) -> tuple[str, ...]:
    """The day of every part where the policy's time zone is; none if one is beyond the calendar, or that zone is gone.

    What starts on the 31st falls due on the last day of a shorter month.
    """
    try:
        first = wall_clock(sheet.at, sheet.policy.time_zone).date()
        period = Period.parse(terms.period)
        return tuple(period.after(first, number, first.day).isoformat() for number in range(parts))
    except (ValueError, ZoneInfoNotFoundError):
        return ()


def payment_plan(payable: int, terms: InstallmentTerms) -> PaymentPlan:
    """The numbers of parts that keep every part within its bounds; an odd minor unit never breaks them."""
    smallest, largest = terms.bounds
    fewest = max(-(-payable // largest), 1)
    most = min(payable // smallest, terms.most_parts)
    return PaymentPlan(smallest, largest, fewest, most if most >= fewest else 0, terms.period)
