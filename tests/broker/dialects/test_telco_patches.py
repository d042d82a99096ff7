"""`patch-shopping-cart` of the telco dialect, from queue to reply."""

from typing import Any
from uuid import uuid4

import pytest

from support.dialects import Counter
from support.running import Running
from support.shop import Shop
from support.telco_answers import containers, errors, items, price, refusal

K, ITEM = "/offerContainer/k-1", "/offerContainer/k-1/cartItem/i-1"
PLAN = {
    "id": "i-1",
    "productOffering": {"id": "plan"},
    "quantity": 1,
    "action": "add",
    "sku": "s-1",
    "priceSignature": "x",
}
CASE = {
    "id": "i-2",
    "productOffering": {"id": "case"},
    "product": {"productCharacteristic": [{"name": "color", "value": "red"}]},
}
NOT_SOLD = {"productOffering": {"id": "none"}}
CART = {
    "additionalAttributes": [{"name": "source", "value": "web", "valueType": "string"}],
    "contactMedium": [{"mediumType": "email", "characteristic": {"emailAddress": "ada@example.org"}}],
    "offerContainer": [
        {
            "id": "k-1",
            "processContext": "new",
            "category": {"id": "mobile", "name": "Mobile"},
            "cartItem": [PLAN, CASE],
        },
        {"id": "k-2", "processContext": "in-life", "category": {"id": "fixed"}},
    ],
}


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    shop = await running.shop()
    reply = await shop.call("set-configuration", data={"defaults": {"country": "FR", "currency": "EUR"}})
    assert reply["type"] == "catalog-updated", reply
    return shop


@pytest.fixture(scope="module")
def telco(shop: Shop) -> Counter:
    return Counter(shop, "telco")


@pytest.fixture
async def cart_id(telco: Counter) -> str:
    reply = await telco.call("create-shopping-cart", None, CART)
    assert reply.http_status == 201, reply.body
    return str(reply.body["id"])


def op(kind: str, path: str, value: Any = None) -> dict[str, Any]:
    return {"op": kind, "path": path} if kind == "delete" else {"op": kind, "path": path, "value": value}


def named(shown: Any, *names: str) -> dict[str, Any]:
    return {name: shown[name] for name in names}


async def test_several_objects_in_one_call_and_one_version(telco: Counter, cart_id: str) -> None:
    body = [
        op("add", f"{K}/cartItem", {"id": "i-3", "productOffering": {"id": "phone"}}),
        op("patch", ITEM, {"quantity": 3}),
        op("add", "/offerContainer/k-2/note", {"id": "n-1", "author": "anna", "text": "call first"}),
        op("add", f"{ITEM}/note", {"id": "n-2", "text": "urgent"}),
        op("replace", f"{K}/cartItem/i-2/product/productCharacteristic/color", "blue"),
        op("add", "/offerContainer", {"id": "k-3", "processContext": "new", "category": {"id": "tv"}}),
        op("add", "/additionalAttributes", {"name": "campaign", "value": "spring"}),
        op("replace", "/contactMedium/contact-1", {"mediumType": "phone", "characteristic": {"phoneNumber": "1"}}),
        op("add", "/contactMedium", {"mediumType": "fax"}),
    ]
    own = uuid4().hex
    dry = await telco.call("patch-shopping-cart", {"id": cart_id, "dryRun": True}, body)
    reply = await telco.call("patch-shopping-cart", {"id": cart_id, "version": 1}, body, message_id=own)
    assert (dry.headers["status"], reply.headers["status"], reply.headers["cart-version"]) == ("dry-run", "applied", 2)
    assert (reply.http_status, sorted(items(reply)), sorted(containers(reply))) == (
        200, ["i-1", "i-2", "i-3"], ["k-1", "k-2", "k-3"],
    )  # fmt: skip
    assert (items(reply)["i-1"]["quantity"], price(reply)["taxIncludedAmount"]["value"]) == (3, 30)
    assert named(containers(reply)["k-2"]["note"][0], "id", "author", "text") == body[2]["value"]
    assert items(reply)["i-1"]["note"][0]["text"] == "urgent"
    [color] = items(reply)["i-2"]["product"]["productCharacteristic"]
    assert named(color, "name", "value") == {"name": "color", "value": "blue"}
    attributes = [named(each, "name", "value", "valueType") for each in reply.body["additionalAttributes"]]
    assert attributes == [
        {"name": "source", "value": "web", "valueType": "string"},
        {"name": "campaign", "value": "spring", "valueType": None},
    ]
    assert [each["mediumType"] for each in reply.body["contactMedium"]] == ["phone", "fax"]
    again = await telco.call("patch-shopping-cart", {"id": cart_id, "version": 1}, body, message_id=own)
    assert (again.headers["status"], again.body) == ("duplicate", reply.body)


async def test_patch_sets_what_it_names_and_keeps_the_rest_as_sent(telco: Counter, cart_id: str) -> None:
    body = [
        op("patch", ITEM, {"sku": "s-2", "product": {"name": "Mine"}}),
        op("patch", K, {"category": {"id": "tv"}, "processContext": None}),
    ]
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, body)
    shown = items(reply)["i-1"]
    assert named(shown, "sku", "priceSignature", "quantity") == {"sku": "s-2", "priceSignature": "x", "quantity": 1}
    assert (shown["product"]["name"], shown["productOffering"]["id"]) == ("Mine", "plan")
    container = containers(reply)["k-1"]
    assert (container["category"]["id"], container["processContext"]) == ("tv", None)
    replaced = await telco.call("patch-shopping-cart", {"id": cart_id}, [op("replace", ITEM, {"quantity": 2})])
    shown = items(replaced)["i-1"]
    assert named(shown, "sku", "priceSignature", "quantity") == {"sku": None, "priceSignature": None, "quantity": 2}


async def test_fields_have_paths_of_their_own(telco: Counter, cart_id: str) -> None:
    body = [
        op("replace", f"{K}/processContext", "in-life"),
        op("add", f"{K}/category", {"id": "tv", "name": "Television"}),
        op("replace", f"{ITEM}/action", "modify"),
        op("patch", f"{ITEM}/quantity", 3),
        op("add", f"{ITEM}/itemTerm", [{"name": "Commitment", "duration": {"amount": 24, "units": "month"}}]),
        op("replace", f"{ITEM}/cartItemRelationship", [{"id": "i-2", "relationshipType": "reliesOn"}]),
        op("replace", f"{ITEM}/product/billingAccount", {"id": "b-1", "name": "Private"}),
        op("add", f"{ITEM}/product/productCharacteristic/size", "L"),
        op("patch", f"{ITEM}/product/productCharacteristic/size", {"value": "XL"}),
        op("patch", "/additionalAttributes/source", {"value": "shop"}),
    ]
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, body)
    assert (reply.http_status, reply.headers["cart-version"]) == (200, 2), reply.body
    container, shown = containers(reply)["k-1"], items(reply)["i-1"]
    assert named(container["category"], "id", "name") == body[1]["value"]
    assert (container["processContext"], shown["action"], shown["quantity"]) == ("in-life", "modify", 3)
    assert shown["itemTerm"][0]["duration"] == body[4]["value"][0]["duration"]
    assert named(shown["cartItemRelationship"][0], "id", "relationshipType") == body[5]["value"][0]
    assert named(shown["product"]["billingAccount"], "id", "name") == body[6]["value"]
    assert {each["name"]: each["value"] for each in shown["product"]["productCharacteristic"]}["size"] == "XL"
    assert [each["value"] for each in reply.body["additionalAttributes"]] == ["shop"]
    assert (shown["sku"], shown["priceSignature"]) == ("s-1", "x")
    gone = [op("delete", f"{K}/processContext"), op("delete", f"{ITEM}/itemTerm")]
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, gone)
    assert (containers(reply)["k-1"]["processContext"], items(reply)["i-1"]["itemTerm"]) == (None, [])


async def test_what_is_deleted_is_gone(telco: Counter, cart_id: str) -> None:
    body = [op("delete", ITEM), op("delete", "/offerContainer/k-2"), op("delete", "/additionalAttributes/source")]
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, body)
    assert (sorted(items(reply)), sorted(containers(reply))) == (["i-2"], ["k-1"])
    assert reply.body["additionalAttributes"] == []


async def test_items_in_no_container_have_paths_without_one(shop: Shop, telco: Counter) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "plan"})
    body = [
        op("patch", "/cartItem/i-1", {"quantity": 2}),
        op("add", "/cartItem", {"id": "i-2", "productOffering": {"id": "phone"}}),
    ]
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, body)
    assert {item_id: each["quantity"] for item_id, each in items(reply).items()} == {"i-1": 2, "i-2": 1}


@pytest.mark.parametrize(
    ("operation", "answer", "place"),
    [
        (op("patch", "/offerContainer/k-2/cartItem/i-1", {"quantity": 2}), (404, "item-not-found"), "/body/1"),
        (op("delete", f"{K}/cartItem/i-9"), (404, "item-not-found"), "/body/1"),
        (op("add", "/offerContainer/k-9/cartItem", PLAN), (404, "container-not-found"), "/body/1"),
        (op("delete", f"{K}/note/n-9"), (404, "note-not-found"), "/body/1"),
        (op("add", f"{K}/cartItem", PLAN), (400, "invalid"), "/body/1/value/id"),
        (op("add", f"{K}/cartItem", NOT_SOLD), (400, "offering-not-found"), "/body/1/value/productOffering/id"),
        (op("patch", ITEM, {"quantity": 0}), (400, "invalid"), "/body/1/value/quantity"),
        (op("patch", "/status", "ACTIVE"), (400, "invalid"), "/body/1"),
        (op("replace", "/additionalAttributes/none", "x"), (400, "invalid"), "/body/1"),
    ],
)  # fmt: skip
async def test_if_one_is_refused_nothing_is_done(
    telco: Counter, cart_id: str, operation: dict[str, Any], answer: tuple[int, str], place: str
) -> None:
    first = op("add", f"{K}/note", {"text": "never"})
    reply = await telco.call("patch-shopping-cart", {"id": cart_id}, [first, operation])
    assert (refusal(reply), [path for path, _ in errors(reply)]) == (answer, [place])
    kept = await telco.call("query-shopping-cart", {"id": cart_id})
    assert (kept.headers["cart-version"], containers(kept)["k-1"]["note"]) == (1, [])


async def test_a_stale_version_is_told(telco: Counter, cart_id: str) -> None:
    reply = await telco.call("patch-shopping-cart", {"id": cart_id, "version": 7}, [op("delete", ITEM)])
    assert refusal(reply) == (409, "stale-version")
