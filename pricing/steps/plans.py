"""What a line's own terms take off its recurring prices: a trial, a discount plan (001, ProductInput)."""

from models.cart.sources import PLAN, TRIAL
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import percent_off
from pricing.sheet.rows import Line, Row
from pricing.sheet.stretches import Source
from pricing.sheet.worksheet import Worksheet


def apply_trials(sheet: Worksheet) -> None:
    """A line on trial costs nothing in its recurring prices, until the trial is over."""
    for line in sheet.lines:
        if line.item.terms.trial:
            for row in _recurring(line):
                row.alter(TRIAL, line.item.id, -row.amount, type="percent")


def apply_discount_plans(sheet: Worksheet) -> None:
    """A line's plan takes its percentage off the periods that are left: `discountPlanStep` of them are over."""
    for line in sheet.lines:
        terms = line.item.terms
        plan = terms.discount_plan
        if plan is not None and plan.percent is not None:
            source: Source = (PLAN, line.item.id)
            whole = None if plan.periods is None else plan.periods - (terms.discount_plan_step or 0)
            left = None if whole is None else sheet.calendar.left(source, whole)
            if left is None or left > 0:
                rows = _recurring(line)
                for row in rows:
                    discount = percent_off(row.amount, parse_percent(plan.percent), sheet.policy)
                    row.alter(PLAN, plan.id or line.item.id, -discount, left, type="percent")
                if left is not None and rows:
                    sheet.calendar.turn_after(left)
                elif left is not None:
                    sheet.calendar.wait(source)


def _recurring(line: Line) -> list[Row]:
    return [row for row in line.rows if row.type == "recurring" and row.amount]
