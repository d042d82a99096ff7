"""Laws of vouchers, overrides and money that was there before: ledgers lead to what is payable, nothing below zero."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cartwright.wire.cart_view import CartView
from cartwright.wire.header import TimePeriod
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from facts.snapshot import CatalogRows, Facts
from handlers.queries.simulate_price import InlineFacts
from models.answers.rendering import render_cart
from models.cart.adjustments import Adjustment, used_amounts
from models.cart.budgets import Budget
from models.cart.cart import Cart
from models.cart.overrides import PriceOverride
from models.catalog.configuration import InstallmentTerms
from models.catalog.voucher import Voucher
from pricing.explaining import explain
from pricing.price import price
from pricing.steps.budgeting import limit_of, watched_budgets
from pricing.steps.paying import payment_plan
from support.pricing import NOON, document, price_row, priced, promotion, reductions

NAMES = ["a", "b", "c"]
CENTS = st.integers(0, 99_999)
AMOUNTS = CENTS.map(lambda cents: f"{cents // 100}.{cents % 100:02}")
MONEY = st.integers(1, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
REDUCTIONS = st.one_of(
    st.integers(0, 100).map(lambda percent: {"reductionPercent": str(percent)}),
    MONEY.map(lambda amount: {"reductionAmount": amount, "currency": "EUR"}),
)
OVERRIDES = st.one_of(
    st.integers(-50, 150).map(lambda percent: {"kind": "percent", "value": str(percent)}),
    MONEY.map(lambda amount: {"kind": "flat", "value": amount, "currency": "EUR"}),
    MONEY.map(lambda amount: {"kind": "new-price", "value": amount, "currency": "EUR"}),
)
ADJUSTMENTS = st.builds(Adjustment, st.just("a"), st.just("wallet"), CENTS, st.sampled_from(["EUR", "JPY"]))


def facts_of(given: dict[str, Any], vouchers: list[dict[str, Any]]) -> Facts:
    rows = InlineFacts.model_validate({**given["facts"], "vouchers": vouchers}).rows()
    return Facts().with_rows(rows, 1)


def overridden(cart: Cart, override: dict[str, Any]) -> Cart:
    told = {"id": "o", "priceType": "one-time", "reason": "r", "role": "x", "at": NOON, **override}
    first = cart.items[0]
    return replace(cart, items=(replace(first, overrides=(read_stored(PriceOverride, told),)), *cart.items[1:]))


@settings(deadline=None)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=3),
    st.booleans(),
    st.lists(REDUCTIONS, max_size=3),
    st.one_of(st.none(), OVERRIDES),
    st.lists(ADJUSTMENTS, max_size=3),
)
def test_the_ledgers_lead_to_what_is_payable(
    amounts: list[str],
    included: bool,
    reductions: list[dict[str, Any]],
    override: dict[str, Any] | None,
    adjustments: list[Adjustment],
) -> None:
    rows = [price_row(name, amount, taxIncluded=included) for name, amount in zip(NAMES, amounts, strict=False)]
    rows.append(price_row("a", "9.99", id="monthly", period="P1M", taxIncluded=included))
    given = document(dict.fromkeys(NAMES[: len(amounts)], 3), rows)
    vouchers = [{"code": f"V{place}", **each} for place, each in enumerate(reductions)]
    held = tuple(each["code"] for each in vouchers)
    cart = replace(priced(given), held_vouchers=held, adjustments=tuple(adjustments))
    cart = overridden(cart, override) if override else cart
    facts = facts_of(given, vouchers)
    cart, why = explain(cart, facts, NOON)
    assert cart == price(cart, facts, NOON)
    by_total = {(total.type, total.period): total.gross for total in cart.pricing.totals}
    assert {(each.type, each.period): each.amount for each in why.totals} == by_total
    assert why.due_now.amount == cart.pricing.due_now.payable >= 0
    assert 0 <= cart.pricing.due_now.adjustments <= cart.pricing.due_now.gross
    for item in cart.items:
        for each in item.prices:
            assert each.gross >= 0
            assert each.list_amount + sum(one.amount for one in each.alterations) in {each.net, each.gross}


def test_vouchers_come_after_promotions_and_after_each_other() -> None:
    given = document({"a": 1}, [price_row("a", "100.00")], promotion("ten", {"kind": "percent", "value": "10"}))
    vouchers = [{"code": "HALF", "reductionPercent": "50"}, {"code": "FIVE", "reductionAmount": "5", "currency": "EUR"}]
    cart = replace(priced(given), held_vouchers=("HALF", "FIVE"))
    cart = price(cart, facts_of(given, vouchers), NOON)
    assert [each.amount for each in cart.items[0].prices[0].alterations] == [-1000, -4500, -500]
    assert reductions(cart) == {"a": 6000}


@pytest.mark.parametrize(
    ("fields", "reason", "held"),
    [
        ({}, None, True),
        ({"validFor": {"endDateTime": "2026-01-01T00:00:00Z"}}, "expired", False),
        ({"validFor": {"startDateTime": "2027-01-01T00:00:00Z"}}, "not-started", False),
        ({"reductionPercent": None, "reductionAmount": "5", "currency": "JPY"}, "other-currency", True),
        ({"uses": None}, None, False),
    ],
)
def test_reasons_and_budgets(fields: dict[str, Any], reason: str | None, held: bool) -> None:
    given = document({"a": 1}, [price_row("a", "10.00")])
    cart = replace(priced(given), held_vouchers=("V", "GONE"))
    facts = facts_of(given, [{"code": "V", "reductionPercent": "10", **fields}])
    cart = price(cart, facts, NOON)
    assert [each.reason for each in cart.pricing.vouchers] == [reason, "unknown"]
    assert cart.pricing.budgets == ((Budget("voucher", "V"),) if held else ())


def test_a_client_reads_what_became_of_a_voucher() -> None:
    shop = document({"a": 1}, [price_row("a", "10.00")])
    cart = replace(priced(shop), held_vouchers=("V", "GONE"))
    cart = price(cart, facts_of(shop, [{"code": "V", "name": "Welcome", "reductionPercent": "10"}]), NOON)
    applied, gone = CartView.model_validate_json(json.dumps(render_cart(cart))).vouchers
    assert (applied.name, applied.applied, applied.discounts[0].amount) == ("Welcome", True, Decimal("1.00"))
    assert (gone.code, gone.applied, gone.reason) == ("GONE", False, "unknown")


def test_an_expired_cart_holds_nothing() -> None:
    given = document({"a": 1}, [price_row("a", "10.00")])
    facts = facts_of(given, [{"code": "V", "reductionPercent": "10"}])
    active = price(replace(priced(given), held_vouchers=("V",)), facts, NOON)
    expired = replace(active, status=CartStatus.EXPIRED)
    assert (active.budgets, expired.budgets) == ((Budget("voucher", "V"),), ())
    assert price(expired, facts, NOON) == expired


def test_what_is_used_up_takes_nothing_off() -> None:
    given = document({"a": 1}, [price_row("a", "10.00")])
    facts = facts_of(given, [{"code": "V", "reductionPercent": "10"}])
    cart = replace(priced(given), held_vouchers=("V",))
    cart = price(cart, replace(facts, exhausted=frozenset({Budget("voucher", "V")})), NOON)
    assert (cart.pricing.vouchers[0].reason, cart.pricing.due_now.payable, cart.pricing.budgets) == (
        "exhausted",
        1000,
        (),
    )


def test_which_budgets_matter() -> None:
    capped = promotion("p", {"kind": "percent", "value": "10"}, caps={"perCustomer": 2, "total": 9})
    given = document({"a": 1}, [price_row("a", "10.00")], capped, promotion("free", {"kind": "percent", "value": "1"}))
    facts = facts_of(given, [{"code": "V", "reductionPercent": "10", "uses": 3}])
    watched = watched_budgets(facts, ["V", "NONE"], ["u-1"])
    assert watched == {Budget("voucher", "V"): 3, Budget("promotion", "p"): 9, Budget("promotion", "p", "u-1"): 2}
    assert limit_of(Budget("promotion", "free"), facts) is None
    assert watched_budgets(Facts(), [], ["u-1"]) == {}


@given(st.lists(ADJUSTMENTS, max_size=5), st.integers(-100, 200_000))
def test_money_is_used_up_to_what_is_due(adjustments: list[Adjustment], due: int) -> None:
    used = used_amounts(adjustments, due, "EUR")
    available = sum(each.amount for each in adjustments if each.currency == "EUR")
    assert sum(used) == min(available, max(due, 0))
    assert all(0 <= part <= each.amount for part, each in zip(used, adjustments, strict=True))


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 10**5), st.integers(0, 10**5), st.integers(2, 120))
def test_every_possible_number_of_parts_keeps_the_bounds(payable: int, least: int, more: int, most: int) -> None:
    smallest, largest = (f"{cents // 100}.{cents % 100:02}" for cents in (least, least + more))
    fields = {"currency": "EUR", "smallestPart": smallest, "largestPart": largest, "mostParts": most}
    plan = payment_plan(payable, InstallmentTerms.model_validate(fields))
    for parts in range(max(plan.fewest_parts, 2), plan.most_parts + 1):
        assert least <= payable // parts
        assert -(-payable // parts) <= least + more
    assert plan.most_parts <= most


def test_a_voucher_reads_back_as_it_was_written() -> None:
    voucher = Voucher.model_validate({"code": "V", "reductionPercent": "50", "validFor": {}})
    rows = CatalogRows(vouchers=(voucher,))
    assert CatalogRows.of({"vouchers": [voucher.wire()]}) == rows
    assert (voucher.id, voucher.amount, voucher.valid_for) == ("V", 0, TimePeriod())


def test_further_payments_of_what_is_paid_once_are_refused() -> None:
    once = {"code": "V", "reductionPercent": "50", "target": {"priceTypes": ["one-time"]}}
    assert Voucher.model_validate(once)
    with pytest.raises(ValidationError) as refused:
        Voucher.model_validate({**once, "everyRecurringPayment": True})
    assert [each["type"] for each in refused.value.errors()] == ["without-effect"]


def test_a_target_that_leaves_nothing_is_refused() -> None:
    target = {"categories": ["x"], "excludeCategories": ["x", "y"]}
    with pytest.raises(ValidationError) as refused:
        Voucher.model_validate({"code": "V", "reductionPercent": "50", "target": target})
    assert [(each["loc"], each["type"]) for each in refused.value.errors()] == [(("target",), "without-effect")]


@pytest.mark.parametrize("types", [["usage"], ["usage", "allowance"]])
def test_a_voucher_for_what_no_voucher_reduces_is_refused(types: list[str]) -> None:
    voucher = {"code": "V", "reductionPercent": "50", "target": {"priceTypes": types}}
    with pytest.raises(ValidationError) as refused:
        Voucher.model_validate(voucher)
    assert [each["type"] for each in refused.value.errors()] == ["without-effect"]
    assert Voucher.model_validate({**voucher, "target": {"priceTypes": [*types, "one-time"]}})
    assert Voucher.model_validate({**voucher, "target": {"priceTypes": []}})
