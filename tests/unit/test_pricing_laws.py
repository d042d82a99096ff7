"""Laws of a priced cart: parts sum to wholes, nothing is below zero, and what must not matter doesn't."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.pricing import NOON, explained, price_row, priced, promotion

from cartwright.handlers.simulate_price import InlineFacts
from cartwright.models.cart import Cart
from cartwright.models.policy import PRESETS, TaxLevel
from cartwright.models.rounding import Rounding
from cartwright.pricing import price
from cartwright.pricing.facts import Facts

UNHURRIED = settings(deadline=None)
NAMES = ["a", "b", "c", "d"]
TAXES = [
    {"id": "full", "country": "FR", "category": "full", "rate": "20"},
    {"id": "low", "country": "FR", "category": "low", "rate": "5.5"},
    {"id": "eco", "country": "FR", "category": "low", "rate": "1.1"},
]
AMOUNTS = st.integers(0, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
PERCENTS = st.integers(0, 100).map(str)
MONEY = AMOUNTS.map(lambda amount: {"amount": amount, "currency": "EUR"})
BENEFITS = st.one_of(
    PERCENTS.map(lambda value: {"kind": "percent", "value": value}),
    MONEY.map(lambda money: {"kind": "fixed", **money}),
    MONEY.map(lambda money: {"kind": "fixed-price", **money}),
    PERCENTS.map(lambda value: {"kind": "buy-get", "buy": 1, "get": 1, "percent": value}),
    PERCENTS.map(lambda value: {"kind": "nth-cheapest", "n": 2, "percent": value}),
    st.just({"kind": "free-period", "periods": 1}),
    st.just({"kind": "free-item", "offeringId": "a"}),
)
CONDITIONS = st.one_of(
    MONEY.map(lambda money: {"kind": "minimum-amount", **money}),
    st.integers(0, 9).map(lambda minimum: {"kind": "quantity", "minimum": minimum}),
)
LEVELS = st.sampled_from(["item", "container", "cart"])


def rule(benefits: list[dict[str, Any]], conditions: list[dict[str, Any]], fields: dict[str, Any]) -> dict[str, Any]:
    return {**promotion("", benefits[0], *conditions), "benefits": benefits, **fields}


RULES = st.builds(
    rule,
    st.lists(BENEFITS, min_size=1, max_size=2),
    st.lists(CONDITIONS, max_size=1),
    st.fixed_dictionaries(
        {"level": LEVELS, "priority": st.integers(0, 3), "exclusive": st.booleans()},
        optional={"caps": st.just({"perCart": 1})},
    ),
)


@st.composite
def documents(draw: st.DrawFn, rules: st.SearchStrategy[dict[str, Any]] = RULES, **fixed: Any) -> dict[str, Any]:
    """Carts of up to four lines with up to three promotions, under any policy."""
    rows = []
    for name in NAMES:
        included = fixed.get("taxIncluded", draw(st.booleans()))
        rows.append(price_row(name, draw(AMOUNTS), id=f"{name}-1", taxIncluded=included))
        if draw(st.booleans()):
            rows.append(price_row(name, draw(AMOUNTS), id=f"{name}-2", taxIncluded=included, period="P1M"))
    chosen = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    policy = {"preset": draw(st.sampled_from(sorted(PRESETS))), "taxLevel": draw(st.sampled_from(list(TaxLevel)))}
    policy["rounding"] = draw(st.sampled_from(list(Rounding)))
    promotions = draw(st.lists(rules, max_size=3))
    places = st.sampled_from(["k-1", "k-2"])
    return {
        "country": "FR",
        "currency": "EUR",
        "pricingPolicy": policy,
        "containers": [{"id": "k-1"}, {"id": "k-2"}],
        "items": [
            {"id": name, "offeringId": name, "quantity": draw(st.integers(1, 9)), "containerId": draw(places)}
            for name in chosen
        ],
        "facts": {
            "offerings": [{"id": name, "taxCategory": draw(st.sampled_from(["full", "low"]))} for name in NAMES],
            "prices": rows,
            "taxes": TAXES,
            "promotions": [{**each, "id": f"p-{place}"} for place, each in enumerate(promotions)],
        },
    }  # fmt: skip


def facts_of(document: dict[str, Any]) -> Facts:
    return Facts().with_rows(InlineFacts.model_validate(document["facts"]).rows(), 0)


def figures(cart: Cart) -> str:
    return json.dumps([repr(cart.totals), repr(cart.due_now)])


@UNHURRIED
@given(documents())
def test_parts_sum_to_wholes_and_nothing_is_below_zero(document: dict[str, Any]) -> None:
    cart = priced(document)
    prices = [price for item in cart.items for price in item.prices]
    for each in prices:
        assert each.net + sum(tax.amount for tax in each.taxes) == each.gross
        altered = each.list_amount + sum(alteration.amount for alteration in each.alterations)
        assert altered in {each.net, each.gross}
        assert min(each.net, each.gross, *(tax.amount for tax in each.taxes)) >= 0
    for total in cart.totals:
        own = [each for each in prices if (each.type, each.period) == (total.type, total.period)]
        assert total.gross == sum(each.gross for each in own) == total.net + sum(tax.amount for tax in total.taxes)
        assert total.list_amount == sum(each.list_amount for each in own)
        assert total.discount == -sum(alteration.amount for each in own for alteration in each.alterations)
        for tax in total.taxes:
            assert tax.amount == sum(line.amount for each in own for line in each.taxes if line.id == tax.id)
    assert cart.due_now.payable == sum(total.gross for total in cart.totals) >= 0


@UNHURRIED
@given(documents())
def test_every_ledger_leads_to_its_amount(document: dict[str, Any]) -> None:
    cart, explanation = explained(document)
    prices = [(item.id, price.id, price.gross) for item in cart.items for price in item.prices]
    assert [(each.item_id, each.price_id, each.amount) for each in explanation.items] == prices
    assert [each.amount for each in explanation.totals] == [total.gross for total in cart.totals]
    assert explanation.due_now.amount == cart.due_now.payable
    for ledger in (*explanation.items, *explanation.totals, explanation.due_now):
        amount = 0
        for line in ledger.lines:
            assert line.before == amount
            amount = line.after
    assert {each.id for each in explanation.promotions} == {each["id"] for each in document["facts"]["promotions"]}


@UNHURRIED
@given(documents())
def test_explaining_changes_no_price_and_pricing_twice_changes_nothing(document: dict[str, Any]) -> None:
    cart, facts = priced(document), facts_of(document)
    again = price(cart, facts, NOON)
    assert again == cart
    assert all(new.prices is old.prices for new, old in zip(again.items, cart.items, strict=True) if not old.is_gift)


@UNHURRIED
@given(documents(), st.randoms())
def test_the_order_of_items_changes_no_total(document: dict[str, Any], random: Any) -> None:
    cart, facts = priced(document), facts_of(document)
    items = [item for item in cart.items if not item.is_gift]
    random.shuffle(items)
    assert figures(price(replace(cart, items=tuple(items)), facts, NOON)) == figures(cart)


COMBINABLE = st.builds(
    rule,
    st.lists(BENEFITS.filter(lambda benefit: benefit["kind"] in {"percent", "fixed"}), min_size=1, max_size=1),
    st.just([]),
    st.fixed_dictionaries({"level": LEVELS, "priority": st.just(0)}),
)


@UNHURRIED
@given(documents(COMBINABLE, taxIncluded=True), COMBINABLE)
def test_a_further_combinable_promotion_never_raises_what_is_payable(
    document: dict[str, Any], further: dict[str, Any]
) -> None:
    before = priced(document).due_now.payable
    document["facts"]["promotions"].append({**further, "id": "further"})
    assert priced(document).due_now.payable <= before
