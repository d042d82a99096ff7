"""One command that takes effect on two carts, from queue to effect; and what queries and commands can ask for."""

from collections.abc import Iterator

import pytest

from support.running import Running
from support.shop import Shop, error_code
from support.two_carts import registered

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone", "quantity": 3}


@pytest.fixture(autouse=True)
def commands_of_the_test() -> Iterator[None]:
    with registered():
        yield


async def test_a_command_takes_effect_on_two_carts(shop: Shop, running: Running) -> None:
    giving, taking = await shop.cart(PLAN, PHONE), await shop.cart(PLAN)
    message_id = "x" * 128
    reply = await shop.call(
        "hand-over", giving, {"itemId": "i-2", "to": taking}, message_id=message_id, reason="a present"
    )
    assert (reply["status"], [item["id"] for item in reply["cart"]["items"]]) == ("applied", ["i-1"])
    await shop.events(4, taking)
    journal = (await running.documents(shop.tenant))["journal"]
    [entry] = [each for each in journal if each["commandId"] == f"{message_id}:to"]
    assert (entry["cartId"], entry["kind"], entry["reason"]) == (taking, "add-items", "a present")
    taken = (await shop.call("get-cart", taking))["cart"]
    assert [(item["id"], item["quantity"]) for item in taken["items"]] == [("i-1", 1), ("i-2", 3)]
    assert taken["version"] == 2


async def test_sent_again_it_takes_effect_once(shop: Shop) -> None:
    giving, taking = await shop.cart(PLAN, PHONE), await shop.cart(PLAN)
    data = {"itemId": "i-2", "to": taking}
    replies = [await shop.call("hand-over", giving, data, message_id="m-1") for _ in range(2)]
    assert [reply["status"] for reply in replies] == ["applied", "duplicate"]
    await shop.events(4, taking)
    assert (await shop.call("get-cart", taking))["version"] == 2


async def test_what_changes_nothing_in_the_first_cart_can_still_lead_to_a_command(shop: Shop) -> None:
    giving, taking = await shop.cart(PLAN), await shop.cart(PLAN)
    assert (await shop.call("hand-over", giving, {"to": taking}))["status"] == "unchanged"
    await shop.events(4, taking)
    assert [item["id"] for item in (await shop.call("get-cart", taking))["cart"]["items"]] == ["i-1", "given"]


async def test_nothing_follows_from_a_dry_run_or_a_refusal(shop: Shop, running: Running) -> None:
    giving, taking = await shop.cart(PLAN, PHONE), await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    data = {"itemId": "i-2", "to": taking}
    assert (await shop.call("hand-over", giving, data, dryRun=True))["status"] == "dry-run"
    assert error_code(await shop.call("hand-over", giving, {**data, "to": "c-none"})) == "cart-not-found"
    assert error_code(await shop.call("hand-over", giving, data, version=7)) == "stale-version"
    assert await running.documents(shop.tenant) == before


async def test_documents_without_follow_ups_say_nothing_of_them(shop: Shop, running: Running) -> None:
    giving, taking = await shop.cart(PLAN, PHONE), await shop.cart(PLAN)
    await shop.call("hand-over", giving, {"itemId": "i-2", "to": taking})
    await shop.events(4, taking)
    journal = (await running.documents(shop.tenant))["journal"]
    assert [entry["kind"] for entry in journal if "followUps" in entry] == ["hand-over"]


async def test_a_query_sees_versions_that_were(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    seen = {1: (await shop.call("get-cart", cart_id))["cart"]}
    for version in (2, 3):
        data = {"products": [{"id": "i-1", "quantity": version}]}
        seen[version] = (await shop.call("update-products", cart_id, data))["cart"]
    for version, cart in seen.items():
        assert (await shop.call("cart-at", cart_id, {"atVersion": version}))["cart"] == cart
    assert error_code(await shop.call("cart-at", cart_id, {"atVersion": 4})) == "invalid"


async def test_a_query_sees_several_carts_and_answers_with_rows(shop: Shop) -> None:
    first, second = await shop.cart(PHONE), await shop.cart(PLAN)
    reply = await shop.call("totals", data={"cartIds": [second, "c-none", first]})
    assert (reply["type"], reply["status"]) == ("query-result", "read")
    carts = [(await shop.call("get-cart", each))["cart"] for each in (second, first)]
    assert [each["id"] for each in reply["items"]] == [second, first]
    payable = [f"{each['payable'] / 100:.2f}" for each in reply["items"]]
    assert payable == [cart["dueNow"]["payable"] for cart in carts]
