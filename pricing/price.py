"""Pricing: facts in, priced cart out; recomputed from zero on every change, in the order of the steps below."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from facts.snapshot import Facts
from models.cart.cart import Cart, without_gifts
from models.cart.pricing_result import PricingStamp
from models.changes.change import Change
from pricing.phases import join_phases
from pricing.prior.prior_prices import find_prior_prices
from pricing.sheet.policies import policy_of
from pricing.sheet.preferring import best_sheet
from pricing.sheet.priced_items import priced_items
from pricing.sheet.rows import Line
from pricing.sheet.stretches import FIRST, Calendar, Stretch
from pricing.sheet.worksheet import Worksheet
from pricing.steps.bounding import least_of
from pricing.steps.budgeting import exhausted_for, find_budgets
from pricing.steps.change_rules import apply_change_rules
from pricing.steps.choosing import choose_prices
from pricing.steps.credits import credit_unused_periods
from pricing.steps.currencies import find_other_currencies
from pricing.steps.down_payments import check_down_payments
from pricing.steps.list_prices import take_list_prices
from pricing.steps.overriding import apply_overrides
from pricing.steps.paying import apply_adjustments, plan_installments
from pricing.steps.plans import apply_discount_plans, apply_trials
from pricing.steps.promoting import promote, tell_promotions
from pricing.steps.proration import prorate_first_periods
from pricing.steps.redeeming import redeem_vouchers, tell_vouchers
from pricing.steps.settling import settle_one_time
from pricing.steps.taxing import add_taxes, find_taxes
from pricing.steps.totals import convert_due_now, find_due_now, round_for_cash, sum_totals

LIST_STEPS = (
    choose_prices,
    apply_change_rules,
    take_list_prices,
    settle_one_time,
    find_taxes,
    apply_overrides,
    apply_trials,
    apply_discount_plans,
)
"""What leads to the prices before all promotions, for a stretch of periods in which nothing begins or ends."""
REDUCTION_STEPS = (
    promote,
    prorate_first_periods,
    credit_unused_periods,
    redeem_vouchers,
    add_taxes,
    sum_totals,
    find_due_now,
)
"""What is run after them, again for every set of promotions that is tried."""
BILL_STEPS = (apply_adjustments, check_down_payments, round_for_cash)
"""What is run for the first stretch only: what is due now is of the first period."""
OUTCOME_STEPS = (
    find_other_currencies,
    convert_due_now,
    plan_installments,
    tell_promotions,
    tell_vouchers,
    find_budgets,
    find_prior_prices,
)
"""What is told of the best set of promotions, of all stretches together."""


def price(cart: Cart, facts: Facts, at: datetime, changes: Sequence[Change] = (), *, horizon: int = 1) -> Cart:
    """The cart with all prices, totals and warnings as these facts give them at this time; raises `Refusal`.

    A line that can't be priced keeps the amounts that it has. If one of the changes that led to the cart touches such a
    line, that is a refusal. For the horizon see `filled_sheet`.
    """
    return priced_cart(filled_sheet(cart, facts, at, changes, horizon=horizon))


def filled_sheet(
    cart: Cart,
    facts: Facts,
    at: datetime,
    changes: Sequence[Change] = (),
    *,
    explained: bool = False,
    horizon: int = 1,
) -> Worksheet:
    """The sheet of the first stretch of periods, with the phases that follow from those of the others.

    If it is to be explained, it notes more of what happens. Rises that come again and again are told up to the period
    of the horizon at least. Raises `Refusal`, and `HistoryWanted` for prior prices that earlier revisions tell.
    """

    def fill(stretch: Stretch, paid: Worksheet | None) -> Worksheet:
        listed: list[Worksheet] = []

        def opened() -> Worksheet:
            sheet = open_sheet(cart, facts, at, changes=changes)
            sheet.calendar, sheet.paid = Calendar(stretch, horizon), paid
            if explained and paid is None:
                sheet.spreads = []
            return sheet

        def of(without: frozenset[str]) -> Worksheet:
            if not without:
                return run_steps(opened())
            if not listed:
                listed.append(_run(LIST_STEPS, opened()))
            return reduce_prices(listed[0].copied(without))

        return best_sheet(of, least_of)

    sheets = [fill(FIRST, None)]
    _choose_anew_without_what_is_paid_once(sheets[0])
    while (following := sheets[-1].calendar.following()) is not None:
        sheets.append(fill(following, sheets[0]))
    if len(sheets) > 1:
        join_phases(sheets)
    for step in OUTCOME_STEPS:
        step(sheets[0])
    return sheets[0]


def _choose_anew_without_what_is_paid_once(first: Worksheet) -> None:
    """Where promotions are in conflict, those that save most on the first bill may not do so on later ones."""
    types = {kind for kind, _ in first.groups}
    if (first.obstacles or first.without) and "recurring" in types and len(types) > 1:
        first.calendar.turn_after(1)


def open_sheet(
    cart: Cart, facts: Facts, at: datetime, without: frozenset[str] = frozenset(), changes: Sequence[Change] = ()
) -> Worksheet:
    """An empty sheet: a line for every item but those that promotions added, which they will add again.

    Promotions with the ids of `without` are left out.
    """
    if cart.amendment is not None:
        facts = replace(facts, exhausted=exhausted_for(cart, facts))
    offerings = facts.offerings
    lines = [Line(item, offerings.get(item.offering_id or "")) for item in without_gifts(cart.items)]
    return Worksheet(cart, facts, at, policy_of(cart, facts), lines, without, changes)


def run_steps(sheet: Worksheet) -> Worksheet:
    """The sheet, filled in; raises `Refusal`."""
    return reduce_prices(_run(LIST_STEPS, sheet))


def reduce_prices(sheet: Worksheet) -> Worksheet:
    """A sheet with the prices before all promotions, filled in; raises `Refusal`."""
    return _run(REDUCTION_STEPS if sheet.paid is not None else (*REDUCTION_STEPS, *BILL_STEPS), sheet)


def _run(steps: Iterable[Callable[[Worksheet], None]], sheet: Worksheet) -> Worksheet:
    for step in steps:
        step(sheet)
    return sheet


def priced_cart(sheet: Worksheet) -> Cart:
    """The cart as a filled sheet has it; the sheet is done with its result, which is the cart's from now on."""
    result = sheet.result
    result.warnings = tuple(sheet.warnings)
    result.stamp = PricingStamp(sheet.policy.preset, sheet.facts.revision, sheet.at)
    return sheet.cart.priced(priced_items(sheet), result)
