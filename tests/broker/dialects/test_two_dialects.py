"""One cart, clients of two dialects: what one writes, the other sees in its own terms."""

from uuid import uuid4

import pytest

from support.dialects import Counter
from support.running import Running
from support.shop import Shop
from support.telco_answers import items


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    shop = await running.shop()
    defaults = {"defaults": {"country": "FR", "locale": "fr-FR", "currency": "EUR"}}
    reply = await shop.call("set-configuration", data=defaults)
    assert reply["type"] == "catalog-updated", reply
    return shop


async def test_a_sales_journey_and_a_telco_client_share_a_cart(shop: Shop) -> None:
    desk, telco = Counter(shop, "sales-journey"), Counter(shop, "telco")
    journey = {"salesJourneyId": uuid4().hex}
    addon = {"itemType": "ADDON", "catalogId": "plan", "actionType": "ADD", "quantity": 2}
    opened = await desk.call("update-cart", journey, [addon])
    cart_id = str(opened.headers["cart-id"])

    seen = await telco.call("query-shopping-cart", {"id": cart_id})
    [(item_id, item)] = items(seen).items()
    assert (item["productOffering"]["id"], item["quantity"], item["action"]) == ("plan", 2, "add")
    assert item["itemPrice"][0]["price"]["taxIncludedAmount"] == {"unit": "EUR", "value": 20}
    assert [each["id"] for each in seen.body["offerContainer"]] == [None]

    body = [
        {
            "op": "patch",
            "path": f"/cartItem/{item_id}",
            "value": {"quantity": 3, "product": {"id": "p-1"}, "sku": "s-1"},
        },
        {
            "op": "add",
            "path": "/offerContainer",
            "value": {"id": "k-1", "processContext": "new", "category": {"id": "x"}},
        },
        {"op": "add", "path": "/offerContainer/k-1/cartItem", "value": {"productOffering": {"id": "phone"}}},
    ]
    patched = await telco.call("patch-shopping-cart", {"id": cart_id, "version": 1}, body)
    assert (patched.http_status, patched.headers["cart-version"]) == (200, 2)

    read = await desk.call("retrieve-cart", journey)
    shown = [(each["catalogId"], each["purchasedOfferId"], each["action"]) for each in read.body["cart"]["cartItems"]]
    assert shown[0] == ("plan", "p-1", "ADD")
    assert [each[0] for each in shown] == ["plan", "phone"]

    removed = await desk.call("update-cart", journey, [{**addon, "catalogId": "phone", "actionType": "REMOVE"}])
    assert removed.headers["cart-version"] == 3
    left = await telco.call("query-shopping-cart", {"id": cart_id})
    assert {key: (each["quantity"], each["sku"]) for key, each in items(left).items()} == {item_id: (3, "s-1")}
    canonical = await shop.call("get-cart", cart_id)
    [line] = canonical["cart"]["items"]
    assert line["extensions"]["sales-journey"] == {"itemType": "ADDON"}
    assert line["extensions"]["telco"]["sku"] == "s-1"
