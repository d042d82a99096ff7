"""Laws of causes: where one fact differs, no other one is named, whatever is in the cart."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cartwright.wire.money import format_amount
from cartwright.wire.refusals import Refusal
from facts.snapshot import CatalogRows, Facts
from support.catalogs import MOST, NAMES, Case, cases, promotions
from support.pricing import NOON, run

LAWS = settings(deadline=None, max_examples=100, derandomize=True)
"""Always the same carts, for the laws are not proven: they held for a thousand others each, and say little more."""
TURNS = {"promotion-started", "promotion-ended"}
"""What may always come of something else: a condition holds by now, or no longer; or others are cheaper together."""
GIFTS = {"item-added", "item-removed", "quantity-changed"}
"""What a promotion does when it brings items."""


def named(case: Case, kind: str, data: dict[str, Any], facts: Facts, days: int = 0) -> set[str]:
    """The causes of all that a command moves in the priced cart."""
    try:
        outcome = run(kind, data, case.priced(), facts, at=NOON + timedelta(days=days))
    except Refusal:
        return set()
    return {each for move in outcome.price_changes for each in move["because"]}


@LAWS
@given(cases(), st.sampled_from(NAMES), st.integers(0, MOST))
def test_another_list_price_is_named_and_nothing_that_follows_from_it(case: Case, name: str, minor: int) -> None:
    row = case.facts.table("prices")[f"{name}-0"]
    amount = format_amount(minor, case.cart.currency)
    facts = case.facts.with_rows(CatalogRows.of({"prices": [{**row.wire(), "amount": amount}]}), 2)
    assert named(case, "reprice-cart", {}, facts) <= {"list-price-changed", *TURNS, *GIFTS}


@LAWS
@given(cases())
def test_another_policy_is_named_and_no_row_that_is_as_it_was(case: Case) -> None:
    choice = case.cart.header.pricing_policy
    assert choice is not None
    plain = Case(replace(case.cart, header=case.cart.header.model_copy(update={"pricing_policy": None})), case.facts)
    facts = case.facts.with_rows(CatalogRows.of({"configuration": [{"pricingPolicy": choice.wire()}]}), 2)
    assert named(plain, "reprice-cart", {}, facts) <= {"policy-changed", *TURNS, *GIFTS}


@LAWS
@given(cases(), st.data())
def test_another_promotion_is_named_and_no_other_fact(case: Case, data: st.DataObject) -> None:
    known = list(case.facts.table("promotions"))
    assume(known)
    row = {**data.draw(promotions(case.cart.currency)), "id": known[0]}
    facts = case.facts.with_rows(CatalogRows.of({"promotions": [row]}), 2)
    assert named(case, "reprice-cart", {}, facts) <= {"promotion-changed", *TURNS, *GIFTS}


@LAWS
@given(cases(), st.integers(1, 12))
def test_what_a_command_does_to_a_line_is_all_that_is_named(case: Case, quantity: int) -> None:
    item = case.cart.items[0].id
    removed = named(case, "remove-items", {"itemIds": [item]}, case.facts)
    assert removed <= {"item-removed", *TURNS, *GIFTS}
    more = named(case, "update-products", {"products": [{"id": item, "quantity": quantity}]}, case.facts)
    assert more <= {"quantity-changed", "rule-applied", *TURNS, *GIFTS}


@LAWS
@given(cases(), st.integers(1, 40))
def test_time_alone_is_named_where_only_time_passes(case: Case, days: int) -> None:
    assert named(case, "reprice-cart", {}, case.facts, days) <= {"period-began", *TURNS, *GIFTS}


@LAWS
@given(cases())
def test_another_voucher_is_named_and_no_other_fact(case: Case) -> None:
    held = [case.facts.vouchers[code].wire() for code in case.cart.held_vouchers]
    assume(held)
    [field] = [name for name in ("reductionPercent", "reductionAmount") if held[0].get(name)]
    facts = case.facts.with_rows(CatalogRows.of({"vouchers": [{**held[0], field: "77"}]}), 2)
    assert named(case, "reprice-cart", {}, facts) <= {"voucher-changed", *TURNS, *GIFTS}
