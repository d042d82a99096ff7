"""Anonymous carts are saved and claimed, submitted and expired ones reopened; when a cart expires is scheduled."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cartwright.wire.schema import format_time
from support.running import Running, running_worker
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
CUSTOMER = {"id": "u-1", "userType": "CUSTOMER"}
VIP_PRICE = {
    "id": "pp-plan",
    "offeringId": "plan",
    "type": "recurring",
    "period": "P1M",
    "currency": "EUR",
    "amount": "12.00",
    "taxIncluded": True,
}

Reply = dict[str, Any]


async def mark(running: Running, shop: Shop, cart_id: str, status: str) -> None:
    """Give the stored cart a status, past any worker's copy of it."""
    await running.database["carts"].update_one({"tenant": shop.tenant, "cartId": cart_id}, {"$set": {"status": status}})


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that keeps no copies of carts."""
    async with running_worker(amqp_url, mongo_url, cached_lines=0) as running:
        yield running


async def test_save_cart_sets_saved_and_the_unique_id(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, keys={"subscriptionId": "s-1"})
    reply = await shop.call("save-cart", cart_id, {"uniqueId": "u-778"})
    assert (reply["cart"]["status"], reply["cart"]["keys"]) == (
        "saved",
        {"subscriptionId": "s-1", "uniqueId": "u-778"},
    )
    before, after = {"subscriptionId": "s-1"}, {"subscriptionId": "s-1", "uniqueId": "u-778"}
    assert (reply["changes"], reply["priceChanges"]) == (
        [
            {"type": "header-changed", "from": {"keys": before}, "to": {"keys": after}},
            {"type": "cart-saved", "uniqueId": "u-778"},
        ],
        [],
    )
    found = await shop.call("get-cart", data={"key": {"name": "uniqueId", "value": "u-778"}})
    assert found["cartId"] == cart_id
    assert (await shop.call("save-cart", cart_id, {"uniqueId": "u-778"}))["status"] == "unchanged"
    assert [event.type for event in await shop.events(5, cart_id)][3:] == ["cart-updated", "cart-saved"]


async def test_prices_follow_the_key_that_saving_gives(shop: Shop) -> None:
    anonymous = {"kind": "expression", "expression": "cart.keys.uniqueId == ''"}
    five = {"kind": "fixed", "amount": "5.00", "currency": "EUR"}
    row = {"id": "anonymous", "level": "cart", "conditions": [anonymous], "benefits": [five]}
    await shop.call("upsert-promotions", data={"promotions": [row]})
    cart_id = await shop.cart(PLAN)
    assert (await shop.call("get-cart", cart_id))["cart"]["dueNow"]["payable"] == "5.00"
    reply = await shop.call("save-cart", cart_id)
    assert (reply["cart"]["status"], reply["cart"]["dueNow"]["payable"]) == ("saved", "10.00")


async def test_a_unique_id_is_made_if_none_is_given(shop: Shop) -> None:
    first, second = await shop.cart(PLAN), await shop.cart(PLAN)
    dry = await shop.call("save-cart", first, dryRun=True)
    made = (await shop.call("save-cart", first))["cart"]["keys"]["uniqueId"]
    other = (await shop.call("save-cart", second))["cart"]["keys"]["uniqueId"]
    assert dry["cart"]["keys"]["uniqueId"] == made != other
    again = await shop.call("save-cart", first)
    assert (again["status"], again["cart"]["keys"]["uniqueId"]) == ("unchanged", made)


async def test_a_saved_cart_can_be_changed(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("save-cart", cart_id)
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert (reply["status"], reply["cart"]["status"]) == ("applied", "saved")


async def test_claim_cart_makes_a_saved_cart_active_gives_it_the_customer_and_reprices(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, customer={"userType": "ANONYMOUS"})
    await shop.call("save-cart", cart_id)
    await shop.call("upsert-prices", data={"prices": [VIP_PRICE]})
    reply = await shop.call("claim-cart", cart_id, {"customer": CUSTOMER})
    assert (reply["cart"]["status"], reply["cart"]["customer"]) == ("active", CUSTOMER)
    assert reply["cart"]["dueNow"]["payable"] == "12.00"
    assert [change["type"] for change in reply["changes"]] == ["header-changed", "cart-claimed"]
    assert "cart-claimed" in [event.type for event in await shop.events(8, cart_id)]


async def test_only_saved_carts_without_a_customer_id_are_claimed(shop: Shop) -> None:
    active = await shop.cart(PLAN)
    owned = await shop.cart(PLAN, customer=CUSTOMER)
    await shop.call("save-cart", owned)
    for cart_id in (active, owned):
        assert error_code(await shop.call("claim-cart", cart_id, {"customer": {"id": "u-2"}})) == "forbidden"
    refused = await shop.call("claim-cart", active, {"customer": {"userType": "CUSTOMER"}})
    assert problems(refused) == [("/data/customer/id", "missing")]


@pytest.mark.parametrize("status", ["submitted", "expired"])
async def test_reopen_cart_makes_a_cart_active_and_does_not_reprice(shop: Shop, running: Running, status: str) -> None:
    cart_id = await shop.cart(PLAN)
    await mark(running, shop, cart_id, status)
    await shop.call("upsert-prices", data={"prices": [VIP_PRICE]})
    assert error_code(await shop.call("empty-cart", cart_id)) == "cart-read-only"
    reply = await shop.call("reopen-cart", cart_id)
    assert (reply["cart"]["status"], reply["changes"]) == ("active", [{"type": "cart-reopened"}])
    assert (reply["priceChanges"], reply["cart"]["dueNow"]["payable"]) == ([], "10.00")
    assert (await shop.call("empty-cart", cart_id))["status"] == "applied"
    assert "cart-reopened" in [event.type for event in await shop.events(5, cart_id)]


async def test_a_cart_that_is_neither_submitted_nor_expired_is_not_reopened(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    assert error_code(await shop.call("reopen-cart", cart_id)) == "cart-not-submitted"


async def test_an_expired_cart_has_let_go_of_its_vouchers_and_needs_them_again(shop: Shop, running: Running) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "ONE", "reductionPercent": "10", "uses": 1}]})
    cart_id, other = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("add-voucher", cart_id, {"code": "ONE"})
    await mark(running, shop, cart_id, "expired")
    await running.database["budgets"].delete_many({"tenant": shop.tenant})
    assert (await shop.call("add-voucher", other, {"code": "ONE"}))["status"] == "applied"
    for envelope in ({"dryRun": True}, {}):
        assert error_code(await shop.call("reopen-cart", cart_id, **envelope)) == "voucher-exhausted"
    await shop.call("remove-voucher", other, {"code": "ONE"})
    reply = await shop.call("reopen-cart", cart_id)
    assert (reply["status"], reply["cart"]["dueNow"]["payable"]) == ("applied", "9.00")
    assert error_code(await shop.call("add-voucher", other, {"code": "ONE"})) == "voucher-exhausted"


async def test_a_suppression_is_scheduled_shown_and_taken_back(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    at = "2090-12-31T23:00:00Z"
    reply = await shop.call("schedule-suppression", cart_id, {"at": at})
    assert (reply["cart"]["suppressAt"], reply["changes"]) == (
        at,
        [{"type": "suppression-scheduled", "from": None, "to": at}],
    )
    assert (await shop.call("get-cart", cart_id))["cart"]["suppressAt"] == at
    assert (await shop.call("schedule-suppression", cart_id, {"at": at}))["status"] == "unchanged"
    assert (await shop.call("schedule-suppression", cart_id, {"at": None}))["cart"]["suppressAt"] is None
    assert problems(await shop.call("schedule-suppression", cart_id)) == [("/data/at", "missing")]


async def test_a_past_time_of_suppression_is_invalid(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    for at in ("2020-01-01T00:00:00Z", format_time(datetime.now(UTC) - timedelta(milliseconds=1))):
        assert problems(await shop.call("schedule-suppression", cart_id, {"at": at})) == [("/data/at", "out-of-range")]
