"""The telco dialect's promotions, overrides, adjustments and base price, from queue to reply."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from support.dialects import Counter
from support.running import Running, running_worker
from support.shop import Shop
from support.telco_answers import errors, items, price, refusal

PLAN = {"id": "i-1", "offeringId": "plan", "containerId": "k-1", "quantity": 2}
PHONE = {"id": "i-2", "offeringId": "phone", "containerId": "k-2"}
CONTAINERS = [{"id": "k-1", "category": "mobile", "processContext": "new"}, {"id": "k-2"}]
OVERRIDE = {
    "priceType": "Recurring",
    "recurringChargePeriod": "Monthly",
    "type": "manualPriceOverride",
    "actionType": "Percentage Discount",
    "actionValue": 10,
}
DETAILS = [{"name": "pin", "value": "12"}]
CARD = {"type": "giftCard", "name": "Birthday", "referenceId": "GC-1", "amount": 20.5, "details": DETAILS}
DEALER = {"roles": "dealer"}


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that believes what callers say of their roles."""
    async with running_worker(amqp_url, mongo_url, trust_role_header=True) as running:
        yield running


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    shop = await running.shop()
    ten = {"id": "ten", "coupon": "TEN", "level": "item", "benefits": [{"kind": "percent", "value": "10"}]}
    asked = {"id": "asked", "automatic": False, "benefits": [{"kind": "percent", "value": "50"}]}
    large = {"kind": "minimum-amount", "amount": "5000.00", "currency": "EUR"}
    big = {**ten, "id": "big", "coupon": "BIG", "conditions": [large]}
    limits = [{"role": "dealer", "floor": "80", "ceiling": "120"}]
    for kind, data in (
        ("upsert-promotions", {"promotions": [ten, asked, big]}),
        ("set-configuration", {"overrideLimits": limits}),
    ):
        reply = await shop.call(kind, data=data)
        assert reply["type"] == "catalog-updated", reply
    return shop


@pytest.fixture(scope="module")
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


@pytest.fixture
async def cart_id(shop: Shop) -> str:
    return await shop.cart(PLAN, PHONE, containers=CONTAINERS)


async def test_base_price(shop: Shop, telco: Counter, cart_id: str) -> None:
    same = await telco.call("do-base-price", {"id": cart_id}, {"id": cart_id})
    assert (same.http_status, same.headers["status"], same.headers["cart-version"]) == (200, "unchanged", 1)
    assert same.body["isCartItemPriceChanged"] is False
    await shop.call("apply-adjustment", cart_id, {"kind": "wallet", "amount": "1.00"})
    gone = await telco.call("do-base-price", {"id": "c-none"})
    assert refusal(gone) == (404, "cart-not-found")
    stale = await telco.call("do-base-price", {"id": cart_id, "version": 1})
    assert refusal(stale) == (409, "stale-version")


async def test_a_coupon_is_applied_and_removed(telco: Counter, cart_id: str) -> None:
    own = uuid4().hex
    dry = await telco.call("apply-promotion", {"id": cart_id, "dryRun": True}, {"coupon": {"code": "TEN"}})
    reply = await telco.call("apply-promotion", {"id": cart_id}, {"coupon": {"code": "TEN"}}, message_id=own)
    assert (dry.headers["status"], reply.headers["status"], reply.headers["cart-version"]) == ("dry-run", "applied", 2)
    assert price(reply)["taxIncludedAmount"] == {"unit": "EUR", "value": 20}
    assert price(reply)["taxIncludedAlteredAmount"] == {"unit": "EUR", "value": 18}
    assert price(dry) == price(reply)
    [promotion] = items(reply)["i-1"]["promotions"]
    assert (promotion["id"], promotion["coupon"]["code"]) == ("ten", "TEN")
    assert reply.body["isCartItemPriceChanged"] is True
    removed = await telco.call("remove-promotion", {"id": cart_id, "promotionId": "ten"})
    assert price(removed)["taxIncludedAlteredAmount"]["value"] == 20
    again = await telco.call("apply-promotion", {"id": cart_id}, {"coupon": {"code": "TEN"}}, message_id=own)
    assert (again.headers["status"], again.headers["cart-version"], again.http_status) == ("duplicate", 2, 200)
    assert {**again.body, "updatedOn": None} == {**reply.body, "updatedOn": None}
    twice = await telco.call("remove-promotion", {"id": cart_id, "promotionId": "ten"})
    assert refusal(twice) == (400, "promotion-not-applicable")


async def test_a_promotion_is_asked_for_by_its_id(telco: Counter, cart_id: str) -> None:
    reply = await telco.call("apply-promotion", {"id": cart_id, "promotionId": "asked"})
    assert price(reply)["taxIncludedAlteredAmount"]["value"] == 10
    for body in ({"coupon": {"code": "NONE"}}, {"coupon": {"code": "BIG"}}):
        refused = await telco.call("apply-promotion", {"id": cart_id}, body)
        assert refusal(refused) == (400, "promotion-not-applicable")
    empty = await telco.call("apply-promotion", {"id": cart_id}, {})
    assert (empty.http_status, errors(empty)) == (400, [("/body/coupon/code", "missing")])


async def test_a_price_is_set_by_a_role_that_may(telco: Counter, cart_id: str) -> None:
    where = {"id": cart_id, "offerContainerId": "k-1", "cartItemId": "i-1"}
    body = {**OVERRIDE, "priceSubType": "loyalty", "offset": 2, "validFor": {"startDateTime": "2026-01-01T00:00:00Z"}}
    reply = await telco.call("override-price", where, body, headers=DEALER)
    assert (reply.http_status, price(reply)["taxIncludedAlteredAmount"]["value"]) == (200, 18)
    [customized] = items(reply)["i-1"]["customizedPrice"]
    valid = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": None}
    expected = {**OVERRIDE, "priceId": "pp-plan", "id": "o-2", **body, "validFor": valid}
    assert {name: customized[name] for name in expected} == expected
    back = {"priceId": "pp-plan", "actionType": "List Price"}
    listed = await telco.call("override-price", where, back, headers=DEALER)
    assert (items(listed)["i-1"]["customizedPrice"], price(listed)["taxIncludedAlteredAmount"]["value"]) == ([], 20)


async def test_a_price_is_not_set_by_others_nor_beyond_the_limit(telco: Counter, cart_id: str) -> None:
    where = {"id": cart_id, "offerContainerId": "k-1", "cartItemId": "i-1"}
    forbidden = await telco.call("override-price", where, OVERRIDE)
    assert refusal(forbidden) == (403, "forbidden")
    beyond = await telco.call("override-price", where, {**OVERRIDE, "actionValue": 20.1}, headers=DEALER)
    assert refusal(beyond) == (403, "override-over-limit")
    elsewhere = await telco.call("override-price", {**where, "offerContainerId": "k-2"}, OVERRIDE, headers=DEALER)
    assert refusal(elsewhere) == (404, "item-not-found")
    assert errors(elsewhere) == [("/parameters/cartItemId", "item-not-found")]
    nobody = await telco.call("override-price", {**where, "cartItemId": "i-9"}, OVERRIDE, headers=DEALER)
    assert (nobody.http_status, errors(nobody)) == (404, [("/parameters/cartItemId", "item-not-found")])
    other = await telco.call("override-price", where, {**OVERRIDE, "priceType": "Usage"}, headers=DEALER)
    assert (other.http_status, errors(other)) == (400, [("/body/priceType", "price-not-found")])
    period = {**OVERRIDE, "recurringChargePeriod": "Fortnightly"}
    wrong = await telco.call("override-price", where, period, headers=DEALER)
    assert (wrong.http_status, [path for path, _ in errors(wrong)]) == (400, ["/body/recurringChargePeriod"])


async def test_money_that_was_there_before_lowers_what_is_payable(telco: Counter, cart_id: str) -> None:
    reply = await telco.call("add-price-adjustment", {"id": cart_id}, CARD)
    [adjustment] = reply.body["nonRecurringPriceAdjustment"]
    expected = {**CARD, "id": "a-2"}
    assert {name: adjustment[name] for name in expected} == expected
    twice = await telco.call("add-price-adjustment", {"id": cart_id}, CARD)
    assert (twice.http_status, errors(twice)) == (400, [("/body/referenceId", "duplicate-reference")])
    small = await telco.call("add-price-adjustment", {"id": cart_id}, {**CARD, "amount": 0.001, "referenceId": "x"})
    assert errors(small) == [("/body/amount", "wrong-format")]
    removed = await telco.call("remove-price-adjustment", {"id": cart_id, "adjustmentId": "a-2"})
    assert (removed.http_status, removed.body["nonRecurringPriceAdjustment"]) == (200, [])
    again = await telco.call("remove-price-adjustment", {"id": cart_id, "adjustmentId": "a-2"})
    assert (again.http_status, errors(again)) == (400, [("/parameters/adjustmentId", "adjustment-not-found")])
