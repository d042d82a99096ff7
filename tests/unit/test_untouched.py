"""Carts that are proven untouched: pricing them again changes nothing, whatever changed in the catalog meanwhile."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from engine.untouched import Movements
from facts.snapshot import CatalogRows, Facts
from models.answers.outcome import Outcome
from models.cart.brief import CartBrief
from models.cart.cart import Cart
from pricing.benefits import Benefit
from pricing.conditions import Condition
from rules.rule import Rule
from support.catalogs import Case, cases
from support.moving_catalogs import BUDGETS, changes, headed, on_the_grid
from support.pricing import NOON, document, price_row, priced, promotion, rows, run

LATER = NOON + timedelta(days=3)


def repriced(cart: Cart, facts: Facts, at: datetime) -> Outcome:
    """What `reprice-cart` makes of a cart; raises `Refusal`."""
    outcome = run("reprice-cart", {}, cart, facts, at=at)
    assert isinstance(outcome, Outcome)
    return outcome


def proven(cart: Cart, facts: Facts, at: datetime = NOON) -> bool:
    return Movements(facts).proves(CartBrief.of(cart), at)


@settings(max_examples=80, deadline=None)
@given(st.data(), cases())
def test_what_is_proven_untouched_is_as_it_was_after_pricing(data: Any, case: Case) -> None:
    """Through several changes and times, each cart priced when the last of them said that something moved."""
    cart, facts, steps = data.draw(headed(case.cart)), case.facts, 0
    currency = cart.currency
    for _ in range(data.draw(st.integers(1, 4))):
        for change in data.draw(st.lists(changes(currency), max_size=2)):
            facts = facts.with_rows(change, facts.revision + 1)
        steps += data.draw(st.integers(0, 3))
        at, spent = on_the_grid(steps), frozenset(data.draw(st.lists(st.sampled_from(BUDGETS), max_size=2)))
        safe = proven(cart, facts, at)
        try:
            outcome = repriced(cart, replace(facts, exhausted=spent), at)
        except Refusal:
            assert not safe
            return
        if safe:
            assert outcome.cart is cart
            assert not outcome.changes and not outcome.price_changes
        cart = outcome.cart
