"""The telco dialect from queue to reply: carts as a whole (002, Create Shopping Cart to Delete Shopping Cart)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from support.dialects import Counter, DialectReply
from support.running import Running
from support.shop import Shop, problems
from support.telco import DEFAULTS, PROMOTIONS, container, item, lost, sample

ERROR = {"errorCode", "errorReason", "status", "timestamp", "errorMessage"}


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    """A telco shop: all tests of the module use it."""
    shop = await running.shop()
    await shop.call("set-configuration", data={"defaults": DEFAULTS})
    await shop.call("upsert-promotions", data={"promotions": PROMOTIONS})
    return shop


@pytest.fixture(scope="module")
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


async def created(telco: Counter, *containers: dict[str, Any], **fields: Any) -> Any:
    """A new cart, as it was answered."""
    body = {"channel": {"id": "web"}, "offerContainer": [*containers], **fields}
    made = await telco.call("create-shopping-cart", None, body)
    assert made.http_status == 201, made.body
    return made.body


def refused(reply: DialectReply) -> tuple[int, str, list[str]]:
    """Status, code and places of an error."""
    assert reply.body.keys() - {"listOfErrors"} == ERROR
    assert reply.body["status"] == reply.http_status
    places = [each["errorMap"]["path"] for each in reply.body.get("listOfErrors", [])]
    return reply.http_status, reply.body["errorCode"], places


async def test_the_long_sample_cart_round_trips(telco: Counter, shop: Shop) -> None:
    sent = sample("shopping-cart-request", float)
    own = uuid4().hex
    made = await telco.call("create-shopping-cart", None, sent, message_id=own)
    assert made.http_status == 201, made.body
    assert {name: made.headers[name] for name in ("cart-id", "cart-version", "status")} == {
        "cart-id": sent["id"],
        "cart-version": 1,
        "status": "applied",
    }
    queried = await telco.call("query-shopping-cart", {"id": sent["id"]}, cart_id=sent["id"])
    assert (queried.http_status, queried.body) == (200, made.body)
    shown = made.body
    shown["offerContainer"][0]["cartItem"].pop()
    sent["offerContainer"][0]["cartItem"].pop()
    assert list(lost(sent, shown)) == []
    await telco.call("empty-shopping-cart", {"id": sent["id"]})
    again = await telco.call("create-shopping-cart", None, sample("shopping-cart-request", float), message_id=own)
    assert (again.http_status, again.headers["status"], again.headers["cart-version"]) == (201, "duplicate", 1)
    assert again.body == queried.body
    canonical = (await shop.call("get-cart", sent["id"]))["cart"]
    assert (canonical["channel"], canonical["customer"]["id"]) == ({"id": "web", "name": "Web shop"}, "u-1")


async def test_a_cart_is_created_with_channel_place_segment_and_parties_or_without_anything(telco: Counter) -> None:
    bare = await telco.call("create-shopping-cart")
    assert (bare.http_status, bare.body["offerContainer"], bare.body["status"]) == (201, [], "ACTIVE")
    assert (bare.body["userId"], bare.body["userType"]) == (None, None)
    party = {"id": "u-7", "role": "Customer", "name": "Anna"}
    cart = await created(telco, place={"name": "north"}, marketSegment={"id": "b2b"}, relatedParty=[party])
    assert (cart["channel"]["id"], cart["place"]["name"], cart["marketSegment"]["id"]) == ("web", "north", "b2b")
    assert (cart["userId"], cart["userType"], cart["relatedParty"][0]["name"]) == ("u-7", "CUSTOMER", "Anna")
    dry = await telco.call("create-shopping-cart", {"dryRun": True}, {"channel": {"id": "web"}})
    assert (dry.http_status, dry.headers["status"]) == (200, "dry-run")
    gone = await telco.call("query-shopping-cart", {"id": dry.body["id"]})
    assert refused(gone) == (404, "cart-not-found", [])


async def test_all_that_is_wrong_with_a_cart_is_said_in_one_pass(telco: Counter) -> None:
    wrong = {
        "status": "LOST",
        "channel": {"id": 7},
        "offerContainer": [{"cartItem": [{"quantity": 0}]}],
    }
    places = ["/body/status", "/body/channel/id", "/body/offerContainer/0/cartItem/0/quantity"]
    status, code, found = refused(await telco.call("create-shopping-cart", {"dryRun": 1, "color": 2}, wrong))
    assert (status, code, found) == (400, "invalid", ["/parameters/dryRun", "/parameters/color"])
    status, code, found = refused(await telco.call("create-shopping-cart", None, wrong))
    assert (status, code, sorted(found)) == (400, "invalid", sorted(places))
    unknown = container(item("no-such", "i-1"), {"id": "i-2"}, item("plan", "i-3", bundleParentId="i-9"))
    status, code, found = refused(await telco.call("create-shopping-cart", None, {"offerContainer": [unknown]}))
    assert status == 400
    inside = "/body/offerContainer/0/cartItem"
    assert sorted(found) == [f"{inside}/0/productOffering/id", f"{inside}/1", f"{inside}/2/bundleParentId"]
    long = await telco.call("create-shopping-cart", None, {"offerContainer": [container(color="x" * 20_000)]})
    assert refused(long) == (400, "invalid", ["/body/offerContainer/0"])
    assert " /body/offerContainer/0 " in long.body["errorMessage"]
    unnamed = await telco.call("create-shopping-cart", None, {"channel": {"role": "sales"}})
    assert refused(unnamed) == (400, "invalid", ["/body/channel"])


async def test_an_error_has_a_code_a_reason_a_status_a_time_and_a_message(telco: Counter) -> None:
    unknown = await telco.call("query-shopping-cart", {"id": "c-nowhere"})
    assert unknown.body.keys() == ERROR
    assert unknown.body["errorReason"] == "There is no such cart for this tenant."
    assert datetime.fromisoformat(unknown.body["timestamp"]).tzinfo is not None
    assert (unknown.type, unknown.http_status) == ("command-refused", 404)
    malformed = await telco.call("create-shopping-cart", raw=b"{")
    assert refused(malformed) == (400, "malformed", [])
    unnamed = await telco.call("query-shopping-cart")
    assert refused(unnamed) == (400, "invalid", ["/parameters/id"])


async def test_a_cart_is_found_by_the_header_too_and_a_version_that_is_stale_is_a_conflict(telco: Counter) -> None:
    cart = await created(telco)
    assert (await telco.call("query-shopping-cart", cart_id=cart["id"])).body["id"] == cart["id"]
    stale = await telco.call("empty-shopping-cart", {"id": cart["id"], "version": 7})
    assert refused(stale) == (409, "stale-version", [])
    other = await telco.call("empty-shopping-cart", {"id": cart["id"]}, cart_id="c-other")
    assert refused(other) == (400, "invalid", ["/parameters"])


async def test_emptying_removes_all_containers_and_keeps_customer_and_contacts(telco: Counter) -> None:
    contact = {"mediumType": "email", "preferred": True, "characteristic": {"emailAddress": "anna@example.org"}}
    party = {"id": "u-1", "role": "customer"}
    cart = await created(
        telco, container(item("plan", "i-1")), contactMedium=[contact], relatedParty=[party], sku="kept"
    )
    assert (cart["emailAddress"], cart["phoneNumber"]) == ("anna@example.org", None)
    empty = await telco.call("empty-shopping-cart", {"id": cart["id"], "reason": "a fresh start"})
    assert (empty.http_status, empty.headers["cart-version"]) == (200, 2)
    assert (empty.body["offerContainer"], empty.body["cartTotalPrice"]) == ([], [])
    for name in ("contactMedium", "relatedParty", "userId", "sku", "channel"):
        assert empty.body[name] == cart[name]


async def test_deleting_is_for_good(telco: Counter, shop: Shop) -> None:
    cart = await created(telco, container(item("plan", "i-1")))
    dry = await telco.call("delete-shopping-cart", {"id": cart["id"], "dryRun": True})
    assert (dry.http_status, dry.headers["status"]) == (200, "dry-run")
    gone = await telco.call("delete-shopping-cart", {"id": cart["id"]})
    assert (gone.http_status, gone.body, gone.headers["status"]) == (204, None, "applied")
    assert refused(await telco.call("query-shopping-cart", {"id": cart["id"]})) == (404, "cart-not-found", [])
    await shop.wire.events.wait(
        lambda event: event.type == "cart-deleted" and event.headers["cloudEvents:subject"] == cart["id"]
    )


async def test_amounts_are_numbers_without_and_with_tax_before_and_after_promotions(telco: Counter) -> None:
    cart = await created(
        telco, container(item("plan", "i-1", quantity=2), item("phone", "i-2")), marketSegment={"id": "residential"}
    )
    plan, phone = cart["offerContainer"][0]["cartItem"]
    [price] = plan["itemPrice"]
    assert (price["priceType"], price["recurringChargePeriod"], price["unitOfMeasure"]) == (
        "Recurring",
        "Monthly",
        "2 unit",
    )
    amounts = price["price"]
    assert amounts["taxIncludedAmount"] == {"unit": "EUR", "value": 20}
    assert amounts["dutyFreeAmount"] == {"unit": "EUR", "value": 16.67}
    altered = amounts["taxIncludedAlteredAmount"]["value"]
    off = [(each["referenceId"], each["price"]["changeAmount"]["value"]) for each in price["priceAlteration"]]
    assert [name for name, _ in off] == ["item-off", "container-off", "cart-off"]
    assert round(20 + sum(value for _, value in off), 2) == altered
    assert round(amounts["dutyFreeAlteredAmount"]["value"] + amounts["taxAmount"], 2) == altered
    assert (amounts["taxRate"], price["tax"][0]["name"]) == (20, "TVA")
    assert plan["itemTotalPrice"][0]["price"] == amounts
    assert phone["itemPrice"][0]["priceType"] == "Onetime"
    for totals in (cart["offerContainer"][0]["offerContainerTotalPrice"], cart["cartTotalPrice"]):
        by_type = {each["priceType"]: each["price"] for each in totals}
        assert by_type["Onetime"]["dutyFreeAmount"]["value"] == 100
        assert by_type["Recurring"]["taxIncludedAlteredAmount"]["value"] == altered
    levels = [cart["promotions"], cart["offerContainer"][0]["promotions"], plan["promotions"]]
    assert [[each["id"] for each in found] for found in levels] == [["cart-off"], ["container-off"], ["item-off"]]
    assert plan["promotions"][0]["promotionAction"]["actionValue"] == 10


async def test_an_adjustment_that_comes_with_the_cart_lowers_what_is_payable(telco: Counter) -> None:
    card = {"type": "giftCard", "referenceId": "GC-1", "amount": 30, "name": "Birthday"}
    cart = await created(telco, container(item("phone", "i-1")), nonRecurringPriceAdjustment=[card])
    [total] = cart["cartTotalPrice"]
    assert (total["price"]["taxIncludedAmount"]["value"], total["price"]["amountPayable"]["value"]) == (120, 90)
    [shown] = cart["nonRecurringPriceAdjustment"]
    assert {name: shown[name] for name in card} == card
    twice = await telco.call("create-shopping-cart", None, {"nonRecurringPriceAdjustment": [card, card]})
    place = "/body/nonRecurringPriceAdjustment/1/referenceId"
    assert refused(twice) == (400, "invalid", [place])


async def test_what_other_clients_write_is_seen_in_the_documents_words(telco: Counter, shop: Shop) -> None:
    cart = await created(telco, container(item("plan", "i-1", product={"productCharacteristic": [RED]})))
    cart_id = cart["id"]
    loose = {"id": "i-2", "offeringId": "case", "characteristics": {"color": "blue"}, "term": "24M"}
    await shop.call("add-items", cart_id, {"items": [loose]})
    green = {"op": "replace", "path": "/items/i-1/characteristics/color", "value": "green"}
    await shop.call("patch-cart", cart_id, {"operations": [green]})
    await shop.call("add-note", cart_id, {"itemId": "i-1", "note": {"author": "anna", "text": "call"}})
    seen = (await telco.call("query-shopping-cart", {"id": cart_id})).body
    first, last = seen["offerContainer"]
    [changed] = first["cartItem"][0]["product"]["productCharacteristic"]
    assert (changed["value"], changed["valueType"]) == ("green", "string")
    assert [(each["author"], each["text"]) for each in first["cartItem"][0]["note"]] == [("anna", "call")]
    assert (last["id"], last["category"]["id"], [each["id"] for each in last["cartItem"]]) == (None, None, ["i-2"])
    [term] = last["cartItem"][0]["itemTerm"]
    assert (term["name"], term["duration"]) == ("24M", {"amount": 24, "units": "months"})
    await shop.call("update-cart", cart_id, {"customer": {"id": "u-9"}})
    seen = (await telco.call("query-shopping-cart", {"id": cart_id})).body
    assert seen["userId"] == "u-9"
    assert [(each["id"], each["role"]) for each in seen["relatedParty"]][-1] == ("u-9", "customer")
    assert sum(each["role"] == "customer" for each in seen["relatedParty"]) == 1
    removed = await telco.call("delete-cart-item", {"id": cart_id, "cartItemId": "i-2"})
    assert len(removed.body["offerContainer"]) == 1
    canonical = await shop.call("add-items", cart_id, {"items": [{**loose, "containerId": "k-9"}]})
    assert problems(canonical) == [("/data/items/0/containerId", "container-not-found")]


RED = {"name": "color", "value": "red", "valueType": "string"}
