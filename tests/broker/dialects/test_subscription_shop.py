"""Document 001 from queue to reply: every operation, with the samples of the document."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from audit import audit_stored, read_pages
from storage.mongo.store import MongoStore
from support.dialects import Counter, DialectReply
from support.running import Running
from support.shop import Shop
from support.subscription_shop import FULL_CATALOG, checkout, differences, item, sample, update, upgrade

DIALECT = "subscription-shop"


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    return await running.shop()


@pytest.fixture(scope="module")
def counter(shop: Shop) -> Counter:
    return Counter(shop, DIALECT)


async def made(counter: Counter, body: Any, operation: str = "create-item", **call: Any) -> dict[str, Any]:
    """The body of the answer that shows a new cart."""
    reply = await counter.call(operation, None, body, **call)
    assert (reply.http_status, reply.headers["status"]) == (201, "applied"), reply
    return dict(reply.body)


def simple(*products: str, **fields: Any) -> dict[str, Any]:
    wanted = [{"id": each} for each in products]
    return {"country": "FR", "locale": "fr-FR", "storeId": "s-1", "wantedProducts": wanted, **fields}


async def submit(shop: Shop, cart_id: str) -> None:
    token = (await shop.call("validate-cart", cart_id))["validation"]["token"]
    assert (await shop.call("submit-cart", cart_id, {"token": token}))["status"] == "applied"


def refusal(reply: DialectReply) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, code and problems of an error."""
    assert reply.type == "command-refused", reply
    assert reply.body.keys() >= {"code", "message", "retryable", "problems"}
    found = [(each["path"], each["code"]) for each in reply.body["problems"]]
    return reply.http_status, reply.body["code"], found


async def test_create_item_keeps_and_answers_every_field_of_the_sample(shop: Shop, counter: Counter) -> None:
    wanted = [update("plan", discountPlan={"percent": 10, "tier": 1.50}, priceFunctionParameters={"seats": 5})]
    sent = item(wantedProducts=wanted, buyerBehavior={"score": 0.10}, consentFlags={"news": True}, flags={"n": 1})
    body = await made(counter, sent)
    assert differences(body, "cart") == []
    same = sent.keys() & body.keys() - {"products", "wantedProducts", "partialPaymentAmount"}
    assert {name: body[name] for name in same} == {name: sent[name] for name in same}
    assert (body["cartIp"], body["subscriptionId"], body["dbVersion"]) == (sent["ip"], sent["Subscription Id"], 1)
    assert (body["currency"], body["availableCurrencies"]) == ({"code": "EUR"}, "[EUR]")
    assert body["wantedProducts"] == wanted
    [product] = body["products"]
    assert (product["id"], product["quantity"], product["name"], product["price"]) == ("plan", 2, "Plan", 18)
    stored = (await shop.call("get-cart", body["id"]))["cart"]
    assert (stored["keys"], stored["storeId"], stored["source"]) == (
        {"subscriptionId": "string"},
        sent["storeId"],
        "SUBSCRIPTION",
    )


async def test_amounts_are_numbers_and_what_is_payable_is_the_total(shop: Shop, counter: Counter) -> None:
    body = await made(counter, simple("plan", "phone", wantedProducts=[{"id": "plan", "quantity": 3}, {"id": "phone"}]))
    assert body["totalAmount"] == 150
    assert body["price"] == {"currency": "EUR", "list": 130, "discount": 0, "net": 125, "tax": 25, "gross": 150}
    assert [(each["id"], each["price"]) for each in body["products"]] == [("plan", 30), ("phone", 120)]
    assert (body["taxTypes"], body["vouchersTotalAmount"], body["warnings"]) == (["fr"], 0, [])
    yen = await made(counter, simple("phone", forcedCurrency="JPY", country="JP", locale="ja-JP"))
    assert (yen["totalAmount"], yen["currency"], yen["forcedCurrency"]) == (1650, {"code": "JPY"}, "JPY")


async def test_get_item_shows_what_other_clients_did(shop: Shop, counter: Counter) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "plan"}, customer={"id": "u-1"})
    reply = await counter.call("get-item", {"id": cart_id})
    assert (reply.http_status, reply.headers["status"]) == (200, "read")
    assert differences(reply.body, "cart") == []
    assert (reply.body["customerId"], reply.body["totalAmount"], reply.body["storeId"]) == ("u-1", 10, None)
    assert (reply.body["hideCrossSell"], reply.body["hideUpSell"], reply.body["buyerBehavior"]) == (False, False, None)
    stale = await counter.call("get-item", {"id": cart_id, "version": 7})
    assert refusal(stale) == (409, "stale-version", [])
    missing = await counter.call("get-item", {"id": "nobody"})
    assert refusal(missing)[:2] == (404, "cart-not-found")


async def test_update_products_takes_one_product_or_a_list(shop: Shop, counter: Counter) -> None:
    cart_id = (await made(counter, simple("plan", "phone")))["id"]
    sent = update("plan", trial=False)
    parameters = {"id": cart_id, "productRecommendationId": "r-1", "version": 1, "dryRun": True, "reason": "more"}
    tried = await counter.call("update-products", parameters, sent)
    assert (tried.http_status, tried.headers["status"], tried.body["dbVersion"]) == (200, "dry-run", 2)
    done = await counter.call("update-products", {**parameters, "dryRun": False}, sent)
    assert (done.http_status, done.headers["status"], done.headers["cart-version"]) == (200, "applied", 2)
    assert differences(done.body, "cart") == []
    assert {**done.body, "updateDate": None} == {**tried.body, "updateDate": None}
    assert done.body["wantedProducts"][0] == sent
    assert (done.body["totalAmount"], done.body["lastUpdateReason"]) == (140, "more")
    several = [{"id": "plan", "quantity": 1}, {"id": "phone", "quantity": 3}]
    listed = await counter.call("update-products", {"id": cart_id}, several)
    assert (listed.body["totalAmount"], listed.body["dbVersion"]) == (370, 3)
    stale = await counter.call("update-products", {"id": cart_id, "version": 1}, several)
    assert refusal(stale) == (409, "stale-version", [])


async def test_update_products_keeps_what_it_does_not_say(counter: Counter) -> None:
    wanted = [{"id": "plan", "parentId": "phone", "discountPlan": {"percent": 10, "tier": 1}}]
    cart_id = (await made(counter, {**simple(), "wantedProducts": wanted}))["id"]
    await counter.call("update-products", {"id": cart_id}, {"id": "plan", "discountPlan": {"percent": 5}})
    shown = (await counter.call("get-item", {"id": cart_id})).body["wantedProducts"][0]
    assert (shown["parentId"], shown["discountPlan"]) == ("phone", {"percent": 5})


async def test_update_products_says_where_it_is_wrong(shop: Shop, counter: Counter) -> None:
    cart_id = (await made(counter, simple("plan")))["id"]
    unknown = await counter.call("update-products", {"id": cart_id}, [{"id": "plan", "quantity": 1}, {"id": "phone"}])
    assert refusal(unknown) == (404, "item-not-found", [("/body/1/id", "item-not-found")])
    sent = {"quantity": 0, "durationUntilTrialEnd": 7, "colour": "red"}
    wrong = await counter.call("update-products", {"id": cart_id, "version": -1}, sent)
    assert refusal(wrong) == (
        400,
        "invalid",
        [
            ("/parameters/version", "out-of-range"),
            ("/body/id", "missing"),
            ("/body/quantity", "out-of-range"),
            ("/body/durationUntilTrialEnd", "out-of-range"),
            ("/body/colour", "unknown-field"),
        ],
    )
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_delete_item_answers_an_empty_object(counter: Counter) -> None:
    cart_id = (await made(counter, simple("plan")))["id"]
    reply = await counter.call("delete-item", {"id": cart_id})
    assert (reply.http_status, reply.body, reply.headers["status"]) == (200, sample("delete-item"), "applied")
    assert refusal(await counter.call("get-item", {"id": cart_id}))[:2] == (404, "cart-not-found")


async def test_a_cart_is_made_once_and_answered_as_the_first_time(counter: Counter) -> None:
    own, cart_id = uuid4().hex, f"c-{uuid4().hex[:8]}"
    first = await counter.call("create-item", None, simple("plan"), message_id=own, cart_id=cart_id)
    assert (first.http_status, first.body["id"]) == (201, cart_id)
    await counter.call("update-products", {"id": cart_id}, {"id": "plan", "quantity": 5})
    again = await counter.call("create-item", None, simple("plan"), message_id=own, cart_id=cart_id)
    assert (again.http_status, again.headers["status"], again.body) == (201, "duplicate", first.body)
    other = await counter.call("create-item", None, simple("phone"), message_id=own, cart_id=cart_id)
    assert refusal(other)[:2] == (409, "idempotency-mismatch")


async def test_create_item_says_where_it_is_wrong(counter: Counter) -> None:
    wanted = [{"id": "no-such"}, {"id": "plan"}, {"id": "plan"}]
    twice = await counter.call("create-item", None, simple(wantedProducts=wanted))
    assert refusal(twice) == (400, "invalid", [("/body/wantedProducts", "duplicate-item")])
    unknown = await counter.call("create-item", None, simple("plan", "no-such"))
    assert refusal(unknown) == (400, "offering-not-found", [("/body/wantedProducts/1/id", "offering-not-found")])
    body = simple("plan", source="ELSEWHERE", country="France")
    del body["storeId"]
    wrong = await counter.call("create-item", None, body)
    assert refusal(wrong)[2] == [
        ("/body/country", "wrong-format"),
        ("/body/source", "not-allowed"),
        ("/body/storeId", "missing"),
    ]
    malformed = await counter.call("create-item", raw=b'{"body": ')
    assert refusal(malformed) == (400, "malformed", [])


async def test_checkout_makes_a_cart_and_its_catalog_together(shop: Shop, counter: Counter) -> None:
    body = await made(counter, checkout("box"), "create-checkout")
    assert differences(body, "cart") == []
    own = body["catalogId"]
    assert [each["id"] for each in body["products"]] == [f"{own}-box", f"{own}-key"]
    assert [each["name"] for each in body["products"]] == ["Box", "Key"]
    # Two boxes at 30.00 and two keys at 2.00, and 10 %; the tenant's own tax of 20 % is not added.
    assert (body["totalAmount"], body["taxTypes"]) == (70.4, [f"{own}-fr"])
    paid = await made(counter, {**checkout("box"), "cart": simple("box", "plan")}, "create-checkout")
    assert (paid["totalAmount"], paid["catalogId"] == own) == (45.2, False)
    updated = await counter.call(
        "update-products", {"id": paid["id"]}, {"id": f"{paid['catalogId']}-box", "quantity": 2}
    )
    assert updated.body["totalAmount"] == 80.4
    other = await made(counter, simple(f"{own}-key"))
    assert other["totalAmount"] == 2.2


async def test_checkout_of_a_reduced_product_where_prior_prices_are_shown(shop: Shop, counter: Counter) -> None:
    policy = {"pricingPolicy": {"priorPrices": "shown"}}
    assert (await shop.call("set-configuration", data=policy))["type"] == "catalog-updated"
    sale = {**FULL_CATALOG["prices"][0], "id": "p-sale", "amount": "25.00"}
    sale["relationships"] = [{"id": "p-box", "type": "replaces"}]
    body = await made(counter, checkout("box", prices=[*FULL_CATALOG["prices"], sale]), "create-checkout")
    # Two boxes at 25.00 and two keys at 2.00, and 10 %.
    assert body["totalAmount"] == 59.4


async def test_checkout_is_all_or_nothing_and_once(running: Running, shop: Shop, counter: Counter) -> None:
    async def kept() -> tuple[int, int]:
        stored = await running.documents(shop.tenant)
        return len(stored["carts"]), len(stored["catalog"])

    before = await kept()
    offerings = [FULL_CATALOG["offerings"][0], {"id": "key", "taxCategory": 7}]
    rows = [{**FULL_CATALOG["prices"][0], "amount": "1.234"}, {**FULL_CATALOG["prices"][1], "offeringId": "plan"}]
    for wrong, path in (
        (checkout("box", offerings=offerings), "/body/fullCatalog/offerings/1/taxCategory"),
        (checkout("box", prices=rows), "/body/fullCatalog/prices/1/offeringId"),
        (checkout("box", "no-such"), "/body/cart/wantedProducts/1/id"),
        (checkout("box", rules=[]), "/body/fullCatalog/rules"),
    ):
        reply = await counter.call("create-checkout", None, wrong)
        assert [each[0] for each in refusal(reply)[2]] == [path]
    tried = await counter.call("create-checkout", {"dryRun": True}, checkout("box"))
    assert (tried.http_status, tried.headers["status"]) == (200, "dry-run")
    assert await kept() == before
    own = uuid4().hex
    sent = [counter.send("create-checkout", None, checkout("box"), message_id=own) for _ in range(3)]
    replies = [await counter.reply(each) for each in await asyncio.gather(*sent)]
    assert sorted(each.headers["status"] for each in replies) == ["applied", "duplicate", "duplicate"]
    assert replies[0].body == replies[1].body == replies[2].body
    assert await kept() == (before[0] + 1, before[1] + 1)
    store = MongoStore(running.settings.mongo_url.get_secret_value(), running.settings.database)
    try:
        assert [each async for page in read_pages(store, shop.tenant) for each in audit_stored(page)] == []
    finally:
        await store.close()


async def test_an_upgrade_credits_the_unused_rest(shop: Shop, counter: Counter) -> None:
    ordered = await made(counter, simple("plan", **{"Subscription Id": "sub-1"}))
    await submit(shop, ordered["id"])
    body = await made(counter, upgrade("phone", "sub-1"), "create-mid-term-upgrade")
    assert differences(body, "cart") == []
    assert (body["source"], body["subscriptionId"], body["externalContext"]) == ("MID_TERM_UPGRADE", "sub-1", "string")
    assert [(each["id"], each["quantity"]) for each in body["products"]] == [("phone", 2)]
    paid = await made(counter, {"subscriptionId": "sub-1", "wantedProduct": {"id": "phone"}}, "create-mid-term-upgrade")
    assert paid["totalAmount"] == 110
    nobody = await counter.call("create-mid-term-upgrade", None, upgrade("phone", "no-sub"))
    assert refusal(nobody) == (404, "cart-not-found", [("/body/subscriptionId", "cart-not-found")])
    unknown = await counter.call("create-mid-term-upgrade", None, upgrade("no-such", "sub-1"))
    assert refusal(unknown)[2] == [("/body/wantedProduct/id", "offering-not-found")]


async def test_an_offer_is_answered_in_its_compact_form(shop: Shop, counter: Counter) -> None:
    vouchers = [{"code": "HALF", "reductionPercent": "50", "uses": 1}]
    assert (await shop.call("upsert-vouchers", data={"vouchers": vouchers}))["type"] == "catalog-updated"
    ordered = await made(counter, simple("plan", "phone", **{"Subscription Id": "sub-2"}))
    await submit(shop, ordered["id"])
    sent = sample("create-subscription-offer", subscriptionId="sub-2", discountCode="HALF")
    body = await made(counter, sent, "create-subscription-offer")
    assert differences(body, "offer") == []
    assert (body["source"], body["subscriptionId"], body["storeId"]) == ("OFFER", "sub-2", "s-1")
    assert (body["product"]["id"], body["totalAmount"], body["warnings"]) == ("plan", 5, [])
    shown = (await counter.call("get-item", {"id": body["cartId"]})).body
    assert (shown["vouchers"][0]["code"], shown["vouchersTotalAmount"]) == ("HALF", 5)
    spent = await counter.call("create-subscription-offer", None, sent)
    assert refusal(spent) == (400, "voucher-exhausted", [("/body/discountCode", "voucher-exhausted")])
