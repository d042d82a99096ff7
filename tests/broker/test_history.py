"""History, from queue to reply: the cart as it was, and who changed it, when and why."""

from typing import Any

from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


async def aged(shop: Shop, versions: int) -> tuple[str, dict[int, Any]]:
    """A cart with so many versions, and the cart of each version's reply."""
    cart_id = await shop.cart(PLAN)
    seen = {1: (await shop.call("get-cart", cart_id))["cart"]}
    for version in range(2, versions + 1):
        reply = await shop.call("update-products", cart_id, quantity(version), reason=f"step {version}")
        seen[version] = reply["cart"]
    return cart_id, seen


async def test_get_cart_at_version_answers_the_cart_as_it_was_byte_for_byte(shop: Shop) -> None:
    cart_id, seen = await aged(shop, 4)
    for version, cart in seen.items():
        reply = await shop.call("get-cart", cart_id, {"atVersion": version})
        assert (reply["status"], reply["version"], reply["cart"]) == ("read", version, cart)


async def test_a_version_that_was_not_is_invalid(shop: Shop) -> None:
    cart_id, _ = await aged(shop, 2)
    for version in (0, 3, 2**53):
        reply = await shop.call("get-cart", cart_id, {"atVersion": version})
        assert (error_code(reply), problems(reply)) == ("invalid", [("/data/atVersion", "unknown-version")])


async def test_a_version_can_not_be_repriced(shop: Shop) -> None:
    cart_id, _ = await aged(shop, 1)
    reply = await shop.call("get-cart", cart_id, {"atVersion": 1, "reprice": True})
    assert problems(reply) == [("/data/atVersion", "one-of")]


async def test_a_version_is_explained_with_the_catalog_that_it_was_priced_with(shop: Shop) -> None:
    cart_id, seen = await aged(shop, 2)
    explained = (await shop.call("get-cart", cart_id, {"atVersion": 1}, explain=True))["explanation"]
    prices = [{"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}]
    dearer = {"prices": [{**prices[0], "amount": "11.00", "taxIncluded": True}]}
    await shop.call("upsert-prices", data=dearer)
    repriced = await shop.call("reprice-cart", cart_id)
    assert repriced["status"] == "applied"
    reply = await shop.call("get-cart", cart_id, {"atVersion": 1}, explain=True)
    assert (reply["cart"], reply["explanation"]) == (seen[1], explained)


async def test_history_tells_who_changed_what_when_and_why_oldest_first(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity(2), message_id="m-2", reason="as agreed")
    reply = await shop.call("update-products", cart_id, quantity(3), message_id="m-3")
    history = await shop.call("get-history", cart_id)
    assert (history["type"], history["status"], history["nextCursor"]) == ("query-result", "read", None)
    assert "archivedThrough" not in history
    items = history["items"]
    assert [(each["version"], each["commandType"]) for each in items] == [
        (1, "create-cart"),
        (2, "update-products"),
        (3, "update-products"),
    ]
    assert [(each["commandId"], each["reason"]) for each in items[1:]] == [("m-2", "as agreed"), ("m-3", None)]
    assert (items[2]["changes"], items[2]["priceChanges"]) == (reply["changes"], reply["priceChanges"])
    event_id = f"{shop.tenant}:{cart_id}:3:cart-updated"
    [event] = await shop.wire.events.wait(lambda each: each.message_id == event_id, 1)
    assert items[2]["at"] == event.headers["cloudEvents:time"]
    assert set(items[0]) == {
        "version",
        "commandId",
        "commandType",
        "actor",
        "reason",
        "at",
        "changes",
        "priceChanges",
    }


async def test_from_and_to_are_inclusive_and_pages_follow_each_other(shop: Shop) -> None:
    cart_id, _ = await aged(shop, 7)
    asked: dict[str, Any] = {"from": 2, "to": 6, "size": 2}
    pages: list[list[int]] = []
    cursor = None
    while cursor or not pages:
        page = await shop.call("get-history", cart_id, {**asked, "cursor": cursor})
        pages.append([each["version"] for each in page["items"]])
        cursor = page["nextCursor"]
    assert pages == [[2, 3], [4, 5], [6]]
    assert (await shop.call("get-history", cart_id, {"from": 8}))["items"] == []
    assert [each["version"] for each in (await shop.call("get-history", cart_id, {"from": 7, "to": 9}))["items"]] == [7]


async def test_a_range_or_cursor_that_makes_no_sense_is_invalid(shop: Shop) -> None:
    cart_id, _ = await aged(shop, 2)
    wrong = {
        "/data/to": {"from": 3, "to": 2},
        "/data/from": {"from": 0},
        "/data/size": {"size": 1001},
        "/data/cursor": {"cursor": "next"},
    }
    for path, data in wrong.items():
        reply = await shop.call("get-history", cart_id, data)
        assert (error_code(reply), [place for place, _ in problems(reply)]) == ("invalid", [path])


async def test_what_was_answered_before_is_seen(shop: Shop, running: Running) -> None:
    """Also what the journal does not have yet."""
    cart_id = await shop.cart(PLAN)
    for version in range(2, 12):
        reply = await shop.call("update-products", cart_id, quantity(version), message_id=f"m-{version}")
        history = await shop.call("get-history", cart_id, {"from": version})
        assert [each["commandId"] for each in history["items"]] == [f"m-{version}"]
        assert (await shop.call("get-cart", cart_id, {"atVersion": version}))["cart"] == reply["cart"]


async def test_a_deleted_cart_has_no_history(shop: Shop) -> None:
    cart_id, _ = await aged(shop, 2)
    await shop.call("delete-cart", cart_id)
    assert error_code(await shop.call("get-history", cart_id)) == "cart-not-found"
    assert error_code(await shop.call("get-cart", cart_id, {"atVersion": 1})) == "cart-not-found"
    assert error_code(await shop.call("get-history", "c-none")) == "cart-not-found"


async def test_a_cart_found_by_its_key_is_shown_as_it_was(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, keys={"externalId": "x-1"})
    await shop.call("update-products", cart_id, quantity(2))
    by_key = {"key": {"name": "externalId", "value": "x-1"}, "atVersion": 1}
    reply = await shop.call("get-cart", None, by_key)
    assert (reply["cartId"], reply["cart"]["items"][0]["quantity"]) == (cart_id, 1)
