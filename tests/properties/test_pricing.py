"""Laws of a priced cart: parts sum to wholes, nothing is below zero, and what must not matter doesn't."""

import json
from dataclasses import replace
from itertools import chain, combinations
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from facts.promotion import Caps
from facts.snapshot import CatalogRows
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.cart.price import Price
from pricing.benefits import Benefit, kinds
from pricing.explaining import explain
from pricing.price import open_sheet, price, run_steps
from pricing.promotion import Promotion
from pricing.sheet.worksheet import Worksheet
from pricing.steps.bounding import least_of
from support.catalogs import LEVELS, Case, benefit_fields, cases, promotions
from support.pricing import NOON

UNHURRIED = settings(deadline=None, max_examples=60)
PAID_NOW = {"one-time", "recurring"}


def test_every_kind_of_benefit_is_tried() -> None:
    assert benefit_fields("EUR").keys() == set(kinds.models)
    comparing = {kind for kind, model in kinds.models.items() if model.compares_lines is not Benefit.compares_lines}
    assert comparing == {kind for kind, _ in COMPARING}


def prices_of(cart: Cart) -> list[Price]:
    return [each for item in cart.items for each in item.prices]


def figures(cart: Cart) -> str:
    """All amounts of a cart, whatever the order of its items."""
    items = sorted((item.id, repr(item.prices)) for item in cart.items)
    return json.dumps(
        [
            items,
            repr(cart.pricing.totals),
            repr(cart.pricing.due_now),
            repr(cart.pricing.promotions),
            repr(cart.pricing.vouchers),
        ]
    )


@UNHURRIED
@given(cases())
def test_net_and_tax_are_gross_on_every_row_and_nothing_is_below_zero(case: Case) -> None:
    cart = case.priced()
    for each in (*prices_of(cart), *cart.pricing.totals):
        assert each.net + sum(tax.amount for tax in each.taxes) == each.gross
        assert min(each.list_amount, each.net, each.gross, *(tax.amount for tax in each.taxes)) >= 0
    for each in prices_of(cart):
        assert each.list_amount + sum(alteration.amount for alteration in each.alterations) >= 0
    assert 0 <= cart.pricing.due_now.adjustments <= cart.pricing.due_now.gross
    assert cart.pricing.due_now.payable >= 0


@UNHURRIED
@given(cases())
def test_parts_sum_to_wholes_at_every_level(case: Case) -> None:
    cart = case.priced()
    for total in cart.pricing.totals:
        own = [each for each in prices_of(cart) if (each.type, each.period) == (total.type, total.period)]
        assert total.net == sum(each.net for each in own)
        assert total.gross == sum(each.gross for each in own)
        assert total.list_amount == sum(each.list_amount for each in own)
        assert total.discount == -sum(alteration.amount for each in own for alteration in each.alterations)
        for tax in total.taxes:
            assert tax.amount == sum(line.amount for each in own for line in each.taxes if line.id == tax.id)
    assert {(each.type, each.period) for each in prices_of(cart)} == {
        (each.type, each.period) for each in cart.pricing.totals
    }
    assert cart.pricing.due_now.gross == sum(total.gross for total in cart.pricing.totals if total.type in PAID_NOW)
    taken = {
        each.id: -sum(x.amount for own in prices_of(cart) for x in own.alterations if x.id == each.id)
        for each in cart.pricing.promotions
    }
    assert taken == {each.id: sum(discount.amount for discount in each.discounts) for each in cart.pricing.promotions}


@UNHURRIED
@given(cases())
def test_no_reduction_leads_below_a_minimum_price(case: Case) -> None:
    points = case.facts.table("prices")
    for item in case.priced().items:
        for each in item.prices if not item.is_gift else ():
            least, amount = points[each.id].least(item.quantity), each.list_amount
            for alteration in each.alterations:
                if alteration.source in {"promotion", "voucher"}:
                    assert amount + alteration.amount >= least
                amount += alteration.amount


@UNHURRIED
@given(cases())
def test_every_ledger_leads_to_its_amount(case: Case) -> None:
    cart, explanation = explain(case.cart, case.facts, NOON)
    prices = [(item.id, each.id, each.gross) for item in cart.items for each in item.prices]
    assert [(each.item_id, each.price_id, each.amount) for each in explanation.items] == prices
    assert [each.amount for each in explanation.totals] == [total.gross for total in cart.pricing.totals]
    assert explanation.due_now.amount == cart.pricing.due_now.payable
    for ledger in (*explanation.items, *explanation.totals, explanation.due_now):
        amount = 0
        for line in ledger.lines:
            assert line.before == amount
            amount = line.after


@UNHURRIED
@given(cases())
def test_every_promotion_of_the_catalog_applied_or_says_why_not(case: Case) -> None:
    cart, explanation = explain(case.cart, case.facts, NOON)
    reasons = {each.id: each.reason for each in explanation.promotions}
    assert reasons.keys() == case.facts.table("promotions").keys()
    parts = [part for own in prices_of(cart) for part in (own, *own.phases)]
    touched = {x.id for part in parts for x in part.alterations if x.source == "promotion"}
    given_away = {item.added_by.removeprefix("promotion:") for item in cart.items if item.is_gift and item.added_by}
    assert {name for name, reason in reasons.items() if reason is None} == touched | given_away


@UNHURRIED
@given(cases())
def test_explaining_changes_no_price_and_pricing_twice_changes_nothing(case: Case) -> None:
    cart = case.priced()
    assert explain(case.cart, case.facts, NOON)[0] == cart
    again = price(cart, case.facts, NOON)
    assert again == cart
    assert all(new.prices is old.prices for new, old in zip(again.items, cart.items, strict=True) if not old.is_gift)
    assert json.dumps(render_cart(again)) == json.dumps(render_cart(cart))


@settings(UNHURRIED, max_examples=250)
@given(cases(), st.randoms())
def test_the_order_of_items_changes_no_total(case: Case, random: Any) -> None:
    items = list(case.cart.items)
    random.shuffle(items)
    assert figures(replace(case, cart=replace(case.cart, items=tuple(items))).priced()) == figures(case.priced())


@st.composite
def further(draw: st.DrawFn, levels: tuple[str, ...] = LEVELS) -> tuple[Case, dict[str, Any]]:
    """A case, and a promotion more that adds no item; its id puts it before or behind the others of its priority."""
    case = draw(cases(levels))
    new = draw(promotions(case.cart.currency, levels, gifts=False))
    return case, {**new, "id": draw(st.sampled_from(["a-new-one", "z-new-one"]))}


@settings(UNHURRIED, max_examples=300)
@given(further())
def test_a_further_promotion_never_raises_what_is_payable(pair: tuple[Case, dict[str, Any]]) -> None:
    case, promotion = pair
    assert case.promoted(promotion).priced().pricing.due_now.payable <= case.priced().pricing.due_now.payable


@settings(UNHURRIED, max_examples=150)
@given(cases(("item",)))
def test_lines_that_are_looked_at_together_get_what_each_gets_alone(case: Case) -> None:
    with patch.object(Promotion, "by_price", False):
        one_by_one = explain(case.cart, case.facts, NOON)
    assert explain(case.cart, case.facts, NOON) == one_by_one


OF_ALL_LINES: dict[str, Any] = {"maxQuantity": st.integers(1, 12)}
COMPARING: list[tuple[str, st.SearchStrategy[dict[str, Any]]]] = [
    *((kind, st.just({})) for kind in ("buy-get", "fixed-price", "further-lines", "nth-cheapest", "nth-dearest")),
    ("percent", st.fixed_dictionaries(OF_ALL_LINES)),
    ("fixed", st.fixed_dictionaries({"per": st.just("unit"), **OF_ALL_LINES})),
]
"""Kinds of benefits of a cart that compare prices, and what some need to do so."""


@st.composite
def in_each_other_s_way(draw: st.DrawFn) -> Case:
    """A case of which a bound may be known: one promotion compares prices, and others may have reduced them."""
    case = draw(cases(tax_included=draw(st.sampled_from([True, True, False]))))
    comparing, of_units = draw(st.sampled_from(COMPARING))
    own = {"kind": comparing, **draw(benefit_fields(case.cart.currency)[comparing]), **draw(of_units)}
    last = Promotion.model_validate({"id": "last", "priority": -1, "benefits": [own]})
    assert last.comparing
    plain = {"exclusive": False, "caps": Caps(), "coupon": None}
    others = [each.model_copy(update=plain) for each in case.facts.table("promotions").values()]
    prices = [each.model_copy(update={"minimum_price": None}) for each in case.facts.table("prices").values()]
    rows = CatalogRows(promotions=(*others, last), prices=tuple(prices))
    facts = case.facts.with_rows(rows, case.facts.revision + 1)
    items = tuple(replace(item, terms=replace(item.terms, paid_period=None)) for item in case.cart.items)
    return Case(replace(case.cart, items=items, held_vouchers=(), chosen_promotions=()), facts)


@settings(UNHURRIED, max_examples=80, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(in_each_other_s_way())
def test_no_combination_of_promotions_costs_less_than_its_bound(case: Case) -> None:
    def sheet(without: frozenset[str]) -> Worksheet:
        return run_steps(open_sheet(case.cart, case.facts, NOON, without))

    filled = sheet(frozenset())
    assume(filled.obstacles)
    least = least_of(filled)
    assume(least is not None)
    ids = sorted(case.facts.table("promotions"))
    for left_out in chain.from_iterable(combinations(ids, many) for many in range(len(ids) + 1)):
        without = frozenset(left_out)
        totals = sheet(without).result.totals
        assert sum(total.gross for total in totals if total.type in PAID_NOW) >= least(without)


@settings(UNHURRIED, max_examples=200)
@given(in_each_other_s_way())
def test_what_is_not_tried_would_not_be_chosen(case: Case) -> None:
    with patch("pricing.price.least_of", return_value=None):
        everything_tried = figures(case.priced())
    assert figures(case.priced()) == everything_tried
