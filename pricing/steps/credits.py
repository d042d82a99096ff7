"""Credits: the unused rest of a period that was paid for something else comes off what takes its place."""

from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from cartwright.wire.lines import PaidPeriod
from cartwright.wire.money import format_amount
from cartwright.wire.policy import PricingPolicy, Rounding
from facts.price_index import DUE_NOW
from models.cart.sources import CREDIT, PRORATION
from models.money.rates import portion
from models.money.rounding import divide
from pricing.arithmetic.billing_cycles import prorate
from pricing.arithmetic.tax import tax_lines
from pricing.arithmetic.time_left import units_left
from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Worksheet


class Credit(NamedTuple):
    """A credit with tax and without, in minor units."""

    gross: int
    net: int

    def less(self, part: int, whole: int, rounding: Rounding) -> "Credit":
        """What is left if `part` of `whole`, one of the two, is used: the same share of both is."""
        return Credit(*(each - divide(each * part, whole, rounding) for each in self))


def credit_unused_periods(sheet: Worksheet) -> None:
    """Take a line's credit off its prices, once and never below zero; a warning says what is not used."""
    if sheet.calendar.first > 1:
        return
    for line in sheet.lines:
        paid = line.item.terms.paid_period
        if paid is not None:
            if paid.currency != sheet.currency:
                sheet.warn(
                    "credit-currency", f"What was paid for item {line.item.id} is in {paid.currency}: no credit."
                )
                continue
            credit = credit_of(paid, sheet.at, sheet.policy)
            left = _credit(line, credit, sheet)
            if left:
                amount = f"{format_amount(left, paid.currency)} {paid.currency}"
                sheet.warn("credit-left", f"{amount} of the credit for item {line.item.id} are more than it costs.")


def _credit(line: Line, credit: Credit, sheet: Worksheet) -> int:
    """Take it off the line's prices in listing order; returns what is left of it, with tax.

    What comes off a price that tax is added to is the part without tax. Where a price contains tax that is not owed,
    it is what leaves as much less to pay.
    """
    rounding = sheet.policy.rounding
    for row in line.rows:
        left = credit.net if row.taxation.taxes and not row.tax_included else credit.gross
        costs = _costs(row, sheet.policy)
        part = min(left, costs) if row.type in DUE_NOW else 0
        if part:
            periods = 1 if row.type == "recurring" else None
            stated = portion(row.amount, Fraction(part, costs), rounding)
            row.alter(CREDIT, line.item.id, -stated, periods, type=PRORATION)
            if periods is not None:
                sheet.calendar.turn_after(periods)
            credit = credit.less(part, left, rounding)
    return credit.gross


def _costs(row: Row, policy: PricingPolicy) -> int:
    """What a price costs as it is stated; less the taxes that it contains and that are not owed."""
    if not (row.tax_included and any(row.taxation.exempt)):
        return row.amount
    return tax_lines([row], inclusive=True, policy=policy)[0].gross


def credit_of(paid: PaidPeriod, at: datetime, policy: PricingPolicy) -> Credit:
    """What the days or seconds from `at` to the period's end cost: from all of it to none.

    The day, or the second, of `at` counts as unused. Days are those of the policy's time zone.
    """
    left, whole = units_left(paid.start_date_time, paid.end_date_time, at, policy.proration, policy.time_zone)
    return Credit(*(prorate(minor, left, whole, policy.rounding) for minor in (paid.minor, paid.net_minor)))
