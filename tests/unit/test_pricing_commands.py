"""The commands around prices, without a worker: simulations, policies, explanations, what is kept of prices."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from cartwright.wire.policy import PricingPolicy
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import CatalogRows, Facts
from handlers.kinds import CartCommand, CatalogCommand
from handlers.needs import Fetched
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.changes.change import evolve, read_change
from models.changes.priced_patch import PricedPatch
from pricing.price import price
from storage.mongo.cart_documents import read_cart, write_cart
from storage.mongo.entry_documents import read_patch, write_patch
from support.pricing import NOON, document, only_price, price_row, priced, promotion, rows, run


def test_a_simulation_takes_facts_by_reference_and_inline() -> None:
    shop = document({"mug": 2}, [price_row("mug", "10.00")])
    catalog = Facts().with_rows(rows(shop), 7)
    by_reference = {key: value for key, value in shop.items() if key != "facts"}
    assert run("simulate-price", by_reference, None, catalog).cart.pricing.totals[0].gross == 2000
    inline = {**by_reference, "facts": {"prices": [price_row("mug", "9.00")]}}
    outcome = run("simulate-price", inline, None, catalog)
    assert (outcome.cart.pricing.totals[0].gross, outcome.cart.pricing.stamp.catalog_revision) == (1800, 7)
    assert outcome.explanation is None


def test_a_simulation_takes_every_kind_of_fact() -> None:
    rows_of_mug = [price_row("mug", "10.00"), price_row("mug", "8.00", id="frame-mug", agreementId="frame")]
    asked = promotion("asked", {"kind": "percent", "value": "50"}, automatic=False)
    shop = document({"mug": 2}, rows_of_mug, asked, keys={"agreementId": "frame"}, customer={"id": "u-1"})
    shop["facts"]["agreements"] = [{"id": "frame", "customerIds": ["u-2"]}]
    assert priced(shop).pricing.due_now.payable == 2000
    shop["facts"]["agreements"] = [{"id": "frame", "customerIds": ["u-1"]}]
    assert priced(shop).pricing.due_now.payable == 1600
    assert priced({**shop, "promotionIds": ["asked", "nobody-knows"]}).pricing.due_now.payable == 800
    shop["facts"]["rules"] = [{"kind": "cardinality", "id": "one", "items": {"offeringIds": ["mug"]}, "max": 1}]
    with pytest.raises(Refusal) as refused:
        priced(shop)
    assert refused.value.code is ErrorCode.RULE_BROKEN


def test_a_simulation_refuses_what_the_catalog_would() -> None:
    shop = document({"mug": 1}, [price_row("mug", "10.00"), price_row("mug", "9.00", id="other")])
    with pytest.raises(Refusal) as refused:
        run("simulate-price", shop, None, Facts())
    assert {problem.path for problem in refused.value.problems} == {"/data/facts/prices/0", "/data/facts/prices/1"}


PERCENT = {"kind": "percent", "value": "10"}
BRINGS = {"kind": "add-item", "id": "r", "when": {"offeringIds": ["mug"]}, "offeringId": "nope"}


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("offerings", [{"id": "a"}, {"id": "a"}], [("/1/id", "duplicate-id")]),
        ("prices", [price_row("a", "3.00"), price_row("a", "4.00")], [("/1/id", "duplicate-id")]),
        ("vouchers", [{"code": "V", "reductionPercent": "50"}] * 2, [("/1/code", "duplicate-id")]),
        ("agreements", [{"id": "f", "customerIds": ["u"]}] * 2, [("/1/id", "duplicate-id")]),
        ("rates", [{"id": "r", "from": "EUR", "to": "USD", "rate": "1.1"}] * 2, [("/1/id", "duplicate-id")]),
        ("taxes", [{"id": "x", "country": "DE", "category": "c", "rate": "5"}] * 2, [("/1/id", "duplicate-id")]),
        ("offerings", [{"id": "a", "bundle": [{"offeringId": "a"}]}], [("/0/bundle", "cycle")]),
        ("offerings", [{"id": "mug", "bundle": [{"offeringId": "kit"}]}], [("/0/bundle", "cycle")]),
        (
            "offerings",
            [{"id": "a", "characteristics": [{"name": "n", "valueType": "integer", "values": ["x"]}]}],
            [("/0/characteristics/0/values/0", "wrong-format")],
        ),
        (
            "promotions",
            [promotion("p", PERCENT, coupon="X"), promotion("q", PERCENT, coupon="X")],
            [("/0/coupon", "duplicate-coupon"), ("/1/coupon", "duplicate-coupon")],
        ),
        ("promotions", [promotion("p", PERCENT, coupon="OWN")], [("/0/coupon", "duplicate-coupon")]),
        ("promotions", [promotion("own", PERCENT, coupon="OWN")], None),
        ("rules", [BRINGS], [("/0/offeringId", "offering-not-found")]),
        ("rules", [{**BRINGS, "offeringId": "kit"}], None),
    ],
)
def test_a_simulation_refuses_rows_as_the_catalog_does(
    kind: str, given: list[dict[str, Any]], expected: list[tuple[str, str]] | None
) -> None:
    """Rows beside a catalog with a kit of mugs and a promotion with a coupon; refused at the same places by it."""
    shop = document({"mug": 1}, [price_row("mug", "10.00")], promotion("own", PERCENT, coupon="OWN"))
    shop["facts"]["offerings"] += [{"id": "kit", "bundle": [{"offeringId": "mug"}]}]
    catalog = Facts().with_rows(rows(shop), 7)
    body = json.dumps({"type": f"upsert-{kind}", "data": {kind: given}}).encode()
    entry, command = read_command(body, Origin("default", f"upsert-{kind}", "m-1", None, None, NOON))
    assert isinstance(entry, CatalogCommand)
    wanted = {name: value for name, value in shop.items() if name != "facts"}
    if expected is None:
        entry.decide(catalog, command.data)
        run("simulate-price", {**wanted, "facts": {kind: given}}, None, catalog)
        return
    with pytest.raises(Refusal) as upserted:
        entry.decide(catalog, command.data)
    with pytest.raises(Refusal) as simulated:
        run("simulate-price", {**wanted, "facts": {kind: given}}, None, catalog)
    assert simulated.value.code is upserted.value.code is ErrorCode.INVALID
    found = [[(each.path, each.code) for each in raised.value.problems] for raised in (upserted, simulated)]
    assert found == [[(f"/data/{place}{kind}{path}", code) for path, code in expected] for place in ("", "facts/")]


def test_facts_alone_refer_to_each_other_only() -> None:
    shop = document({"mug": 1}, [price_row("mug", "10.00")])
    other = {"offerings": [{"id": "nope", "taxCategory": "standard"}], "prices": [price_row("nope", "1.00")]}
    catalog = Facts().with_rows(CatalogRows.of(other), 7)
    given = {**shop, "facts": {**shop["facts"], "rules": [BRINGS]}}
    assert run("simulate-price", given, None, catalog).cart.items[1].offering_id == "nope"
    with pytest.raises(Refusal) as refused:
        run("simulate-price", {**given, "factsOnly": True}, None, catalog)
    [problem] = refused.value.problems
    assert (problem.path, problem.code) == ("/data/facts/rules/0/offeringId", "offering-not-found")


def test_a_tenants_policy_counts_where_the_cart_states_none() -> None:
    shop = document({"mug": 3}, [price_row("mug", "1.08", taxIncluded=False)])
    facts = Facts(policy=PricingPolicy.model_validate({"taxLevel": "unit"})).with_rows(rows(shop), 1)
    assert price(priced(shop), facts, NOON).pricing.totals[0].taxes[0].amount == 66
    stated = priced({**shop, "pricingPolicy": {"preset": "default"}})
    assert price(stated, facts, NOON).pricing.totals[0].taxes[0].amount == 65


def test_a_cart_without_a_preset_differs_from_its_tenants_policy() -> None:
    shop = document({"mug": 3}, [price_row("mug", "1.08", taxIncluded=False)])
    tenant = CatalogRows.of({"configuration": [{"pricingPolicy": {"preset": "commercetools-unit"}}]})
    facts = Facts().with_rows(rows(shop), 1).with_rows(tenant, 2)
    for own, taxed in (({"rounding": "down"}, 63), ({"preset": "dinero"}, 65), ({"taxLevel": "line"}, 65)):
        cart = price(priced({**shop, "pricingPolicy": own}), facts, NOON)
        assert cart.pricing.totals[0].taxes[0].amount == taxed
        assert cart.pricing.stamp.policy == own.get("preset", "commercetools-unit")


def test_a_tenants_coin_waits_for_a_currency_that_has_it() -> None:
    coin = CatalogRows.of({"configuration": [{"pricingPolicy": {"cashRounding": "0.05"}}]})
    shop = document({"mug": 1}, [price_row("mug", "1003", currency="JPY")], currency="JPY")
    cart = price(priced(shop), Facts().with_rows(rows(shop), 1).with_rows(coin, 2), NOON)
    assert (cart.pricing.due_now.payable, [each.code for each in cart.pricing.warnings]) == (
        1003,
        ["cash-rounding-currency"],
    )


BEYOND = "10000000000000.01"


def test_nothing_is_larger_than_what_can_be_stored() -> None:
    shop = document({"mug": 1000, "tea": 1000}, [price_row("mug", "9999999999"), price_row("tea", "9999999999")])
    with pytest.raises(Refusal, match="total of the cart"):
        priced(shop)
    with pytest.raises(Refusal, match="price of item mug"):
        priced(document({"mug": 1001}, [price_row("mug", "9999999999")]))
    cart, facts = priced(document({"mug": 1}, [price_row("mug", "1.00")])), Facts()
    with pytest.raises(Refusal) as refused:
        run("apply-adjustment", {"kind": "wallet", "amount": BEYOND, "currency": "EUR"}, cart, facts)
    assert [problem.code for problem in refused.value.problems] == ["out-of-range"]
    terms = {"currency": "EUR", "smallestPart": "1", "largestPart": BEYOND, "mostParts": 2}
    with pytest.raises(ValidationError):
        CatalogRows.of({"configuration": [{"installments": [terms]}]})
    shop = document({"mug": 1}, [price_row("mug", "1.00")])
    shop["facts"]["rates"] = [{"id": "kwd", "from": "EUR", "to": "KWD", "rate": "1" + "0" * 15}]
    cart = priced(shop)
    assert (cart.pricing.due_now.conversions, [each.code for each in cart.pricing.warnings]) == (
        (),
        ["conversion-too-large"],
    )


def test_an_explanation_comes_only_when_asked_and_names_revisions() -> None:
    shop = document({"mug": 1}, [price_row("mug", "10.00")], promotion("ten", {"kind": "percent", "value": "10"}))
    facts = Facts().with_rows(rows({**shop, "facts": {**shop["facts"], "promotions": []}}), 1)
    facts = facts.with_rows(CatalogRows.of({"promotions": shop["facts"]["promotions"]}), 2)
    cart = priced(shop)
    assert run("reprice-cart", {}, cart, facts).explanation is None
    explanation = run("reprice-cart", {}, cart, facts, explain=True).explanation
    assert explanation is not None
    [ledger] = explanation.items
    assert [(line.step, line.revision) for line in ledger.lines] == [("list-price", 1), ("promotion", 2), ("tax", 1)]


def test_a_read_explains_the_prices_that_the_cart_has() -> None:
    shop = document({"mug": 1}, [price_row("mug", "10.00")])
    first = Facts().with_rows(rows(shop), 1)
    cart = run("reprice-cart", {}, priced(shop), first).cart
    now = first.with_rows(CatalogRows.of({"prices": [price_row("mug", "12.00")]}), 2)
    stamp = replace(cart.pricing.stamp, catalog_revision=1)
    stamped = replace(cart, pricing=replace(cart.pricing, stamp=stamp))
    for kind, data in (("get-cart", {}), ("update-products", {"products": [{"id": "mug", "quantity": 1}]})):
        outcome = run(kind, data, stamped, now, {None: now, 1: first}, explain=True)
        assert (outcome.changes, outcome.price_changes) == ([], [])
        assert outcome.explanation is not None
        assert (outcome.explanation.catalog_revision, outcome.explanation.items[0].amount) == (1, 1000)
    assert run("get-cart", {}, stamped, now, {None: now}).explanation is None


def test_a_priced_cart_is_stored_as_it_is() -> None:
    shop = document(
        {"mug": 3, "phone": 1},
        [price_row("mug", "10.00"), price_row("phone", "20.00", period="P1M", unit="line"), price_row("tea", "4.00")],
        promotion("gift", {"kind": "free-item", "offeringId": "tea"}),
        promotion("spring", {"kind": "free-period", "periods": 2}, coupon="SPRING"),
        coupons=["SPRING"],
        pricingPolicy={"cashRounding": "0.05"},
    )
    cart = priced(shop)
    assert only_price(cart, "phone").gross == 0
    assert read_cart(write_cart(cart)) == cart
    patch = PricedPatch.of(cart)
    assert read_patch(write_patch(patch)) == patch


GIFT = promotion("gift", {"kind": "free-item", "offeringId": "tea"}, {"kind": "quantity", "minimum": 2})


def test_gifts_come_and_go_as_changes() -> None:
    shop = document({"mug": 2}, [price_row("mug", "10.00"), price_row("tea", "4.00")])
    plain = Facts().with_rows(rows(shop), 1)
    giving = plain.with_rows(CatalogRows.of({"promotions": [GIFT]}), 2)
    given = run("reprice-cart", {}, priced(shop), giving)
    [added] = given.changes
    assert (added["type"], added["itemId"], added["item"]["addedBy"]) == ("item-added", "gift-tea", "promotion:gift")
    assert given.cart.version == 2
    assert run("reprice-cart", {}, given.cart, giving).unchanged
    more = CatalogRows.of({"promotions": [{**GIFT, "benefits": [{**GIFT["benefits"][0], "quantity": 3}]}]})
    changed = run("reprice-cart", {}, given.cart, giving.with_rows(more, 3))
    assert [each["type"] for each in changed.changes] == ["item-removed", "item-added"]
    taken = run("update-products", {"products": [{"id": "mug", "quantity": 1}]}, given.cart, giving)
    assert [each["type"] for each in taken.changes] == ["quantity-changed", "item-removed"]
    assert [item.id for item in taken.cart.items] == ["mug"]


def test_a_cart_folds_from_its_changes_and_what_pricing_wrote() -> None:
    shop = document({"mug": 2}, [price_row("mug", "10.00"), price_row("tea", "4.00")])
    giving = Facts().with_rows(rows({"facts": {**shop["facts"], "promotions": [GIFT]}}), 1)
    cart = priced(shop)
    for kind, data in (
        ("reprice-cart", {}),
        ("update-products", {"products": [{"id": "mug", "quantity": 3}]}),
        ("update-products", {"products": [{"id": "mug", "quantity": 1}]}),
        # The same line goes and comes, at the same price.
        ("replace-items", {"items": [{"id": "mug", "offeringId": "mug", "quantity": 1, "term": "P24M"}]}),
        ("remove-items", {"itemIds": ["mug"]}),
    ):
        outcome = run(kind, data, cart, giving)
        folded = PricedPatch.between(cart, outcome.cart, outcome.changes).apply(
            evolve(cart, map(read_change, outcome.changes))
        )
        assert (folded.items, folded.pricing.totals) == (outcome.cart.items, outcome.cart.pricing.totals)
        cart = outcome.cart
    assert cart.items == ()


def test_a_coupon_belongs_to_one_promotion() -> None:
    spring = promotion("spring", {"kind": "percent", "value": "10"}, coupon="SPRING")
    body = json.dumps(
        {"type": "upsert-promotions", "data": {"promotions": [spring, {**spring, "id": "other"}]}}
    ).encode()
    entry, command = read_command(body, Origin("default", "upsert-promotions", "m-1", None, None, NOON))
    assert isinstance(entry, CatalogCommand)
    with pytest.raises(Refusal) as refused:
        entry.decide(Facts(), command.data)
    assert [problem.code for problem in refused.value.problems] == ["duplicate-coupon"] * 2
    only = Facts().with_rows(CatalogRows.of({"promotions": [spring]}), 1)
    assert only.holds(CatalogRows.of({"promotions": [spring]}))
    assert not only.holds(CatalogRows.of({"promotions": [{**spring, "priority": 1}]}))


def test_what_is_payable_is_shown_in_every_currency_with_a_rate() -> None:
    rates = [
        {"id": "usd-old", "from": "EUR", "to": "USD", "rate": "1.10"},
        {
            "id": "usd",
            "from": "EUR",
            "to": "USD",
            "rate": "1.0842",
            "validFor": {"startDateTime": "2026-01-01T00:00:00Z"},
        },
        {"id": "jpy", "from": "EUR", "to": "JPY", "rate": "161.5"},
        {"id": "kwd", "from": "EUR", "to": "KWD", "rate": "0.33", "validFor": {"endDateTime": "2026-01-01T00:00:00Z"}},
        {"id": "chf", "from": "USD", "to": "CHF", "rate": "0.9"},
    ]
    shop = document({"mug": 1}, [price_row("mug", "19.99")])
    shop["facts"]["rates"] = rates
    cart = priced(shop)
    # 19.99 x 161.5 is 3228.385 yen; 19.99 x 1.0842 is 21.673158 dollars.
    assert render_cart(cart)["dueNow"]["inOtherCurrencies"] == [
        {"currency": "JPY", "rate": "161.5", "payable": "3228"},
        {"currency": "USD", "rate": "1.0842", "payable": "21.67"},
    ]
    assert read_cart(write_cart(cart)) == cart


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"kind": "percent", "value": "10", "currency": "USD"}, ("/data/currency", "other-currency")),
        ({"kind": "flat", "value": "1.00", "currency": "USD"}, ("/data/currency", "other-currency")),
        ({"kind": "list-price", "currency": "EUR"}, ("/data/currency", "without-effect")),
        ({"kind": "list-price", "externalId": "x"}, ("/data/externalId", "without-effect")),
        ({"kind": "list-price", "attributes": {"x": "y"}}, ("/data/attributes", "without-effect")),
        # It would be withdrawn at once, not only from then on.
        (
            {"kind": "list-price", "validFor": {"startDateTime": "2027-01-01T00:00:00Z"}},
            ("/data/validFor", "without-effect"),
        ),
    ],
)
def test_an_override_says_nothing_that_would_have_no_effect(fields: dict[str, str], problem: tuple[str, str]) -> None:
    cart, facts = overridable()
    with pytest.raises(Refusal) as refused:
        override(cart, facts, **fields)
    assert [(each.path, each.code) for each in refused.value.problems] == [problem]


def test_a_percentage_may_name_the_currency_of_the_cart() -> None:
    cart = override(*overridable(), kind="percent", value="10", currency="EUR")
    assert (cart.pricing.due_now.payable, cart.pricing.warnings) == (900, ())


def test_an_override_of_a_frozen_price_tells_when_it_was_set() -> None:
    """The price is that of the day from which the cart is frozen; who set it did so days later."""
    cart, facts = overridable()
    later = NOON + timedelta(days=3)
    frozen = replace(cart, frozen_until=later + timedelta(days=1))
    overridden = override(frozen, facts, later, kind="percent", value="10")
    [told] = overridden.items[0].overrides
    assert (told.at, overridden.pricing.stamp.priced_at) == (later, NOON)


def overridable() -> tuple[Cart, Facts]:
    """A mug at 10.00, and a role that may override its price."""
    shop = document({"mug": 1}, [price_row("mug", "10.00")])
    limits = {"overrideLimits": [{"role": "dealer", "floor": "50"}]}
    facts = Facts().with_rows(rows({"facts": {**shop["facts"], "configuration": [limits]}}), 1)
    return price(priced(shop), facts, NOON), facts


def override(cart: Cart, facts: Facts, at: datetime = NOON, **fields: Any) -> Cart:
    data = {"itemId": "mug", "priceType": "one-time", **fields}
    body = json.dumps({"type": "override-price", "cartId": cart.id, "reason": "loyal", "data": data}).encode()
    origin = Origin("default", "override-price", "m-1", None, None, at, roles=frozenset({"dealer"}))
    entry, command = read_command(body, origin)
    assert isinstance(entry, CartCommand)
    overridden = execute(entry, cart, command, facts, at, (), Fetched(catalogs={None: facts})).cart
    assert overridden is not None
    return overridden
