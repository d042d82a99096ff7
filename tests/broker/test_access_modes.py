"""Offerings under access modes, offerings that leave with all their lines, what a cart can be filled with."""

from typing import Any

import pytest

from support.shop import Shop, error_code, problems

OFFERINGS = [
    {"id": "film", "name": "The line", "categories": ["TVOD"]},
    {"id": "series", "categories": ["SVOD"], "channels": ["tv"]},
    {"id": "past", "validFor": {"endDateTime": "2021-01-01T00:00:00Z"}},
]
RENT = {"accessMode": "2", "type": "RENT", "quality": "HD", "duration": "31"}
BUY = {"accessMode": "7", "type": "PURCHASE", "quality": "HD"}


def price(name: str, amount: str, modes: dict[str, str], **fields: Any) -> dict[str, Any]:
    row = {"id": name, "offeringId": "film", "type": "one-time", "currency": "EUR", "amount": amount}
    return {**row, "characteristics": modes, **fields}


PRICES = [
    price("rent", "3.50", RENT),
    price("rent-usd", "3.83", RENT, currency="USD"),
    price("rent-students", "2.50", RENT, userType="STUDENT"),
    price("buy", "9.90", BUY),
    price("buy-ended", "8.90", {**BUY, "accessMode": "8"}, validFor={"endDateTime": "2021-01-01T00:00:00Z"}),
]


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.call("upsert-offerings", data={"offerings": OFFERINGS})
    assert "error" not in await shop.call("upsert-prices", data={"prices": PRICES})
    return shop


async def add(shop: Shop, cart_id: str, mode: str, offering: str = "film", **fields: Any) -> dict[str, Any]:
    return await shop.call("add-access-mode", cart_id, {"offeringId": offering, "accessMode": mode}, **fields)


async def test_the_item_has_the_characteristics_and_the_price_of_its_access_mode(shop: Shop) -> None:
    cart_id = await shop.cart()
    reply = await add(shop, cart_id, "2")
    [item] = reply["cart"]["items"]
    assert (item["offeringId"], item["characteristics"], item["quantity"]) == ("film", RENT, 1)
    assert (item["prices"][0]["id"], reply["cart"]["dueNow"]["payable"]) == ("rent", "3.50")
    again = await add(shop, cart_id, "2")
    assert (again["status"], again["version"]) == ("unchanged", 2)
    both = await add(shop, cart_id, "7")
    assert [each["characteristics"]["accessMode"] for each in both["cart"]["items"]] == ["2", "7"]


async def test_the_price_is_the_one_for_this_cart(shop: Shop) -> None:
    dollars = await add(shop, await shop.cart(currency="USD"), "2")
    assert dollars["cart"]["dueNow"]["payable"] == "3.83"
    student = await add(shop, await shop.cart(customer={"id": "u-1", "userType": "STUDENT"}), "2")
    assert student["cart"]["dueNow"]["payable"] == "2.50"


@pytest.mark.parametrize(
    ("offering", "mode", "code", "path"),
    [
        ("none", "2", "offering-not-found", "/data/offeringId"),
        ("past", "2", "offering-not-available", "/data/offeringId"),
        ("film", "3", "price-not-found", "/data/accessMode"),
        ("film", "8", "price-not-found", "/data/accessMode"),
    ],
)
async def test_modes_that_the_cart_cannot_have(shop: Shop, offering: str, mode: str, code: str, path: str) -> None:
    reply = await add(shop, await shop.cart(), mode, offering)
    assert (error_code(reply), problems(reply)) == (code, [(path, code)])


async def test_an_offering_leaves_with_all_its_lines_or_those_of_one_mode(shop: Shop) -> None:
    cart_id = await shop.cart()
    for mode in ("2", "7"):
        await add(shop, cart_id, mode)
    one = {"offeringId": "film", "characteristics": {"accessMode": "7"}}
    reply = await shop.call("remove-offerings", cart_id, {"offerings": [one]})
    assert [each["characteristics"]["accessMode"] for each in reply["cart"]["items"]] == ["2"]
    gone = await shop.call("remove-offerings", cart_id, {"offerings": [{"offeringId": "film"}, one]})
    assert (error_code(gone), problems(gone)) == ("item-not-found", [("/data/offerings/1", "item-not-found")])
    emptied = await shop.call("remove-offerings", cart_id, {"offerings": [{"offeringId": "film"}]})
    assert (emptied["cart"]["items"], emptied["version"]) == ([], 5)


async def test_what_a_cart_can_be_filled_with(shop: Shop) -> None:
    cart_id = await shop.cart()
    reply = await shop.call("get-offerings", cart_id, {"offeringIds": ["series", "film", "none", "film", "past"]})
    [film] = reply["items"]
    assert (film["id"], film["name"], film["categories"], reply["nextCursor"]) == ("film", "The line", ["TVOD"], None)
    assert [(each["id"], each["amount"], each["characteristics"]) for each in film["prices"]] == [
        ("rent", "3.50", RENT),
        ("buy", "9.90", BUY),
    ]
    student = await shop.cart(customer={"id": "u-1", "userType": "STUDENT"}, channel={"id": "tv"})
    rows, cursor = [], None
    while cursor is not None or not rows:
        page = await shop.call("get-offerings", student, {"size": 2, "cursor": cursor})
        rows, cursor = [*rows, *page["items"]], page["nextCursor"]
    assert [row["id"] for row in rows] == ["case", "film", "phone", "plan", "series", "unpriced"]
    assert rows[1]["prices"][0]["id"] == "rent-students"
