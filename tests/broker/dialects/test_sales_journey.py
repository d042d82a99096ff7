"""The sales journey's dialect, from queue to reply: every sample of document 000, field by field."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from support.dialects import Counter
from support.running import Running
from support.samples import sample, shape

OFFERS = ("EPO-90-200008", "EPO-90-200009")


@pytest.fixture(scope="module")
async def desk(running: Running) -> Counter:
    shop = await running.shop()
    price = {"type": "recurring", "period": "P1M", "currency": "EUR", "amount": "9.90"}
    defaults = {"defaults": {"country": "FR", "locale": "fr-FR", "currency": "EUR"}}
    for kind, data in [
        ("upsert-offerings", {"offerings": [{"id": name} for name in OFFERS]}),
        ("upsert-prices", {"prices": [{**price, "id": name, "offeringId": name} for name in OFFERS]}),
        ("set-configuration", defaults),
    ]:
        reply = await shop.call(kind, data=data)
        assert reply["type"] == "catalog-updated", reply
    return Counter(shop, "sales-journey")


@pytest.fixture
def journey() -> str:
    return uuid4().hex


def line(action: str, offer: str = OFFERS[0], quantity: int = 1) -> dict[str, Any]:
    return {"itemType": "ADDON", "catalogId": offer, "actionType": action, "quantity": quantity}


async def canonical(desk: Counter, journey: str) -> dict[str, Any]:
    reply = await desk.shop.call("get-cart", data={"key": {"name": "salesJourneyId", "value": journey}})
    cart: dict[str, Any] = reply["cart"]
    return cart


async def test_the_first_update_opens_the_cart_in_one_version(desk: Counter) -> None:
    given = sample("sales-journey", "update-cart")
    parameters = {"salesJourneyId": given["response"]["salesJourneyId"]}
    reply = await desk.call("update-cart", parameters, given["request"])
    [item] = reply.body["cart"]["cartItems"]
    cart = await canonical(desk, parameters["salesJourneyId"])
    assert (reply.http_status, reply.headers["status"], reply.headers["cart-version"]) == (201, "applied", 1)
    assert item["purchasedOfferId"] == cart["items"][0]["id"]
    item["purchasedOfferId"] = given["response"]["cart"]["cartItems"][0]["purchasedOfferId"]
    assert reply.body == given["response"]
    assert (cart["version"], cart["currency"], cart["country"], cart["locale"]) == (1, "EUR", "FR", "fr-FR")
    assert cart["items"][0]["extensions"] == {"sales-journey": {"itemType": "ADDON"}}
    read = await desk.call("retrieve-cart", parameters, given["request"])
    assert (read.http_status, read.headers["status"], shape(read.body)) == (200, "read", shape(given["response"]))


async def test_the_second_form(desk: Counter) -> None:
    given = sample("sales-journey", "update-cart-v2")
    account = {"partnerId": "xglobal", "serviceAccountNumber": "8155100200300400"}
    parameters = {**account, "salesJourneyId": given["response"]["salesJourneyId"]}
    reply = await desk.call("update-cart-v2", parameters, given["request"])
    assert (reply.http_status, reply.body) == (201, given["response"])
    cart = await canonical(desk, parameters["salesJourneyId"])
    assert (cart["keys"], cart["tenant"]) == (parameters, desk.shop.tenant)
    read = await desk.call("retrieve-cart-v2", parameters)
    assert (read.http_status, read.body) == (200, given["response"])


async def test_offers_are_added_and_removed_in_one_version(desk: Counter, journey: str) -> None:
    parameters = {"salesJourneyId": journey}
    await desk.call("update-cart", parameters, [line("ADD", quantity=3)])
    reply = await desk.call("update-cart", parameters, [line("ADD", OFFERS[1], 2), line("REMOVE")])
    assert (reply.http_status, reply.headers["cart-version"]) == (200, 2)
    assert [each["catalogId"] for each in reply.body["cart"]["cartItems"]] == [OFFERS[1]]
    gone = await desk.call("update-cart", parameters, [line("ADD"), line("REMOVE", "none")])
    assert (gone.http_status, gone.body["errorCode"]) == (404, "item-not-found")
    assert [(each["offeringId"], each["quantity"]) for each in (await canonical(desk, journey))["items"]] == [
        (OFFERS[1], 2)
    ]


async def test_a_dry_run_opens_no_cart(desk: Counter, journey: str) -> None:
    reply = await desk.call("update-cart", {"salesJourneyId": journey, "dryRun": True}, [line("ADD")])
    assert (reply.http_status, reply.headers["status"], reply.headers["cart-version"]) == (200, "dry-run", 1)
    assert len(reply.body["cart"]["cartItems"]) == 1
    assert (await desk.call("retrieve-cart", {"salesJourneyId": journey})).http_status == 404


async def test_two_first_updates_open_one_cart(desk: Counter, journey: str) -> None:
    parameters = {"salesJourneyId": journey}
    replies = await asyncio.gather(*(desk.call("update-cart", parameters, [line("ADD", each)]) for each in OFFERS))
    assert sorted(reply.http_status for reply in replies) == [200, 201]
    assert {each["offeringId"] for each in (await canonical(desk, journey))["items"]} == set(OFFERS)


async def test_a_duplicate_is_answered_with_the_first_answer(desk: Counter, journey: str) -> None:
    parameters, own = {"salesJourneyId": journey}, uuid4().hex
    first = await desk.call("update-cart", parameters, [line("ADD")], message_id=own)
    await desk.call("update-cart", parameters, [line("ADD", OFFERS[1])])
    again = await desk.call("update-cart", parameters, [line("ADD")], message_id=own)
    assert (again.body, again.http_status, again.headers["status"]) == (first.body, 201, "duplicate")
    other = await desk.call("update-cart", parameters, [line("REMOVE")], message_id=own)
    assert (other.http_status, other.body["errorCode"]) == (409, "idempotency-mismatch")
    stale = await desk.call("update-cart", {**parameters, "version": 1}, [line("ADD")])
    assert (stale.http_status, stale.body["errorCode"]) == (409, "stale-version")
    dry = await desk.call("update-cart", {**parameters, "dryRun": True}, [line("ADD")])
    assert (dry.headers["status"], len(dry.body["cart"]["cartItems"])) == ("dry-run", 3)
    assert len((await canonical(desk, journey))["items"]) == 2


@pytest.mark.parametrize(
    ("operation", "body", "status", "code"),
    [
        ("retrieve-cart", None, 404, "cart-not-found"),
        ("retrieve-cart-v2", None, 404, "cart-not-found"),
        ("update-cart", [line("REMOVE")], 404, "item-not-found"),
        ("update-cart-v2", [{"offerCode": "none", "action": "ADD"}], 400, "offering-not-found"),
        ("update-cart", [line("CHANGE")], 400, "invalid"),
        ("update-cart-v2", [line("ADD")], 400, "invalid"),
    ],
)
async def test_errors_have_the_documents_shape(
    desk: Counter, journey: str, operation: str, body: object, status: int, code: str
) -> None:
    account = {"partnerId": "p", "serviceAccountNumber": "8"} if operation.endswith("v2") else {}
    reply = await desk.call(operation, {**account, "salesJourneyId": journey}, body)
    assert (reply.http_status, reply.body["errorCode"], reply.body["severity"]) == (status, code, "ERROR")
    assert shape(reply.body) == shape(sample("sales-journey", "error")["response"])


async def test_graphql_reads_what_rest_wrote(desk: Counter, journey: str) -> None:
    given = sample("sales-journey", "graphql")
    items = [{"offeringId": OFFERS[0], "productId": "xxxx"}]
    await desk.shop.call("create-cart", None, {"keys": {"salesJourneyId": journey}, "items": items})
    reply = await desk.call("graphql", None, {**given["request"], "variables": {"salesJourneyId": journey}})
    wanted = {"data": {"sales": {**given["response"], "salesJourneyId": journey}}}
    assert (reply.http_status, reply.body, reply.headers["status"]) == (200, wanted, "read")
    assert reply.headers["cart-version"] == 1


async def test_one_query_reads_the_carts_of_several_journeys(desk: Counter, journey: str) -> None:
    await desk.call("update-cart", {"salesJourneyId": journey}, [line("ADD")])
    await desk.call("update-cart", {"salesJourneyId": journey + "-2"}, [line("ADD", OFFERS[1])])
    fields = "{ cart { cartItems { catalogId action } } }"
    names = {"a": journey, "b": journey + "-2", "c": journey + "-3"}
    query = " ".join(f'{alias}: sales(salesJourneyId: "{name}") {fields}' for alias, name in names.items())
    reply = await desk.call("graphql", None, {"query": f"{{ {query} none: sales {fields} }}"})
    carts = {"a": [{"catalogId": OFFERS[0], "action": "ADD"}], "b": [{"catalogId": OFFERS[1], "action": "ADD"}]}
    wanted = {name: {"cart": {"cartItems": items}} for name, items in carts.items()}
    assert reply.body == {"data": {**wanted, "c": {"cart": None}, "none": {"cart": None}}}
    alone = await desk.call("graphql", None, {"query": f'{{ sales(salesJourneyId: "{journey}-3") {fields} }}'})
    assert (alone.http_status, alone.body) == (200, {"data": {"sales": {"cart": None}}})
    assert (alone.type, alone.headers["status"]) == ("query-result", "read")


async def test_documents_that_are_refused(desk: Counter) -> None:
    for query, code in [
        ("{", "malformed"),
        ("{ sales { nothing } }", "invalid"),
        ("{ __schema { types { name } } }", None),
    ]:
        reply = await desk.call("graphql", None, {"query": query})
        errors = [each["extensions"]["errorCode"] for each in reply.body.get("errors", [])]
        assert (reply.http_status, errors) == ((400, [code]) if code else (200, []))
