"""The examples of the wire contract, sent as they stand and with what a caller may leave out or write differently.

Nothing here knows the worker's own models: only what is published, answered and announced.
"""

import json
from typing import Any
from uuid import uuid4

import pytest

from support.contract import CART, CATALOG, OTHER, PRICED_DUE_NOW, PRICED_ITEM, PRICED_TOTALS, Body
from support.running import Running
from support.shop import Shop, error_code, problems

CART_ID = "c-42"
COMMANDS: list[tuple[str, Body]] = [
    ("create-cart", CART),
    ("add-items", {"items": [{"id": "i-2", "offeringId": "EPO-90-200009", "quantity": 1}]}),
    ("update-products", {"productRecommendationId": None, "products": [{"id": "i-1", "quantity": 2, "trial": False}]}),
    ("add-voucher", {"code": "R172KKIP7NAW"}),
    ("remove-voucher", {"code": "R172KKIP7NAW"}),
    ("remove-items", {"itemIds": ["i-2"]}),
    ("replace-items", {"containerId": "k-1", "items": [{"id": "i-3", "offeringId": "EPO-90-200009"}]}),
    ("empty-cart", {}),
    ("delete-cart", {}),
]
PAYABLE = ["9.99", "94.49", "103.48", "51.74", "103.48", "19.98", "95.00", "0.00", "0.00"]
"""What is payable after each: 9.99; +95.00, less 10 % of each total; 19.98 instead of 9.99; half of that, and back;
19.98 alone, which is below 100.00; 95.00 alone."""
CART_FIELDS = """id tenant version status currency country locale channel place marketSegment customer keys containers
    items promotions vouchers adjustments totals dueNow warnings validity lastUpdateReason pricing createdAt createdBy
    updatedAt updatedBy"""
ITEM_FIELDS = """id containerId parentId offeringId productId action status quantity term characteristics relationships
    prices promotions overrides addedBy"""
STAMPS = {"pricing", "createdAt", "updatedAt"}


@pytest.fixture
async def shop(running: Running) -> Shop:
    """A tenant whose catalog holds what the contract shows."""
    shop = Shop(running.wire, f"t{uuid4().hex[:10]}")
    for kind, data in [*CATALOG, *OTHER]:
        assert (await shop.call(kind, data=data))["status"] == "applied"
    return shop


def unstamped(reply: Body) -> Body:
    """What a dry run must foretell."""
    told = {name: reply[name] for name in ("type", "cartId", "version", "changes", "priceChanges", "warnings")}
    return told | {"cart": {name: value for name, value in reply["cart"].items() if name not in STAMPS}}


def shared(told: Any, example: Any) -> Any:
    """What is told, without the fields that the example does not have: later fields may be added."""
    match told, example:
        case dict(), dict():
            return {name: shared(value, example[name]) for name, value in told.items() if name in example}
        case list(), list() if len(told) == len(example):
            return [shared(each, other) for each, other in zip(told, example, strict=True)]
    return told


async def test_catalog_commands_answer_with_their_revision(running: Running) -> None:
    shop = Shop(running.wire, f"t{uuid4().hex[:10]}")
    for revision, (kind, data) in enumerate(CATALOG, start=1):
        dry = await shop.call(kind, data=data, dryRun=True)
        real = await shop.call(kind, data=data, message_id=f"m-{kind}")
        again = await shop.call(kind, data=data)
        expected = {"type": "catalog-updated", "commandId": f"m-{kind}", "catalogRevision": revision, "warnings": []}
        assert real == {**expected, "status": "applied"}
        assert (dry["status"], dry["catalogRevision"]) == ("dry-run", revision)
        assert (again["status"], again["catalogRevision"]) == ("unchanged", revision)


async def test_every_command_does_what_its_dry_run_said(shop: Shop) -> None:
    payable = []
    for version, (kind, data) in enumerate(COMMANDS, start=1):
        dry = await shop.call(kind, CART_ID, data, dryRun=True)
        real = await shop.call(kind, CART_ID, data, version=version - 1, onConflict="reject", reason=f"step {version}")
        assert (dry["status"], real["status"], real["version"]) == ("dry-run", "applied", version)
        dry["cart"]["lastUpdateReason"] = f"step {version}"
        assert unstamped(dry) == unstamped(real)
        payable.append(real["cart"]["dueNow"]["payable"])
    assert payable == PAYABLE


async def test_a_cart_is_announced_version_by_version(shop: Shop) -> None:
    for kind, data in COMMANDS:
        await shop.call(kind, CART_ID, data, message_id=f"m-{kind}", reason=kind)
    last = len(COMMANDS)  # an empty cart is deleted, and no amount moves
    moved = [(version, event) for version in range(1, last) for event in ("cart-updated", "price-changed")]
    expected = [*moved[:2], (1, "cart-created"), *moved[2:], (last, "cart-updated"), (last, "cart-deleted")]
    events = await shop.events(len(expected), CART_ID)
    for message, (version, event) in zip(events, expected, strict=True):
        body, kind = json.loads(message.body), COMMANDS[version - 1][0]
        assert (message.routing_key, message.content_type) == (f"{shop.tenant}.{event}", "application/json")
        assert message.message_id == f"{shop.tenant}:{CART_ID}:{version}:{event}" == message.headers["cloudEvents:id"]
        assert (message.headers["cloudEvents:type"], message.headers["cloudEvents:subject"]) == (event, CART_ID)
        assert {"cloudEvents:source", "cloudEvents:time"} <= message.headers.keys()
        assert (body["version"], body["commandId"], body["commandType"]) == (version, f"m-{kind}", kind)
        assert (body["reason"], body["actor"], "cart" in body) == (kind, None, False)
        assert body["dueNow"]["payable"] == PAYABLE[version - 1]
        assert body["changes"]
        assert bool(body.get("priceChanges")) is (event == "price-changed")


async def test_the_priced_parts_are_those_of_the_contract(shop: Shop) -> None:
    [(_, promotion)] = [each for each in CATALOG if each[0] == "upsert-promotions"]
    always = {**promotion["promotions"][0], "conditions": []}
    await shop.call("upsert-promotions", data={"promotions": [always]})
    await shop.call("create-cart", CART_ID, CART)
    reply = await shop.call("update-products", CART_ID, {"products": [{"id": "EPO-90-200008", "quantity": 2}]})
    cart = reply["cart"]
    assert shared(cart["items"][0], PRICED_ITEM) == PRICED_ITEM
    assert (shared(cart["totals"], PRICED_TOTALS), cart["dueNow"]) == (PRICED_TOTALS, PRICED_DUE_NOW)
    assert reply["priceChanges"][0] == {
        "scope": "item",
        "itemId": "i-1",
        "priceType": "recurring",
        "period": "P1M",
        "direction": "increase",
        "currency": "EUR",
        "before": {"net": "7.49", "tax": "1.50", "gross": "8.99"},
        "after": {"net": "14.98", "tax": "3.00", "gross": "17.98"},
        "because": ["quantity-changed"],
    }


async def test_a_cart_shows_every_field_that_the_contract_names(shop: Shop) -> None:
    item = {"id": "i-1", "offeringId": "EPO-90-200009"}
    cart = (await shop.call("create-cart", CART_ID, {"currency": "EUR", "items": [item]}))["cart"]
    assert set(CART_FIELDS.split()) <= cart.keys()
    assert set(ITEM_FIELDS.split()) <= cart["items"][0].keys()
    assert (cart["customer"], cart["keys"], cart["items"][0]["parentId"]) == (None, {}, None)


async def test_a_cart_is_found_by_its_key_and_read_as_it_is(shop: Shop) -> None:
    created = await shop.call("create-cart", CART_ID, CART)
    by_key = await shop.call("get-cart", data={"key": {"name": "salesJourneyId", "value": "32423423"}})
    by_id = await shop.call("get-cart", CART_ID, {"reprice": False})
    for reply in (by_key, by_id):
        assert (reply["type"], reply["status"], reply["version"]) == ("cart-updated", "read", 1)
        assert reply["cart"] == created["cart"]
    repriced = await shop.call("reprice-cart", CART_ID, {"asOf": None})
    assert (repriced["type"], repriced["status"], repriced["version"]) == ("price-changed", "unchanged", 1)


async def test_a_simulation_needs_neither_cart_nor_catalog(running: Running) -> None:
    shop = Shop(running.wire, f"t{uuid4().hex[:10]}")
    facts = {name: rows for _, data in CATALOG for name, rows in data.items()}
    data = {
        "country": "FR",
        "currency": "EUR",
        "asOf": None,
        "channel": {"id": "web"},
        "pricingPolicy": {"preset": "default", "taxLevel": "line", "rounding": "half-up"},
        "items": [{"offeringId": "EPO-90-200008", "quantity": 20, "characteristics": {"color": "red"}}],
        "vouchers": [{"code": "R172KKIP7NAW"}],
        "facts": facts,
    }
    reply = await shop.call("simulate-price", data=data, explain=True)
    assert (reply["type"], reply["status"]) == ("price-changed", "dry-run")
    # 199.80, less 10 % (19.98), less half of what is left (89.91).
    assert reply["cart"]["dueNow"]["payable"] == "89.91"
    [ledger] = reply["explanation"]["items"]
    assert [line["amount"] for line in ledger["lines"]][:3] == ["199.80", "-19.98", "-89.91"]
    assert ledger["lines"][-1]["after"] == "89.91"


async def test_a_customer_may_be_nobody_in_particular(shop: Shop) -> None:
    promotion = {
        **dict(CATALOG)["upsert-promotions"]["promotions"][0],
        "benefits": [{"kind": "percent", "value": "20"}],
    }
    typed = {**promotion, "id": "guests", "conditions": [{"kind": "customer-type", "userTypes": ["ANONYMOUS"]}]}
    capped = {**promotion, "id": "once", "conditions": [], "caps": {"perCustomer": 1}}
    await shop.call("upsert-promotions", data={"promotions": [typed, capped]})
    cart = {"currency": "EUR", "customer": {"userType": "ANONYMOUS"}, "items": [{"offeringId": "EPO-90-200009"}]}
    reply = await shop.call("create-cart", CART_ID, cart, explain=True)
    assert (reply["status"], reply["cart"]["dueNow"]["payable"]) == ("applied", "76.00")
    assert {each["id"]: each["reason"] for each in reply["explanation"]["promotions"]}["once"] == "customer-unknown"


async def test_a_refusal_has_the_shape_of_the_contract(shop: Shop) -> None:
    await shop.call("create-cart", CART_ID, CART)
    stale = {"products": [{"id": "i-1", "quantity": 2}]}
    assert await shop.call("update-products", CART_ID, stale, version=7, message_id="m-7") == {
        "type": "command-refused",
        "commandId": "m-7",
        "cartId": CART_ID,
        "error": {
            "code": "stale-version",
            "message": "The cart is at version 1, the command expected 7.",
            "retryable": True,
            "details": {"currentVersion": 1},
            "problems": [],
        },
    }
    none = await shop.call("update-products", CART_ID, {"products": [{"id": "i-1", "quantity": 0}]})
    [problem] = none["error"]["problems"]
    assert (problem["path"], problem["code"]) == ("/data/products/0/quantity", "out-of-range")
    assert (error_code(none), none["error"]["retryable"], bool(problem["message"])) == ("invalid", False, True)
    assert none["cartId"] == CART_ID


async def test_what_may_be_left_out_may_be_null(shop: Shop) -> None:
    bare = {"country": "FR", "currency": "EUR", "items": [{"id": "i-1", "offeringId": "EPO-90-200009"}]}
    names = (
        "locale",
        "storeId",
        "channel",
        "place",
        "marketSegment",
        "customer",
        "keys",
        "pricingPolicy",
        "containers",
    )
    item = {**bare["items"][0], **dict.fromkeys(("quantity", "containerId", "parentId", "action", "term"))}
    nulls = {**bare, **dict.fromkeys(names), "items": [{**item, "characteristics": None}]}
    left_out = await shop.call("create-cart", CART_ID, bare, dryRun=True)
    null = await shop.call("create-cart", CART_ID, nulls, dryRun=True)
    assert unstamped(null) == unstamped(left_out)


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("create-cart", {**CART, "colour": "red"}, "/data/colour"),
        ("create-cart", {**CART, "channel": {"id": "web", "kind": "x"}}, "/data/channel/kind"),
        ("create-cart", {**CART, "items": [{"offeringId": "EPO-90-200009", "price": "1"}]}, "/data/items/0/price"),
        ("upsert-taxes", {"taxes": [{**CATALOG[0][1]["taxes"][0], "net": True}]}, "/data/taxes/0/net"),
        ("simulate-price", {"currency": "EUR", "facts": {"carts": []}}, "/data/facts/carts"),
    ],
)
async def test_what_is_unknown_is_refused_where_it_stands(shop: Shop, kind: str, data: Body, path: str) -> None:
    reply = await shop.call(kind, data=data)
    assert (error_code(reply), problems(reply)) == ("invalid", [(path, "unknown-field")])


@pytest.mark.parametrize("currency", ["eur", "XXX", "EURO", 978])
async def test_a_currency_is_a_code_of_the_standard(shop: Shop, currency: Any) -> None:
    reply = await shop.call("create-cart", CART_ID, {**CART, "currency": currency})
    assert [path for path, _ in problems(reply)] == ["/data/currency"]
