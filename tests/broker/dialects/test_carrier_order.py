"""Dialect `carrier-order`, from queue to reply: the document's payload is accepted as it stands (004)."""

import re
from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest

from support.carrier import OFFERINGS, PRICES, REQUEST, SAMPLE
from support.dialects import Counter
from support.running import Running, running_worker
from support.shop import Shop

ROOT = REQUEST["items"][0]["productOrderItemId"]


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url) as running:
        yield running


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    shop = await running.shop()
    await shop.call("upsert-offerings", data={"offerings": OFFERINGS})
    await shop.call("upsert-prices", data={"prices": PRICES})
    return shop


@pytest.fixture(scope="module")
def carrier(shop: Shop) -> Counter:
    return Counter(shop, "carrier-order")


async def added(shop: Shop, carrier: Counter, body: Any = REQUEST, **cart: Any) -> Any:
    """The cart with the items of a body."""
    cart_id = await shop.cart(**cart)
    reply = await carrier.call("add-items", {"cartId": cart_id}, body)
    assert reply.http_status == 200, reply
    return (await shop.call("get-cart", cart_id))["cart"]


async def test_the_documents_payload_is_accepted_as_it_stands(shop: Shop, carrier: Counter) -> None:
    cart_id = await shop.cart()
    reply = await carrier.call("add-items", {"cartId": cart_id}, REQUEST)
    assert reply.headers == {"http-status": 200, "cart-id": cart_id, "cart-version": 2, "status": "applied"}
    assert reply.body.keys() == SAMPLE["response"].keys()
    assert re.fullmatch(r"\d\d-\d{14}", reply.body["externalId"])
    assert re.fullmatch(r"\d\d-\d{14}", SAMPLE["response"]["externalId"])
    cart = (await shop.call("get-cart", cart_id))["cart"]
    assert cart["keys"] == reply.body
    assert cart["dueNow"]["payable"] == "20.00"


async def test_what_an_earlier_call_said_of_the_cart_stays(shop: Shop, carrier: Counter) -> None:
    cart_id = await shop.cart()
    offering = REQUEST["items"][0]["productOfferingId"]
    for fields in ({"agent": "anna"}, {"campaign": "spring"}):
        body = {"items": [{"action": "add", "productOfferingId": offering}], **fields}
        reply = await carrier.call("add-items", {"cartId": cart_id}, body)
        assert reply.http_status == 200, reply
    cart = (await shop.call("get-cart", cart_id))["cart"]
    assert cart["extensions"] == {"carrier-order": {"agent": "anna", "campaign": "spring"}}


async def test_every_field_has_its_place(shop: Shop, carrier: Counter) -> None:
    root, old_device, device, old_sim, sim = (await added(shop, carrier))["items"]
    assert root["action"] == "no-change"
    assert (root["offeringType"], root["offeringId"]) == ("Mobile_Offer", REQUEST["items"][0]["productOfferingId"])
    assert (root["id"], root["subscriberNumber"]) == (ROOT, "4690002221")
    assert (root["billingAccountId"], root["ratingType"]) == ("556165899573", "postpaid")
    assert {each["parentId"] for each in (old_device, device, old_sim, sim)} == {ROOT}
    assert (old_device["action"], old_device["productId"]) == ("terminate", "47777581441708014")
    assert old_device["primaryProductId"] == "47777581441708014"
    assert old_device["actionReason"] == {"text": "Memo text required if selected", "name": "LC"}
    assert device["actionReason"]["action"] == "swap"
    assert device["place"] == {"id": "000011VYAA", "name": "ppuAddress", "role": "PPU"}
    assert device["characteristics"] == {"isBYOD": "true", "IMEI": "358073464620280", "eSIM_Enabled": "true"}
    assert sim["characteristics"] == {"ICCID": "89014103270197479933"}


async def test_swapped_pairs_name_each_other(shop: Shop, carrier: Counter) -> None:
    _, old_device, device, old_sim, sim = (await added(shop, carrier))["items"]
    for old, new in ((old_device, device), (old_sim, sim)):
        assert (old["action"], new["action"]) == ("terminate", "swap")
        assert old["relationships"] == [{"id": new["id"], "type": "replaced-by"}]
        assert new["relationships"] == [{"id": old["id"], "type": "replaces"}]


async def test_the_external_id_of_the_cart_is_kept(shop: Shop, carrier: Counter) -> None:
    cart_id = await shop.cart(keys={"externalId": (own := uuid4().hex), "other": "x"})
    item = {"action": "add", "productOfferingId": "phone"}
    dry = await carrier.call("add-items", {"cartId": cart_id, "dryRun": True}, {"items": [item]})
    real = await carrier.call("add-items", None, {"items": [item]}, cart_id=cart_id)
    assert dry.body == real.body == {"externalId": own}
    assert (dry.headers["status"], real.headers["cart-version"]) == ("dry-run", 2)


async def test_a_duplicate_and_a_stale_version(shop: Shop, carrier: Counter) -> None:
    cart_id = await shop.cart()
    body = {"items": [{"action": "add", "productOfferingId": "phone"}]}
    first = await carrier.call("add-items", {"cartId": cart_id, "version": 1}, body, message_id=(own := uuid4().hex))
    again = await carrier.call("add-items", {"cartId": cart_id, "version": 1}, body, message_id=own)
    assert (again.body, again.headers["status"]) == (first.body, "duplicate")
    stale = await carrier.call("add-items", {"cartId": cart_id, "version": 1}, body)
    assert (stale.body["code"], stale.http_status) == ("stale-version", 409)


async def test_what_has_no_home_is_kept_as_sent(shop: Shop, carrier: Counter) -> None:
    body = deepcopy(REQUEST)
    body["requestedBy"] = {"name": "anna"}
    body["items"][2]["note"] = [{"text": "x", "weight": 1.5}]
    body["items"][2]["product"]["place"].append({"id": "p-2", "floor": 3})
    body["items"][0]["billingAccount"]["currency"] = "USD"
    cart = await added(shop, carrier, body)
    assert cart["extensions"] == {"carrier-order": {"requestedBy": {"name": "anna"}}}
    assert cart["items"][0]["extensions"] == {"carrier-order": {"billingAccount": {"currency": "USD"}}}
    assert cart["items"][2]["extensions"] == {
        "carrier-order": {
            "note": [{"text": "x", "weight": 1.5}],
            "product": {"place": body["items"][2]["product"]["place"]},
        }
    }
    assert "extensions" not in cart["items"][1]


async def test_what_else_is_said_of_a_characteristic_is_kept_and_its_value_is_a_text(
    shop: Shop, carrier: Counter
) -> None:
    imei = {"name": "IMEI", "value": 358073464620280, "valueType": "number"}
    cart = await added(shop, carrier, altered(2, characteristic=[imei, {"name": "isBYOD", "value": True}]))
    assert cart["items"][2]["characteristics"] == {"IMEI": "358073464620280", "isBYOD": "true"}
    kept = {"name": "IMEI", "value": "358073464620280", "valueType": "number"}
    assert cart["items"][2]["extensions"] == {"carrier-order": {"characteristic": [kept]}}


async def test_header_parameters_are_accepted(shop: Shop, carrier: Counter) -> None:
    parameters = {"cartId": await shop.cart(), "x-correlation-id": "c-1"}
    assert (await carrier.call("add-items", parameters, REQUEST)).http_status == 200
    unknown = await carrier.call("add-items", {**parameters, "color": "red"}, REQUEST)
    assert [each["path"] for each in unknown.body["problems"]] == ["/parameters/color"]


def altered(place: int, **fields: Any) -> Any:
    body = deepcopy(REQUEST)
    body["items"][place].update(fields)
    return body


@pytest.mark.parametrize(
    ("body", "code", "at"),
    [
        (altered(1, action="noChange"), "invalid", [("/body/items/2", "swap-without-partner")]),
        (altered(1, productOfferingType="SIM"), "invalid", [("/body/items/2", "swap-without-partner")]),
        (altered(0, action="delete"), "invalid", [("/body/items/0/action", "not-allowed")]),
        (
            altered(0, productOfferingId="none"),
            "offering-not-found",
            [("/body/items/0/productOfferingId", "offering-not-found")],
        ),
        (
            altered(2, characteristic=[{"name": "IMEI", "value": "358073464620281"}]),
            "invalid",
            [("/body/items/2/characteristic/0/value", "wrong-check-digit")],
        ),
        (
            altered(4, characteristic=[{"name": "ICCID", "value": "8901410327019747993"[:-1]}]),
            "invalid",
            [("/body/items/4/characteristic/0/value", "wrong-format")],
        ),
        (
            altered(2, characteristic=[{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]),
            "invalid",
            [("/body/items/2/characteristic/1/name", "duplicate-name")],
        ),
        ({"items": []}, "invalid", [("/body/items", "too-few")]),
        ({}, "invalid", [("/body/items", "missing")]),
    ],
)
async def test_refusals(shop: Shop, carrier: Counter, body: Any, code: str, at: list[Any]) -> None:
    cart_id = await shop.cart()
    refused = await carrier.call("add-items", {"cartId": cart_id}, body)
    assert (refused.http_status, refused.body["code"]) == (400, code)
    assert [each["path"] for each in refused.body["problems"]] == [each[0] for each in at]
    assert [each["code"] for each in refused.body["problems"]] == [each[1] for each in at]
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_the_cart_must_be_named_and_be_there(carrier: Counter) -> None:
    nameless = await carrier.call("add-items", None, REQUEST)
    assert nameless.body["problems"] == [
        {"path": "/parameters/cartId", "code": "missing", "message": "The call names no cart."}
    ]
    missing = await carrier.call("add-items", {"cartId": "c-none"}, REQUEST)
    assert (missing.http_status, missing.body["code"]) == (404, "cart-not-found")
