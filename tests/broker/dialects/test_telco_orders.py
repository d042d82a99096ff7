"""The telco dialect's orders and their amendment, from queue to reply."""

from uuid import uuid4

import pytest

from support.dialects import Counter
from support.shop import Shop
from support.telco_answers import errors, items, refusal

PHONE = {"id": "i-1", "offeringId": "phone", "containerId": "k-1"}
PLAN = {"id": "i-2", "offeringId": "plan", "containerId": "k-1"}
CONTAINERS = [{"id": "k-1", "category": "mobile", "processContext": "new"}]


@pytest.fixture
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


async def token(telco: Counter, cart_id: str) -> str:
    """The validity token of a cart."""
    reply = await telco.call("validate-shopping-cart", {"id": cart_id})
    assert reply.body["listOfErrors"] == []
    return str(reply.body["shoppingCart"]["validityToken"])


async def order(shop: Shop, telco: Counter) -> str:
    """A submitted cart."""
    cart_id = await shop.cart(PHONE, PLAN, containers=CONTAINERS)
    body = {"validityToken": await token(telco, cart_id)}
    assert (await telco.call("submit-shopping-cart", {"id": cart_id}, body)).http_status == 200
    return cart_id


async def test_a_validated_cart_is_submitted_and_read_only_from_then_on(shop: Shop, telco: Counter) -> None:
    cart_id, own = await shop.cart(PHONE, PLAN, containers=CONTAINERS), uuid4().hex
    body = {"validityToken": await token(telco, cart_id)}
    dry = await telco.call("submit-shopping-cart", {"id": cart_id, "dryRun": True}, body)
    reply = await telco.call("submit-shopping-cart", {"id": cart_id}, body, message_id=own)
    assert (dry.headers["status"], dry.body["status"]) == ("dry-run", "SUBMITTED")
    assert (reply.headers["status"], reply.http_status, reply.body["status"]) == ("applied", 200, "SUBMITTED")
    again = await telco.call("submit-shopping-cart", {"id": cart_id}, body, message_id=own)
    assert (again.headers["status"], again.body) == ("duplicate", reply.body)
    other = await telco.call("submit-shopping-cart", {"id": cart_id}, {"validityToken": "x"}, message_id=own)
    assert refusal(other) == (409, "idempotency-mismatch")
    changed = await telco.call("do-base-price", {"id": cart_id})
    assert refusal(changed) == (409, "cart-read-only")


async def test_a_token_that_is_none_or_too_old_submits_nothing(shop: Shop, telco: Counter) -> None:
    cart_id = await shop.cart(PHONE, containers=CONTAINERS)
    forged = await telco.call("submit-shopping-cart", {"id": cart_id}, {"validityToken": "forged"})
    assert refusal(forged) == (403, "signature-invalid")
    nothing = await telco.call("submit-shopping-cart", {"id": cart_id})
    assert (refusal(nothing), errors(nothing)) == ((400, "invalid"), [("/body/validityToken", "missing")])
    old = await token(telco, cart_id)
    await shop.call("apply-adjustment", cart_id, {"kind": "wallet", "amount": "1.00"})
    stale = await telco.call("submit-shopping-cart", {"id": cart_id}, {"validityToken": old})
    assert refusal(stale) == (409, "stale-version")


async def test_an_amendment_starts_with_all_items_kept(shop: Shop, telco: Counter) -> None:
    ordered, own = await order(shop, telco), uuid4().hex
    fixed = {"offerContainer": [{"cartItem": [{"id": "i-2", "amendmentAllowed": False}]}]}
    dry = await telco.call("start-amendment", {"id": ordered, "dryRun": True}, fixed)
    assert (dry.http_status, dry.headers["status"]) == (200, "dry-run")
    reply = await telco.call("start-amendment", {"id": ordered}, fixed, message_id=own)
    amendment = reply.body["id"]
    assert (reply.http_status, reply.headers["status"], reply.headers["cart-id"]) == (201, "applied", amendment)
    assert (reply.body["isAmendment"], amendment == ordered) == (True, False)
    shown = {item_id: (each["action"], each["amendmentAllowed"]) for item_id, each in items(reply).items()}
    assert shown == {"i-1": ("keep", True), "i-2": ("keep", False)}
    again = await telco.call("start-amendment", {"id": ordered}, fixed, message_id=own)
    assert (again.http_status, again.headers["status"], again.body) == (201, "duplicate", reply.body)
    second = await telco.call("start-amendment", {"id": ordered}, fixed)
    assert refusal(second) == (409, "key-taken")
    kept = await telco.call("delete-cart-item", {"id": amendment, "offerContainerId": "k-1", "cartItemId": "i-2"})
    assert refusal(kept) == (409, "item-not-amendable")
    body = {"validityToken": await token(telco, amendment)}
    wrong = await telco.call("submit-shopping-cart", {"id": amendment}, body)
    assert (refusal(wrong), [place for place, _ in errors(wrong)]) == ((400, "invalid"), ["/parameters/id"])
    submitted = await telco.call("submit-amendment", {"id": amendment}, body)
    assert (submitted.http_status, submitted.body["status"]) == (200, "SUBMITTED")


async def test_only_orders_are_amended(shop: Shop, telco: Counter) -> None:
    cart_id = await shop.cart(PHONE, containers=CONTAINERS)
    active = await telco.call("start-amendment", {"id": cart_id})
    assert (refusal(active), errors(active)) == (
        (409, "cart-not-submitted"),
        [("/parameters/id", "cart-not-submitted")],
    )
    unknown = await telco.call("start-amendment", {"id": "c-none"})
    assert refusal(unknown) == (404, "cart-not-found")
    ordered = await order(shop, telco)
    stranger = {"offerContainer": [{}, {"cartItem": [{"id": "i-9", "amendmentAllowed": False}]}]}
    refused = await telco.call("start-amendment", {"id": ordered}, stranger)
    assert (refusal(refused), errors(refused)) == (
        (404, "item-not-found"),
        [("/body/offerContainer/1/cartItem/0/id", "item-not-found")],
    )
    no_amendment = await telco.call("submit-amendment", {"id": cart_id}, {"validityToken": await token(telco, cart_id)})
    assert (refusal(no_amendment), errors(no_amendment)[0][0]) == ((400, "invalid"), "/parameters/id")
