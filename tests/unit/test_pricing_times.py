"""Prices of another time, catalog or policy: repriced, simulated, compared, and what moved them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows, Facts
from handlers.needs import CatalogKey
from models.cart.cart import Cart
from pricing.price import price
from storage.mongo.cart_documents import write_cart
from support.pricing import NOON, document, price_row, priced, promotion, rows, run

TURN = "2026-07-01T00:00:00Z"
OLD = price_row("mug", "10.00", id="old", validFor={"endDateTime": TURN})
NEW = price_row("mug", "12.00", id="new", validFor={"startDateTime": TURN})
AFTER = datetime(2026, 7, 1, tzinfo=UTC)


def test_a_cart_can_be_priced_in_the_past_and_in_the_future() -> None:
    shop = document({"mug": 1}, [OLD, NEW])
    cart, facts = priced(shop), Facts().with_rows(rows(shop), 1)
    later = run("reprice-cart", {"asOf": TURN}, cart, facts)
    assert later.cart.pricing.totals[0].gross == 1200
    assert [each["because"] for each in later.price_changes] == [["list-price-changed"]] * 2
    back = run("reprice-cart", {"asOf": "2026-01-01T00:00:00Z"}, later.cart, facts)
    assert back.cart.pricing.totals == cart.pricing.totals


def test_at_a_time_before_the_catalog_knew_the_offering_a_line_keeps_its_amounts() -> None:
    cart = priced(document({"mug": 1}, [price_row("mug", "10.00")]))
    repriced = run("reprice-cart", {"asOf": TURN}, cart, Facts(), {AFTER: Facts(), None: Facts()})
    [warning] = price(cart, Facts(), AFTER).pricing.warnings
    assert (warning.code, warning.item_id) == ("offering-not-available", cart.items[0].id)
    assert (repriced.cart.items, repriced.unchanged) == (cart.items, True)
    compared = run("compare-price", {"from": {"asOf": TURN}}, cart, Facts(), {AFTER: Facts(), None: Facts()})
    assert compared.price_changes == []


def test_a_time_decides_on_offerings_rules_promotions_and_taxes_alike() -> None:
    later = {"validFor": {"startDateTime": TURN}}
    ten = promotion("ten", {"kind": "percent", "value": "10"}, **later)
    shop = document({"mug": 2}, [OLD, NEW], ten, offerings=[{"id": "mug", "taxCategory": "standard", **later}])
    shop["facts"]["taxes"] = [
        {"id": "old", "country": "FR", "category": "standard", "rate": "20", "validFor": {"endDateTime": TURN}},
        {"id": "new", "country": "FR", "category": "standard", "rate": "10", **later},
    ]
    one = {"kind": "cardinality", "id": "one", "items": {"offeringIds": ["mug"]}, "max": 1, **later}
    facts = Facts().with_rows(rows(shop), 1)
    ruled = facts.with_rows(CatalogRows.of({"rules": [{**one, "validFor": {"endDateTime": TURN}}]}), 2)
    data = {name: value for name, value in shop.items() if name != "facts"}
    with pytest.raises(Refusal) as refused:
        run("simulate-price", data, None, ruled)
    assert refused.value.code is ErrorCode.OFFERING_NOT_AVAILABLE
    cart = run("simulate-price", {**data, "asOf": TURN}, None, ruled).cart
    # Two at 12.00 less 10 %, of which an eleventh is tax.
    assert (
        cart.pricing.due_now.payable,
        cart.pricing.totals[0].taxes[0].id,
        cart.pricing.totals[0].taxes[0].amount,
    ) == (2160, "new", 196)
    with pytest.raises(Refusal) as broken:
        run("simulate-price", {**data, "asOf": TURN}, None, facts.with_rows(CatalogRows.of({"rules": [one]}), 2))
    assert broken.value.code is ErrorCode.RULE_BROKEN


def test_the_same_cart_revision_and_time_give_the_same_bytes() -> None:
    shop = document({"mug": 3}, [OLD, NEW], promotion("ten", {"kind": "percent", "value": "10"}))
    first, second = (json.dumps(write_cart(priced(shop)), default=str) for _ in range(2))
    assert first == second


def compared(cart: Cart, facts: Mapping[CatalogKey, Facts], **sides: Any) -> list[tuple[str, str, str]]:
    outcome = run("compare-price", sides, cart, facts[None], facts)
    assert outcome.changes == []
    return [(each["scope"], each["before"]["gross"], each["after"]["gross"]) for each in outcome.price_changes]


def test_two_times_two_catalogs_and_two_policies_are_compared() -> None:
    shop = document({"mug": 3}, [{**OLD, "taxIncluded": False}, {**NEW, "taxIncluded": False}])
    early = Facts().with_rows(rows(shop), 1)
    now = early.with_rows(CatalogRows.of({"prices": [{**OLD, "amount": "11.08", "taxIncluded": False}]}), 2)
    cart, catalogs = priced(shop), {None: now, AFTER: now, NOON: early}
    assert compared(cart, catalogs, to={"asOf": TURN}) == [("item", "39.89", "43.20"), ("cart", "39.89", "43.20")]
    then = {"catalogAsOf": "2026-03-04T12:00:00Z"}
    assert compared(cart, catalogs, **{"from": then}) == [("item", "36.00", "39.89"), ("cart", "36.00", "39.89")]
    per_unit = {"pricingPolicy": {"taxLevel": "unit"}}
    # 20 % of 11.08 is 2.216: 2.22 a unit, 6.66 for three; 6.648, 6.65, for the line.
    assert compared(cart, catalogs, to=per_unit) == [("item", "39.89", "39.90"), ("cart", "39.89", "39.90")]
    assert compared(cart, catalogs) == []


def test_what_moved_a_price_is_named() -> None:
    ten = promotion("ten", {"kind": "percent", "value": "10"})
    shop = document({"mug": 3}, [price_row("mug", "1.08", taxIncluded=False)], ten)
    facts, cart = Facts().with_rows(rows(shop), 1), priced(shop)
    tax = {"id": "fr", "country": "FR", "category": "standard", "rate": "10"}
    yearly = price_row("mug", "9.00", id="yearly", period="P1Y")
    for changed, named in (
        ({"prices": [price_row("mug", "2.00", taxIncluded=False)]}, ["list-price-changed"]),
        ({"taxes": [tax]}, ["tax-changed"]),
        ({"promotions": [{**ten, "benefits": [{"kind": "percent", "value": "50"}]}]}, ["promotion-changed"]),
        ({"prices": [yearly]}, ["list-price-changed"]),
        ({"taxes": [{**tax, "rate": "20", "exemptions": [{}]}]}, ["tax-changed"]),
    ):
        moved = run("reprice-cart", {}, cart, facts.with_rows(CatalogRows.of(changed), 2)).price_changes
        assert moved
        assert [each["because"] for each in moved] == [named] * len(moved)


def test_a_comparison_states_the_policy_on_top_of_the_carts_own() -> None:
    shop = document({"mug": 3}, [price_row("mug", "1.08", taxIncluded=False)], pricingPolicy={"taxLevel": "unit"})
    cart, facts = priced(shop), Facts().with_rows(rows(shop), 1)
    # 20 % of 1.08 is 0.216: rounded down, 0.21 a unit; by the default preset, 0.648 for the line.
    assert compared(cart, {None: facts}, to={"pricingPolicy": {"rounding": "down"}})[0] == ("item", "3.90", "3.87")
    assert compared(cart, {None: facts}, to={"pricingPolicy": {"preset": "default"}})[0] == ("item", "3.90", "3.89")


def because(
    shop: dict[str, Any], kind: str, data: dict[str, Any], item: str | None, *, then: dict[str, Any] | None = None
) -> list[list[str]]:
    """Why the prices of a line (none: the totals) moved by a command, with those rows of the catalog renewed."""
    facts = Facts().with_rows(rows(shop), 1)
    cart = run("create-cart", {name: value for name, value in shop.items() if name != "facts"}, None, facts).cart
    assert cart is not None
    renewed = facts.with_rows(CatalogRows.of(then), 2) if then else facts
    moved = run(kind, data, cart, renewed).price_changes
    return [each["because"] for each in moved if each.get("itemId") == item]


TAX = {"id": "fr", "country": "FR", "category": "standard", "rate": "21"}
NET = {"taxIncluded": False}
LOCALE = {"locale": "fr-FR"}
ADDED = {"items": [{"id": "z", "offeringId": "a"}]}


@pytest.mark.parametrize(
    "header",
    [LOCALE, {"keys": {"externalId": "q"}}, {"billCycleDay": 5}, {"customer": {"ownedOfferings": ["x"]}}],
    ids=lambda header: next(iter(header)),
)
@pytest.mark.parametrize(
    ("then", "named"),
    [
        ({"prices": [price_row("a", "90.00", **NET)]}, "list-price-changed"),
        ({"prices": [price_row("a", "90.00", id="other", channel="web", **NET)]}, "list-price-changed"),
        ({"taxes": [TAX]}, "tax-changed"),
        ({"taxes": [{**TAX, "rate": "20", "exemptions": [{}]}]}, "tax-changed"),
        ({"configuration": [{"pricingPolicy": {"rounding": "down"}}]}, "policy-changed"),
    ],
)
def test_a_change_of_the_header_is_no_cause_where_prices_do_not_read_it(
    header: dict[str, Any], then: dict[str, Any], named: str
) -> None:
    shop = document({"a": 1}, [price_row("a", "100.03", **NET)], channel={"id": "web"})
    for item in ("a", None):
        assert because(shop, "update-cart", header, item, then=then) == [[named]]


@pytest.mark.parametrize(
    ("prices", "header"),
    [
        ([{"userType": "MEMBER"}], {"customer": {"userType": "MEMBER"}}),
        ([{"customerId": "c-1"}], {"customer": {"id": "c-1"}}),
        ([{"agreementId": "ag"}], {"keys": {"agreementId": "ag"}}),
        ([], {"pricingPolicy": {"rounding": "down"}}),
        ([], {"country": "BE"}),
        ([], {"billCycleDay": 20}),
    ],
)
def test_a_change_of_the_header_is_the_cause_where_prices_read_it(
    prices: list[dict[str, Any]], header: dict[str, Any]
) -> None:
    monthly = price_row("a", "100.005", period="P1M", isProrated=True)
    special = [price_row("a", "90.00", id="special", period="P1M", **fields) for fields in prices]
    shop = document({"a": 1}, [monthly, *special])
    shop["facts"]["taxes"].append({**TAX, "id": "be", "country": "BE"})
    shop["facts"]["agreements"] = [{"id": "ag"}]
    assert because(shop, "update-cart", header, "a") == [["header-changed"]]


def test_tiers_over_lines_move_with_the_other_lines() -> None:
    """5 at 10.00 and 5 more of the same: all at 5.00."""
    tiers = {"tiers": [{"minQuantity": 10, "amount": "5.00"}], "tiersOverLines": True}
    shop = document({"a": 5}, [price_row("a", "10.00", **tiers)])
    both = {**shop, "items": [*shop["items"], {"id": "b", "offeringId": "a", "quantity": 5}]}
    cheaper = {"prices": [price_row("a", "9.00", **tiers)]}
    assert because(shop, "add-items", {"items": both["items"][1:]}, "a") == [["item-added"]]
    assert because(both, "remove-items", {"itemIds": ["b"]}, "a") == [["item-removed"]]
    assert because(both, "update-products", {"products": [{"id": "b", "quantity": 4}]}, "a") == [["quantity-changed"]]
    assert because(both, "update-products", {"products": [{"id": "a", "quantity": 4}]}, "a") == [["quantity-changed"]]
    assert because(both, "update-cart", LOCALE, "a", then={"prices": [price_row("a", "4.00")]}) == [
        ["list-price-changed"]
    ]
    assert because(shop, "add-items", {"items": [{"id": "z", "offeringId": "a"}]}, "a", then=cheaper) == [
        ["list-price-changed"]
    ]


def test_a_promotion_that_is_another_one_by_now_is_the_cause_and_not_what_was_added() -> None:
    ten, twenty = (promotion("x", {"kind": "percent", "value": value}) for value in ("10", "20"))
    shop = document({"a": 1}, [price_row("a", "100.00")], ten)
    assert because(shop, "add-items", ADDED, "a", then={"promotions": [twenty]}) == [["promotion-changed"]]
    assert because(shop, "update-cart", LOCALE, None, then={"promotions": [twenty]}) == [["promotion-changed"]]


def test_a_share_moves_because_of_what_moved_the_other_lines() -> None:
    """10.00 off 30.00 and 30.00, then off 30.00 and 40.00: 4.29 instead of 5.00 off the first."""
    shop = document(
        {"a": 1, "b": 1},
        [price_row("a", "30.00"), price_row("b", "30.00")],
        promotion("x", {"kind": "fixed", "amount": "10.00", "currency": "EUR"}),
    )
    dearer = {"prices": [price_row("b", "40.00")]}
    for command in (("reprice-cart", {}), ("update-cart", LOCALE)):
        for item in ("a", "b", None):
            assert because(shop, *command, item, then=dearer) == [["list-price-changed"]]
    same = {"promotions": shop["facts"]["promotions"]}
    for then in (None, same):
        assert because(shop, "remove-items", {"itemIds": ["b"]}, "a", then=then) == [["item-removed"]]
        assert because(shop, "add-items", ADDED, "a", then=then) == [["item-added"]]
