"""Laws of phases: they cover all periods, parts sum to wholes in each, and none depends on how periods are cut."""

from dataclasses import replace
from itertools import pairwise
from operator import itemgetter
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.snapshot import CatalogRows
from models.cart.cart import Cart
from models.cart.price import Phase, Price
from models.cart.pricing_result import Total
from pricing.sheet.stretches import Calendar, Stretch
from properties.test_pricing import further
from support.catalogs import Case, cases
from support.pricing import NOON

LAWS = settings(deadline=None, max_examples=60)
FAR = 12
"""In the catalogs of these laws nothing ends, or begins, later."""
CUT = 8
"""Up to this period each is priced for itself where that is asked."""


def recurring(cart: Cart) -> list[Price | Total]:
    prices = [price for item in cart.items for price in item.prices]
    return [each for each in (*prices, *cart.pricing.totals) if each.type == "recurring"]


def in_period(part: Price | Total, period: int) -> Phase:
    return next(each for each in reversed(part.phases) if each.from_period <= period)


@st.composite
def billed_on_days(draw: st.DrawFn) -> tuple[Case, dict[str, Any]]:
    """A case of which some prices are billed on the cart's bill cycle day, and a promotion more."""
    case, promotion = draw(further())
    cut = []
    for point in case.facts.table("prices").values():
        if point.period in {"P1M", "P1Y"} and draw(st.booleans()):
            anchor = draw(st.sampled_from([None, 1, 6])) if point.period == "P1Y" else None
            cut.append(point.model_copy(update={"is_prorated": True, "anchor_month": anchor}))
    header = case.cart.header.model_copy(update={"bill_cycle_day": draw(st.sampled_from([1, NOON.day, 31]))})
    facts = case.facts.with_rows(CatalogRows(prices=tuple(cut)), case.facts.revision + 1)
    return Case(replace(case.cart, header=header), facts), promotion


ANY = cases() | billed_on_days().map(itemgetter(0))
FURTHER = further() | billed_on_days()


@LAWS
@given(ANY)
def test_phases_follow_each_other_and_cover_all_periods(case: Case) -> None:
    for part in recurring(case.priced()):
        first, *_, last = part.phases[0], *part.phases
        assert (first.list_amount, first.net, first.taxes, first.gross) == (
            part.list_amount,
            part.net,
            part.taxes,
            part.gross,
        )
        assert (first.from_period, last.periods) == (1, None)
        for phase, following in pairwise(part.phases):
            assert phase.from_period + (phase.periods or 0) == following.from_period > phase.from_period
        assert last.from_period <= FAR


@LAWS
@given(ANY)
def test_in_every_phase_net_and_tax_are_gross_and_nothing_is_below_zero(case: Case) -> None:
    for part in recurring(case.priced()):
        for phase in part.phases:
            taxes = [tax.amount for tax in phase.taxes]
            assert phase.net + sum(taxes) == phase.gross
            assert min(phase.list_amount, phase.net, phase.gross, *taxes) >= 0
            assert phase.list_amount + sum(each.amount for each in phase.alterations) >= 0


@LAWS
@given(ANY)
def test_in_every_period_the_prices_sum_to_the_total(case: Case) -> None:
    cart = case.priced()
    prices = [price for item in cart.items for price in item.prices if price.type == "recurring"]
    for total in cart.pricing.totals:
        if total.type == "recurring":
            for period in range(1, FAR + 1):
                parts = [in_period(price, period) for price in prices if price.period == total.period]
                whole = in_period(total, period)
                assert (whole.gross, whole.net) == (sum(each.gross for each in parts), sum(each.net for each in parts))


def without_choice(case: Case) -> Case | None:
    """The same without promotions that exclude others; None if some of its promotions compare lines.

    Among promotions that stand in each other's way the choice is made stretch by stretch (decision 30). Of sets that
    are worth the same any may be chosen, and what that uses up is missing later.
    """
    promotions = case.facts.table("promotions").values()
    if any(each.comparing for each in promotions):
        return None
    alone = tuple(each.model_copy(update={"exclusive": False}) for each in promotions)
    return Case(case.cart, case.facts.with_rows(CatalogRows(promotions=alone), case.facts.revision + 1))


@settings(LAWS, max_examples=40)
@given(ANY)
def test_period_by_period_is_what_stretch_by_stretch_is(drawn: Case) -> None:
    """Each period priced for itself costs what the phases say."""
    case = without_choice(drawn)
    if case is None:
        return

    def one_by_one(self: Calendar) -> Stretch | None:
        if self.first < CUT:
            self.turn_at(self.first + 1)
        return following(self)

    following = Calendar.following
    expected = case.priced()
    with patch.object(Calendar, "following", one_by_one):
        cart = case.priced()
    for period in range(1, FAR + 1):
        assert asked_in(cart, period) == asked_in(expected, period), f"period {period}"


@settings(LAWS, max_examples=100)
@given(FURTHER)
def test_a_further_promotion_raises_no_period(pair: tuple[Case, dict[str, Any]]) -> None:
    drawn, promotion = pair
    case, more = without_choice(drawn), without_choice(drawn.promoted(promotion))
    if case is None or more is None:
        return
    before, after = case.priced(), more.priced()
    for period in range(1, FAR + 1):
        assert asked_in(after, period) <= asked_in(before, period), f"period {period}"


def asked_in(cart: Cart, period: int) -> int:
    """What a period comes to, in minor units; what is paid once is paid in the first."""
    once = sum(each.gross for each in cart.pricing.totals if each.type == "one-time") if period == 1 else 0
    return once + sum(in_period(each, period).gross for each in cart.pricing.totals if each.type == "recurring")
