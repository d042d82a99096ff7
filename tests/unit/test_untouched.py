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
from pricing.promotions.scope import Offer, Scope
from rules.rule import Rule
from support.catalogs import Case, cases
from support.moving_catalogs import BUDGETS, changes, headed, on_the_grid
from support.pricing import NOON, document, price_row, promotion, rows, run

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
    for _ in range(data.draw(st.integers(2, 5))):
        for change in data.draw(st.lists(changes(currency), max_size=1)):
            facts = facts.with_rows(change, facts.revision + 1)
        steps += data.draw(st.sampled_from([0, 0, 1, 4]))
        at, spent = on_the_grid(steps), frozenset(data.draw(st.lists(st.sampled_from(BUDGETS), max_size=2)))
        safe = proven(cart, facts, at)
        try:
            outcome = repriced(cart, replace(facts, exhausted=spent), at)
        except Refusal:
            assert not safe
            return
        if safe:
            assert outcome.cart is cart
            assert not outcome.changes
            assert not outcome.price_changes
        cart = outcome.cart


def shop(*changed: str) -> Facts:
    """Fifty offerings at revision 1; those that are named have another price since revision 2."""
    names = [f"o-{number}" for number in range(50)]
    first = document({}, [price_row(name, "10.00") for name in names])
    facts = Facts().with_rows(rows(first), 1)
    new = [price_row(name, "11.00") for name in changed]
    return facts.with_rows(CatalogRows.of({"prices": new}), 2) if new else facts


def cart_of(facts: Facts, *offerings: str, **header: Any) -> Cart:
    """A cart with a line for each of these offerings, priced at noon."""
    names = offerings or ("hat",)
    items = [{"id": name, "offeringId": name, "quantity": 2} for name in names]
    outcome = run(
        "create-cart", {"country": "FR", "currency": "EUR", "items": items, **header}, None, facts, cartId="c-1"
    )
    assert isinstance(outcome, Outcome)
    return outcome.cart


def test_of_many_carts_those_without_a_changed_price_are_proven() -> None:
    """A tenth of the offerings change; a cart of five lines each is proven just if it has none of them."""
    before, changed = shop(), {f"o-{number}" for number in range(0, 50, 10)}
    after = Movements(shop(*changed))
    lines = [[f"o-{(start + line * 7) % 50}" for line in range(5)] for start in range(50)]
    verdicts = [after.proves(CartBrief.of(cart_of(before, *names)), LATER) for names in lines]
    assert verdicts == [changed.isdisjoint(names) for names in lines]
    assert 20 < sum(verdicts) < 40


HAT = document({"hat": 1}, [price_row("hat", "10.00"), price_row("cap", "5.00")])
TEN = {"kind": "percent", "value": "10"}
WINTER = {"kind": "category", "categories": ["winter"]}
HAPPY_HOUR = {"kind": "time-window", "start": "18:00", "end": "20:00"}
TOMORROW = {"startDateTime": format_time(NOON + timedelta(days=1))}
SOON = {"kind": "date-window", "period": TOMORROW}
FREE_CAP = {"kind": "free-item", "offeringId": "cap"}
TAX = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}
RULE = {"kind": "add-item", "id": "r-1", "when": {"offeringIds": ["mug"]}, "offeringId": "cap"}
OTHER_ROWS: dict[str, tuple[dict[str, list[dict[str, Any]]], bool]] = {
    "another price": ({"prices": [price_row("cap", "6.00")]}, True),
    "a second price of the offering": ({"prices": [price_row("hat", "6.00", id="pp-2", type="usage")]}, False),
    "a price that moved away": ({"prices": [{**price_row("cap", "6.00"), "id": "pp-hat"}]}, False),
    "a price that will start": ({"prices": [price_row("hat", "9.00", validFor=TOMORROW)]}, False),
    "the offering": ({"offerings": [{"id": "hat", "name": "Hat"}]}, False),
    "another offering": ({"offerings": [{"id": "cap", "name": "Cap"}]}, True),
    "the country's tax": ({"taxes": [{**TAX, "rate": "21"}]}, False),
    "another country's tax": ({"taxes": [{**TAX, "id": "de", "country": "DE"}]}, True),
    "a tax that moved to another country": ({"taxes": [{**TAX, "country": "DE"}]}, False),
    "a promotion of all": ({"promotions": [promotion("p", TEN)]}, False),
    "a promotion on demand": ({"promotions": [promotion("p", TEN, coupon="spring")]}, True),
    "a paused promotion": ({"promotions": [promotion("p", TEN, lifecycle="paused")]}, True),
    "a promotion of a category that it has not": ({"promotions": [promotion("p", TEN, WINTER)]}, True),
    "a rate": ({"rates": [{"id": "r", "from": "EUR", "to": "USD", "rate": "1.1"}]}, True),
    "a voucher that it does not hold": ({"vouchers": [{"code": "v", "reductionPercent": "1"}]}, True),
    "the policy": ({"configuration": [{"pricingPolicy": {"preset": "sylius"}}]}, False),
    "a rule that adds items": ({"rules": [RULE]}, False),
    "a rule that only finds fault": ({"rules": [{"kind": "owned-once", "id": "r-1", "items": {}}]}, True),
}


@pytest.mark.parametrize(("changed", "untouched"), OTHER_ROWS.values(), ids=OTHER_ROWS)
def test_a_change_touches_the_carts_that_it_may_concern(changed: Any, untouched: bool) -> None:
    """Each change comes after the cart was priced; a snapshot that was stored in between knows the same."""
    before = Facts().with_rows(rows(HAT), 1)
    after = before.with_rows(CatalogRows.of(changed), 2)
    cart = cart_of(before)
    assert proven(cart, after) is untouched
    assert proven(cart, Facts.restored(after.rows(), after.since, after.left, 2)) is untouched
    assert proven(cart, before)


def test_what_a_promotion_ceases_to_reach_is_touched() -> None:
    """It was for all carts; now it is for those with winter clothes, or for nobody."""
    facts = Facts().with_rows(rows({**HAT, "facts": {**HAT["facts"], "promotions": [promotion("p", TEN)]}}), 1)
    cart = cart_of(facts)
    for narrower in (
        promotion("p", TEN, WINTER),
        promotion("p", TEN, coupon="x"),
        promotion("p", TEN, lifecycle="paused"),
    ):
        assert not proven(cart, facts.with_rows(CatalogRows.of({"promotions": [narrower]}), 2))


@pytest.mark.parametrize(
    ("condition", "fields", "now", "later"),
    [
        (HAPPY_HOUR, {}, False, False),
        ({"kind": "not", "condition": HAPPY_HOUR}, {}, False, False),
        ({"kind": "all", "conditions": [HAPPY_HOUR, WINTER]}, {}, True, True),
        ({"kind": "any", "conditions": [HAPPY_HOUR, WINTER]}, {}, False, False),
        (SOON, {}, True, False),
        ({"kind": "not", "condition": SOON}, {}, True, False),
        ({"kind": "first-order"}, {}, True, True),
        ({"kind": "first-order"}, {"validFor": TOMORROW}, True, False),
        ({"kind": "first-order"}, {"caps": {"total": 3}}, False, False),
        ({"kind": "first-order"}, {"benefits": [FREE_CAP]}, True, True),
    ],
)
def test_promotions_turn_at_times_that_they_know_or_at_any_time(
    condition: Any, fields: Any, now: bool, later: bool
) -> None:
    """At the time of pricing, and three days later, with nothing else changed."""
    facts = (
        Facts()
        .with_rows(rows(HAT), 1)
        .with_rows(CatalogRows.of({"promotions": [promotion("p", TEN, condition, **fields)]}), 2)
    )
    cart = cart_of(facts)
    assert (proven(cart, facts), proven(cart, facts, LATER)) == (now, later)


def test_a_gift_is_part_of_its_promotion() -> None:
    """Whoever might get the cap is touched when its price changes."""
    condition = {"kind": "offering", "offeringIds": ["hat"]}
    gift = promotion("p", FREE_CAP, condition, {"kind": "minimum-amount", "amount": "99.00", "currency": "EUR"})
    facts = Facts().with_rows(rows({**HAT, "facts": {**HAT["facts"], "promotions": [gift]}}), 1)
    dearer = facts.with_rows(CatalogRows.of({"prices": [price_row("cap", "6.00")]}), 2)
    assert proven(cart_of(facts), facts)
    assert not proven(cart_of(facts), dearer)


def test_a_cart_that_is_priced_at_a_later_revision_or_time_is_not_proven() -> None:
    facts = Facts().with_rows(rows(HAT), 1)
    cart = cart_of(facts)
    assert not proven(cart, facts, NOON - timedelta(seconds=1))
    assert not proven(cart, Facts())
    assert not proven(replace(cart, frozen_until=LATER), facts)
    assert proven(replace(cart, frozen_until=NOON), facts)


def test_a_part_of_a_period_is_not_proven() -> None:
    """Only where a prorated price meets a bill cycle day."""
    monthly = price_row("hat", "10.00", period="P1M", isProrated=True)
    facts = Facts().with_rows(rows(document({}, [monthly, price_row("cap", "1.00")])), 1)
    assert proven(cart_of(facts), facts)
    assert not proven(cart_of(facts, billCycleDay=20), facts)
    assert proven(cart_of(facts, "cap", billCycleDay=20), facts)


def test_new_kinds_are_never_proven_unless_they_say_so() -> None:
    """A condition, a benefit and a rule that say nothing may depend on anything."""
    condition, benefit = AnyTime.model_construct(), AnyBenefit.model_construct()
    assert condition.turns is None
    assert condition.reach is None
    assert benefit.brings is None
    assert not Rule.rests
    assert not Rule.reacts()


class AnyTime(Condition):
    """A condition that says nothing of itself."""

    def holds(self, scope: Scope) -> bool:
        return bool(scope.lines)


class AnyBenefit(Benefit):
    """A benefit that says nothing of itself."""

    def offer(self, scope: Scope) -> Offer:
        return Offer()
