"""The telco dialect from queue to reply: containers, items, validation and moves (002)."""

from typing import Any

import pytest

from support.dialects import Counter
from support.running import Running
from support.shop import Shop
from support.telco import DEFAULTS, container, item

PHONE_ROW = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR"}


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    """A telco shop: all tests of the module use it."""
    shop = await running.shop()
    await shop.call("set-configuration", data={"defaults": DEFAULTS})
    return shop


@pytest.fixture(scope="module")
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


async def cart_of(telco: Counter, *containers: dict[str, Any], **fields: Any) -> str:
    """A new cart; its id."""
    made = await telco.call("create-shopping-cart", None, {"offerContainer": [*containers], **fields})
    assert made.http_status == 201, made.body
    return str(made.body["id"])


def places(reply: Any) -> list[str]:
    """Where the problems of an error are."""
    return [each["errorMap"]["path"] for each in reply.body["listOfErrors"]]


def contents(reply: Any) -> dict[str, list[str]]:
    """The ids of the items of each container."""
    assert reply.http_status == 200, reply.body
    return {each["id"]: [item["id"] for item in each["cartItem"]] for each in reply.body["offerContainer"]}


async def test_containers_are_added_empty_or_with_items_and_have_category_and_process_context(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")))
    two = [container(id="k-2"), container(item("phone", "i-2"), id="k-3", portfolioId="pf-3")]
    added = await telco.call("add-offer-container", {"id": cart_id}, {"offerContainer": two})
    assert contents(added) == {"k-1": ["i-1"], "k-2": [], "k-3": ["i-2"]}
    assert added.headers["cart-version"] == 2
    shown = added.body["offerContainer"][2]
    assert (shown["category"]["id"], shown["processContext"], shown["portfolioId"]) == ("mobile", "new", "pf-3")
    bare = await telco.call("add-offer-container", {"id": cart_id}, {"offerContainer": [{"id": "k-4"}]})
    at = "/body/offerContainer/0"
    assert (bare.http_status, sorted(places(bare))) == (400, [f"{at}/category", f"{at}/processContext"])
    nothing = await telco.call("add-offer-container", {"id": cart_id}, {})
    assert places(nothing) == ["/body/offerContainer"]


async def test_an_update_finds_containers_by_portfolio_and_items_by_product(telco: Counter) -> None:
    color = [{"name": "color", "value": "red", "valueType": "string"}]
    old = container(
        item("plan", "i-1", product={"id": "p-1"}),
        item("phone", "i-2", product={"id": "p-2"}),
        portfolioId="pf-1",
        additionalAttributes=color,
    )
    cart_id = await cart_of(telco, old)
    sent = {
        "portfolioId": "pf-1",
        "additionalAttributes": [{"name": "size", "value": "xl"}],
        "cartItem": [{"product": {"id": "p-1"}, "quantity": 3}, {"productOffering": {"id": "plan"}}],
    }
    updated = await telco.call(
        "update-offer-containers", {"id": cart_id}, {"offerContainer": [sent, container(id="k-9")]}
    )
    found = contents(updated)
    assert list(found) == ["k-1", "k-9"]
    kept, new = found["k-1"]
    assert (kept, new != "i-2") == ("i-1", True)
    first = updated.body["offerContainer"][0]
    assert [each["name"] for each in first["additionalAttributes"]] == ["size"]
    assert (first["cartItem"][0]["quantity"], first["cartItem"][0]["productOffering"]["id"]) == (3, "plan")


async def test_an_update_of_containers_keeps_what_it_does_not_say(telco: Counter) -> None:
    product = {"id": "p-1", "productSerialNumber": "s-1"}
    cart_id = await cart_of(
        telco, container(item("plan", "i-1", product=product, sku="a", color="red"), portfolioId="p")
    )
    sent = {"portfolioId": "p", "shelf": 2, "cartItem": [{"product": {"id": "p-1"}, "sku": "b"}]}
    await telco.call("update-offer-containers", {"id": cart_id}, {"offerContainer": [sent]})
    [shown] = (await telco.call("query-shopping-cart", {"id": cart_id})).body["offerContainer"]
    line = shown["cartItem"][0]
    assert (shown["shelf"], line["sku"], line["color"]) == (2, "b", "red")
    assert line["product"]["productSerialNumber"] == "s-1"


async def test_a_move_keeps_what_is_sent_with_the_channel(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")), channel={"id": "web", "role": "sales"})
    moved = await telco.call("modify-channel-and-place", {"id": cart_id}, {"channel": {"id": "web", "href": "/web"}})
    assert moved.http_status == 200, moved.body
    channel = (await telco.call("query-shopping-cart", {"id": cart_id})).body["channel"]
    assert (channel["id"], channel["role"], channel["href"]) == ("web", "sales", "/web")


async def test_a_container_is_deleted_with_its_complete_content(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")), container(item("plan", "i-2"), id="k-2"))
    deleted = await telco.call("delete-offer-container", {"id": cart_id, "offerContainerId": "k-1"})
    assert contents(deleted) == {"k-2": ["i-2"]}
    again = await telco.call("delete-offer-container", {"id": cart_id, "offerContainerId": "k-1"})
    assert (again.http_status, again.body["errorCode"]) == (404, "container-not-found")
    assert places(again) == ["/parameters/offerContainerId"]
    unnamed = await telco.call("delete-offer-container", {"id": cart_id})
    assert (unnamed.http_status, places(unnamed)) == (400, ["/parameters/offerContainerId"])


async def test_items_are_created_in_a_container_and_have_an_offering_or_a_product(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")))
    inside = {"id": cart_id, "offerContainerId": "k-1"}
    modified = {"id": "i-2", "action": "modify", "product": {"id": "p-2"}, "bundleParentId": "i-1"}
    made = await telco.call("create-cart-item", inside, {"cartItem": [item("phone", "i-3"), modified]})
    assert contents(made) == {"k-1": ["i-1", "i-3", "i-2"]}
    shown = made.body["offerContainer"][0]["cartItem"][2]
    assert (shown["action"], shown["product"]["id"], shown["bundleParentId"]) == ("modify", "p-2", "i-1")
    nothing = await telco.call("create-cart-item", inside, {"cartItem": [{"id": "i-4"}]})
    assert (nothing.http_status, places(nothing)) == (400, ["/body/cartItem/0"])
    nowhere = await telco.call(
        "create-cart-item", {**inside, "offerContainerId": "k-9"}, {"cartItem": [item("plan", "i-5")]}
    )
    assert (nowhere.http_status, nowhere.body["errorCode"]) == (404, "container-not-found")


async def test_an_update_of_items_replaces_all_that_are_there(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1"), item("phone", "i-2")))
    inside = {"id": cart_id, "offerContainerId": "k-1"}
    replaced = await telco.call("update-cart-items", inside, {"cartItem": [item("phone", "i-2", quantity=4)]})
    assert contents(replaced) == {"k-1": ["i-2"]}
    assert replaced.body["offerContainer"][0]["cartItem"][0]["quantity"] == 4
    emptied = await telco.call("update-cart-items", inside, {"cartItem": []})
    assert contents(emptied) == {"k-1": []}
    unnamed = await telco.call("update-cart-items", {"id": cart_id}, {"cartItem": []})
    assert places(unnamed) == ["/parameters/offerContainerId"]


async def test_an_item_is_deleted_from_the_container_that_it_is_in(telco: Counter) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")), container(item("plan", "i-2"), id="k-2"))
    elsewhere = await telco.call("delete-cart-item", {"id": cart_id, "offerContainerId": "k-2", "cartItemId": "i-1"})
    assert (elsewhere.http_status, elsewhere.body["errorCode"]) == (404, "item-not-found")
    assert places(elsewhere) == ["/parameters/cartItemId"]
    deleted = await telco.call("delete-cart-item", {"id": cart_id, "offerContainerId": "k-1", "cartItemId": "i-1"})
    assert contents(deleted) == {"k-1": [], "k-2": ["i-2"]}


async def test_only_what_a_call_moved_in_items_that_were_there_is_a_changed_price(telco: Counter, shop: Shop) -> None:
    cart_id = await cart_of(telco, container(item("phone", "i-1"), item("plan", "i-2")))
    added = await telco.call(
        "create-cart-item", {"id": cart_id, "offerContainerId": "k-1"}, {"cartItem": [item("phone", "i-3")]}
    )
    assert (added.body["isCartItemPriceChanged"], added.body["itemPriceChanged"]) == (False, [])
    await shop.call("upsert-prices", data={"prices": [{**PHONE_ROW, "amount": "90.00"}]})
    checked = await telco.call("validate-shopping-cart", {"id": cart_id})
    cart = checked.body["shoppingCart"]
    first = cart["offerContainer"][0]
    phone, plan, _ = first["cartItem"]
    assert (cart["isCartItemPriceChanged"], first["isCartItemPriceChanged"]) == (True, True)
    assert (phone["isCartItemPriceChanged"], plan["isCartItemPriceChanged"]) == (True, False)
    [change] = phone["itemPriceChanged"]
    assert (change["priceType"], change["changeType"]) == ("Onetime", "decrease")
    moved = change["changeInPrice"]
    assert {name: each["value"] for name, each in moved.items()} == {
        "dutyFreeAmount": -10,
        "taxIncludedAmount": -12,
        "dutyFreeAlteredAmount": -10,
        "taxIncludedAlteredAmount": -12,
    }
    assert cart["itemPriceChanged"][0]["changeInPrice"]["taxIncludedAmount"] == {"unit": "EUR", "value": -24}
    queried = await telco.call("query-shopping-cart", {"id": cart_id})
    assert (queried.body["isCartItemPriceChanged"], queried.body["itemPriceChanged"]) == (False, [])
    await shop.call("upsert-prices", data={"prices": [{**PHONE_ROW, "amount": "100.00"}]})


async def test_a_valid_cart_gets_a_token_that_checkout_accepts(telco: Counter, shop: Shop) -> None:
    cart_id = await cart_of(telco, container(item("plan", "i-1")))
    valid = await telco.call("validate-shopping-cart", {"id": cart_id})
    assert (valid.http_status, valid.body["listOfErrors"]) == (200, [])
    token = valid.body["shoppingCart"]["validityToken"]
    submitted = await shop.call("submit-cart", cart_id, {"token": token})
    assert submitted["status"] == "applied", submitted
    seen = (await telco.call("query-shopping-cart", {"id": cart_id})).body
    assert (seen["status"], seen["validityToken"]) == ("SUBMITTED", None)
    refused = await telco.call("empty-shopping-cart", {"id": cart_id})
    assert (refused.http_status, refused.body["errorCode"]) == (409, "cart-read-only")


async def test_a_cart_that_is_not_valid_says_all_that_is_wrong_with_it(telco: Counter, shop: Shop) -> None:
    watch: dict[str, Any] = {"id": "watch"}
    await shop.call("upsert-offerings", data={"offerings": [watch]})
    await shop.call("upsert-prices", data={"prices": [{**PHONE_ROW, "id": "w", "offeringId": "watch", "amount": "9"}]})
    cart_id = await cart_of(telco, container(item("watch", "i-1"), item("phone", "i-2")))
    watch["characteristics"] = [{"name": "color", "mandatory": True}]
    await shop.call("upsert-offerings", data={"offerings": [watch]})
    checked = await telco.call("validate-shopping-cart", {"id": cart_id}, {"id": cart_id})
    assert (checked.http_status, checked.body["shoppingCart"]["validityToken"]) == (200, None)
    [error] = checked.body["listOfErrors"]
    assert error["errorCode"] == "characteristic-missing"
    assert error["errorMap"] == {
        "path": "/cartItem/i-1/product/productCharacteristic/color",
        "itemId": "i-1",
        "name": "color",
    }


async def test_a_move_removes_what_can_not_be_had_there_or_is_refused(telco: Counter, shop: Shop) -> None:
    condition = {"kind": "channel", "channels": ["shop"]}
    row = {
        "id": "shop-week",
        "level": "item",
        "conditions": [condition],
        "benefits": [{"kind": "percent", "value": "5"}],
    }
    await shop.call("upsert-promotions", data={"promotions": [row]})
    cart_id = await cart_of(
        telco, container(item("shop-only", "i-1"), item("plan", "i-2")), channel={"id": "shop", "role": "sales"}
    )
    to_web = {"id": cart_id, "channel": "web"}
    refused = await telco.call("modify-channel-and-place", to_web)
    assert (refused.http_status, refused.body["errorCode"]) == (400, "offering-not-available")
    assert places(refused) == ["/parameters/channel"]
    moved = await telco.call("modify-channel-and-place", {**to_web, "offerAutoRemoval": True})
    assert (moved.http_status, moved.body["listOfErrors"]) == (200, [])
    cart = moved.body["shoppingCart"]
    assert (cart["channel"]["id"], cart["channel"]["role"]) == ("web", None)
    gone = cart["changedItemsBySCService"]
    assert gone["autoRemovedOffer"] == [{"offerContainerId": "k-1", "cartItemId": "i-1", "offerId": "shop-only"}]
    removed = {(each["cartItemId"], each["promotionId"], each["level"]) for each in gone["autoRemovedPromotions"]}
    assert removed == {("i-1", "shop-week", "cartItem"), ("i-2", "shop-week", "cartItem")}
    again = await cart_of(telco, container(item("shop-only", "i-1")), channel={"id": "shop"})
    body = {"channel": {"id": "web"}, "offerAutoRemoval": True}
    moved = await telco.call("modify-channel-and-place", {"id": again}, body)
    assert [
        each["cartItemId"] for each in moved.body["shoppingCart"]["changedItemsBySCService"]["autoRemovedOffer"]
    ] == ["i-1"]
    north = await telco.call("modify-channel-and-place", {"id": cart_id}, {"place": {"name": "north"}})
    assert north.body["shoppingCart"]["place"]["name"] == "north"
    nowhere = await telco.call("modify-channel-and-place", {"id": cart_id}, {})
    assert (nowhere.http_status, places(nowhere)) == (400, ["/parameters/channel"])
