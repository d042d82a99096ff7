"""Every error code that can occur so far is produced by somebody, and a refusal leaves no trace."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from cartwright.wire.refusals import RETRYABLE, ErrorCode
from handlers.tokens import Validity
from support.failing import FailingStore, failing
from support.jobs import ended
from support.running import Running, running_worker
from support.shop import Shop, error_code, problems
from workers.execute.validity_tokens import SignedTokens

PLAN = {"id": "i-1", "offeringId": "plan"}
QUANTITY = {"products": [{"id": "i-1", "quantity": 2}]}
ONCE = {"type": "one-time", "currency": "EUR"}
CASE = {"offeringId": "case", "characteristics": {"color": "red"}}
SALES: dict[str, Any] = {
    "upsert-rules": {
        "rules": [
            {"id": "few-plans", "kind": "cardinality", "items": {"offeringIds": ["plan"]}, "max": 20_000},
            {
                "id": "apart",
                "kind": "exclusion",
                "items": {"offeringIds": ["plan"]},
                "others": {"offeringIds": ["phone"]},
            },
            {"id": "once", "kind": "owned-once"},
        ]
    },
    "upsert-promotions": {
        "promotions": [
            {
                "id": "bulk",
                "coupon": "BULK",
                "conditions": [{"kind": "quantity", "minimum": 50}],
                "benefits": [{"kind": "percent", "value": "10"}],
            }
        ]
    },
    "upsert-vouchers": {"vouchers": [{"code": "LAST", "reductionPercent": "10", "uses": 1}]},
    "set-configuration": {"overrideLimits": [{"role": "dealer", "floor": "90"}]},
}
"""What is in the way of the commands below, and of nothing else."""
STORES: list[FailingStore] = []
TOKEN_KEY = "k" * 32

Reply = dict[str, Any]
Scenario = Callable[[Shop, str], Awaitable[Reply]]


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker whose store fails on request, and which gives up at once."""
    settings = {
        "token_keys": TOKEN_KEY,
        "attempts_in_place": 1,
        "retry_delays": (),
        "cached_lines": 0,
        "trust_role_header": True,
    }
    async with running_worker(amqp_url, mongo_url, failing(STORES), **settings) as running:
        yield running


async def raw(shop: Shop, body: bytes, kind: str = "update-products", **properties: Any) -> Reply:
    return await shop.wire.ask(f"{shop.tenant}.{kind}", body, **{"message_id": uuid4().hex, **properties})


async def malformed(shop: Shop, cart: str) -> Reply:
    return await raw(shop, b'{"type": "update-products", "type": "update-products"}')


async def too_large(shop: Shop, cart: str) -> Reply:
    return await raw(shop, json.dumps({"type": "update-products", "data": "x" * 2**20}).encode())


async def invalid(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", cart, {"products": [{"id": "i-1", "quantity": True}], "more": 1})


async def unknown_command(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-product", cart, QUANTITY)


async def unsupported_schema_version(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", cart, QUANTITY, schemaVersion=2)


async def missing_message_id(shop: Shop, cart: str) -> Reply:
    properties = {"message_id": None, "headers": {"cart-id": cart}}
    return await shop.call("update-products", cart, QUANTITY, properties=properties)


async def cart_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", "c-none", QUANTITY)


async def cart_exists(shop: Shop, cart: str) -> Reply:
    return await shop.call("create-cart", cart, {"currency": "EUR"})


async def item_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("remove-items", cart, {"itemIds": ["i-9"]})


async def container_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("replace-items", cart, {"containerId": "k-9", "items": []})


async def failed_test(shop: Shop, cart: str) -> Reply:
    return await shop.call(
        "patch-cart", cart, {"operations": [{"op": "test", "path": "/items/i-1/quantity", "value": 7}]}
    )


async def note_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("remove-note", cart, {"itemId": "i-1", "noteId": "n-9"})


async def offering_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "nothing"}]})


async def offering_not_available(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "past"}]})


async def price_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "unpriced"}]})


async def stale_version(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", cart, QUANTITY, version=7)


async def rebase_conflict(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", cart, QUANTITY, version=0, onConflict="rebase")


async def idempotency_mismatch(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", cart, QUANTITY, message_id=f"created-{cart}")


async def cart_read_only(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", f"{cart}-submitted", QUANTITY)


async def cart_locked(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", f"{cart}-locked", QUANTITY)


async def cart_not_submitted(shop: Shop, cart: str) -> Reply:
    return await shop.call("reopen-cart", cart)


async def key_taken(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-cart", cart, {"keys": {"externalId": "x-1"}})


async def rule_broken(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "plan", "quantity": 20_000}]})


async def incompatible_items(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "phone"}]})


async def already_owned(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [CASE]})


async def promotion_not_applicable(shop: Shop, cart: str) -> Reply:
    return await shop.call("apply-promotion", cart, {"coupon": "BULK"})


async def voucher_unknown(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-voucher", cart, {"code": "last"})


async def voucher_exhausted(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-voucher", cart, {"code": "LAST"})


async def override(shop: Shop, cart: str, roles: str) -> Reply:
    data = {"itemId": "i-1", "priceType": "recurring", "period": "P1M", "kind": "percent", "value": "50"}
    return await shop.call("override-price", cart, data, reason="loyal", properties={"headers": {"roles": roles}})


async def forbidden(shop: Shop, cart: str) -> Reply:
    return await override(shop, cart, "clerk")


async def override_over_limit(shop: Shop, cart: str) -> Reply:
    return await override(shop, cart, "dealer")


async def cart_too_large(shop: Shop, cart: str) -> Reply:
    return await shop.call("add-items", cart, {"items": [{"offeringId": "plan"}] * 10_000})


async def signature_invalid(shop: Shop, cart: str) -> Reply:
    return await shop.call("submit-cart", cart, {"token": "e30.e30.e30"})


async def token_expired(shop: Shop, cart: str) -> Reply:
    passed = Validity(shop.tenant, cart, 1, datetime.now(UTC).replace(microsecond=0))
    return await shop.call("submit-cart", cart, {"token": SignedTokens([TOKEN_KEY.encode()]).issue(passed)})


async def deadline_exceeded(shop: Shop, cart: str) -> Reply:
    passed = f"{datetime.now(UTC) - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    return await shop.call("update-products", cart, QUANTITY, properties={"headers": {"deadline": passed}})


async def temporarily_unavailable(shop: Shop, cart: str) -> Reply:
    STORES[-1].carts.failing_loads = 1
    return await shop.call("update-products", cart, QUANTITY)


async def job_not_found(shop: Shop, cart: str) -> Reply:
    return await shop.call("pause-job", data={"jobId": f"j-{0:024}"})


async def job_ended(shop: Shop, cart: str) -> Reply:
    started = await shop.call("export-carts", data={"cartIds": ["nobody"]})
    job = await ended(shop, started["job"]["id"])
    return await shop.call("cancel-job", data={"jobId": job["id"]})


async def item_not_amendable(shop: Shop, cart: str) -> Reply:
    return await shop.call("update-products", f"{cart}-amendment", QUANTITY)


async def internal(shop: Shop, cart: str) -> Reply:
    STORES[-1].carts.broken = True
    reply = await shop.call("update-products", cart, QUANTITY)
    STORES[-1].carts.broken = False
    return reply


SCENARIOS: dict[ErrorCode, Scenario] = {
    ErrorCode.MALFORMED: malformed,
    ErrorCode.TOO_LARGE: too_large,
    ErrorCode.INVALID: invalid,
    ErrorCode.UNKNOWN_COMMAND: unknown_command,
    ErrorCode.UNSUPPORTED_SCHEMA_VERSION: unsupported_schema_version,
    ErrorCode.MISSING_MESSAGE_ID: missing_message_id,
    ErrorCode.CART_NOT_FOUND: cart_not_found,
    ErrorCode.CART_EXISTS: cart_exists,
    ErrorCode.ITEM_NOT_FOUND: item_not_found,
    ErrorCode.CONTAINER_NOT_FOUND: container_not_found,
    ErrorCode.NOTE_NOT_FOUND: note_not_found,
    ErrorCode.TEST_FAILED: failed_test,
    ErrorCode.OFFERING_NOT_FOUND: offering_not_found,
    ErrorCode.OFFERING_NOT_AVAILABLE: offering_not_available,
    ErrorCode.PRICE_NOT_FOUND: price_not_found,
    ErrorCode.STALE_VERSION: stale_version,
    ErrorCode.REBASE_CONFLICT: rebase_conflict,
    ErrorCode.IDEMPOTENCY_MISMATCH: idempotency_mismatch,
    ErrorCode.CART_READ_ONLY: cart_read_only,
    ErrorCode.CART_LOCKED: cart_locked,
    ErrorCode.CART_NOT_SUBMITTED: cart_not_submitted,
    ErrorCode.KEY_TAKEN: key_taken,
    ErrorCode.ITEM_NOT_AMENDABLE: item_not_amendable,
    ErrorCode.RULE_BROKEN: rule_broken,
    ErrorCode.INCOMPATIBLE_ITEMS: incompatible_items,
    ErrorCode.ALREADY_OWNED: already_owned,
    ErrorCode.PROMOTION_NOT_APPLICABLE: promotion_not_applicable,
    ErrorCode.VOUCHER_UNKNOWN: voucher_unknown,
    ErrorCode.VOUCHER_EXHAUSTED: voucher_exhausted,
    ErrorCode.FORBIDDEN: forbidden,
    ErrorCode.OVERRIDE_OVER_LIMIT: override_over_limit,
    ErrorCode.CART_TOO_LARGE: cart_too_large,
    ErrorCode.SIGNATURE_INVALID: signature_invalid,
    ErrorCode.TOKEN_EXPIRED: token_expired,
    ErrorCode.JOB_NOT_FOUND: job_not_found,
    ErrorCode.JOB_ENDED: job_ended,
    ErrorCode.DEADLINE_EXCEEDED: deadline_exceeded,
    ErrorCode.TEMPORARILY_UNAVAILABLE: temporarily_unavailable,
    ErrorCode.INTERNAL: internal,
}
PARKED_INSTEAD = {ErrorCode.FORBIDDEN_REPLY_TO}  # there is nobody to tell: test_replies.py


def test_every_code_has_a_scenario_or_a_reason_for_none() -> None:
    assert SCENARIOS.keys() | PARKED_INSTEAD == set(ErrorCode)
    assert not SCENARIOS.keys() & PARKED_INSTEAD


@pytest.fixture
async def cart(shop: Shop, running: Running) -> str:
    """A cart with a plan in it; one twin has the last voucher and was submitted, another is locked and has a key."""
    cart_id = f"c-{uuid4().hex[:8]}"
    for kind, data in SALES.items():
        assert (await shop.call(kind, data=data))["type"] == "catalog-updated"
    for suffix in ("", "-submitted", "-locked"):
        customer = {"id": "u-1", "ownedOfferings": ["case"]}
        data = {"country": "FR", "currency": "EUR", "customer": customer, "items": [PLAN]}
        await shop.call("create-cart", cart_id + suffix, data, message_id=f"created-{cart_id}{suffix}")
    assert (await shop.call("add-voucher", f"{cart_id}-submitted", {"code": "LAST"}))["status"] == "applied"
    await shop.call("update-cart", f"{cart_id}-locked", {"keys": {"externalId": "x-1"}})
    await shop.call("lock-cart", f"{cart_id}-locked", {"owner": "anna", "seconds": 600})
    submitted = {"tenant": shop.tenant, "cartId": f"{cart_id}-submitted"}
    await running.database["carts"].update_one(submitted, {"$set": {"status": "submitted"}})
    amendment = {"amends": f"{cart_id}-submitted", "fixedItems": ["i-1"]}
    assert (await shop.call("start-amendment", f"{cart_id}-amendment", amendment))["status"] == "applied"
    return cart_id


@pytest.mark.parametrize("code", SCENARIOS)
async def test_a_refusal_has_its_code_and_leaves_no_trace(
    shop: Shop, running: Running, cart: str, code: ErrorCode
) -> None:
    before = await running.documents(shop.tenant)
    reply = await SCENARIOS[code](shop, cart)
    assert error_code(reply) == code
    assert reply["error"]["retryable"] is (code in RETRYABLE)
    assert reply["error"]["message"]
    assert await running.documents(shop.tenant) == before
    assert (await shop.call("get-cart", cart))["version"] == 1


async def test_all_problems_of_one_pass_are_listed(shop: Shop) -> None:
    products = [{"id": "i-1", "quantity": 0}, {"id": "", "trial": "yes"}, {"quantity": 1, "price": 3}]
    reply = await shop.call("update-products", "c 1", {"products": products}, version="1", dryRun="false")
    assert sorted(problems(reply)) == [
        ("/cartId", "wrong-format"),
        ("/data/products/0/quantity", "out-of-range"),
        ("/data/products/1/id", "wrong-format"),
        ("/data/products/1/trial", "wrong-type"),
        ("/data/products/2/id", "missing"),
        ("/data/products/2/price", "unknown-field"),
        ("/dryRun", "wrong-type"),
        ("/version", "wrong-type"),
    ]


async def test_all_that_keeps_items_out_is_listed(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    items = [
        {"offeringId": "none"},
        {"offeringId": "plan", "containerId": "k-none", "parentId": "i-none"},
        {"offeringId": "case", "characteristics": {"color": "green"}},
        {"quantity": 2},
        {"id": "i-2", "offeringId": "plan", "parentId": "i-2"},
        {"id": "i-3", "offeringId": "plan", "parentId": "i-1"},
    ]
    reply = await shop.call("add-items", cart_id, {"items": items})
    assert (error_code(reply), problems(reply)) == (
        "offering-not-found",
        [
            ("/data/items/0/offeringId", "offering-not-found"),
            ("/data/items/1/containerId", "container-not-found"),
            ("/data/items/1/parentId", "item-not-found"),
            ("/data/items/2/characteristics/color", "not-allowed"),
            ("/data/items/3", "missing"),
            ("/data/items/4/parentId", "cycle"),
        ],
    )
    taken = await shop.call("add-items", cart_id, {"items": [PLAN, {**PLAN, "id": "i-2"}, {**PLAN, "id": "i-2"}]})
    assert problems(taken) == [("/data/items/0/id", "duplicate-id"), ("/data/items/2/id", "duplicate-id")]


async def test_what_has_no_price_is_named_where_it_stands(shop: Shop) -> None:
    items = [{"offeringId": "phone"}, {"offeringId": "unpriced"}]
    refused = await shop.call("add-items", await shop.cart(PLAN), {"items": items})
    assert (error_code(refused), problems(refused)) == ("price-not-found", [("/data/items/1", "price-not-found")])
    both = await shop.call("add-items", await shop.cart(PLAN), {"items": [items[1], *items]})
    assert problems(both) == [(f"/data/items/{each}", "price-not-found") for each in (0, 2)]
    moved = await shop.call("update-cart", await shop.cart(PLAN), {"currency": "JPY"})
    assert problems(moved) == [("/data", "price-not-found")]


async def test_a_misspelt_command_gets_a_hint(shop: Shop) -> None:
    reply = await unknown_command(shop, "c-1")
    assert reply["error"]["message"] == "There is no such command. Did you mean update-products?"


async def test_another_tenants_cart_is_not_there(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    other = await running.shop()
    theirs = await other.call("get-cart", cart_id)
    nobodys = await other.call("get-cart", "c-none")
    assert theirs["error"] == nobodys["error"]
    assert error_code(theirs) == "cart-not-found"


async def test_characteristics_are_checked(shop: Shop) -> None:
    cart_id = await shop.cart()
    missing = await shop.call("add-items", cart_id, {"items": [{"offeringId": "case"}]})
    green = {"offeringId": "case", "characteristics": {"color": "green"}}
    wrong = await shop.call("add-items", cart_id, {"items": [green]})
    assert problems(missing) == [("/data/items/0/characteristics", "missing")]
    assert problems(wrong) == [("/data/items/0/characteristics/color", "not-allowed")]


async def test_an_offering_is_sold_through_its_channels(shop: Shop) -> None:
    item = {"offeringId": "shop-only"}
    web = await shop.call("create-cart", "c-1", {"currency": "EUR", "channel": {"id": "web"}, "items": [item]})
    none = await shop.call("create-cart", "c-1", {"currency": "EUR", "items": [item]})
    own = await shop.call("create-cart", "c-1", {"currency": "EUR", "channel": {"id": "shop"}, "items": [item]})
    assert (error_code(web), error_code(none)) == ("offering-not-available", "offering-not-available")
    assert own["status"] == "applied"


async def test_the_type_and_the_cart_agree_with_the_address(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    body = json.dumps({"type": "get-cart", "cartId": cart_id, "data": {}}).encode()
    assert problems(await raw(shop, body, "empty-cart")) == [("/type", "mismatch")]
    other = await raw(shop, body, "get-cart", headers={"cart-id": "c-other"})
    assert problems(other) == [("/cartId", "mismatch")]


@pytest.mark.parametrize(
    ("kind", "row", "problem"),
    [
        ("taxes", {"id": "t", "country": "FR", "category": "standard", "rate": "101"}, ("/rate", "wrong-format")),
        ("taxes", {"id": "t", "country": "fr", "category": "standard", "rate": "1"}, ("/country", "wrong-format")),
        ("offerings", {"id": "a", "bundle": [{"offeringId": "a"}]}, ("/bundle", "cycle")),
        ("offerings", {"id": "a", "bundle": [{"offeringId": "b", "min": 2, "max": 1}]}, ("/bundle/0", "out-of-range")),
        ("prices", {**ONCE, "amount": "-1"}, ("/amount", "out-of-range")),
        (
            "prices",
            {**ONCE, "amount": "1.0000000000001"},
            ("/amount", "too-many-decimals"),
        ),
        ("prices", {"type": "recurring", "currency": "EUR", "amount": "1"}, ("", "period-mismatch")),
        ("prices", {**ONCE, "period": "P1M", "amount": "1"}, ("", "period-mismatch")),
        ("prices", {**ONCE, "amount": "101.00"}, ("", "ambiguous-price")),
    ],
)
async def test_catalog_rows_are_checked(shop: Shop, kind: str, row: dict[str, Any], problem: tuple[str, str]) -> None:
    full = {"id": "pp-new", "offeringId": "phone", **row} if kind == "prices" else row
    reply = await shop.call(f"upsert-{kind}", data={kind: [full]})
    assert problems(reply) == [(f"/data/{kind}/0{problem[0]}", problem[1])]


async def test_rows_stand_once(shop: Shop) -> None:
    reply = await shop.call("upsert-offerings", data={"offerings": [{"id": "a"}, {"id": "a"}]})
    assert problems(reply) == [("/data/offerings/1/id", "duplicate-id")]
