"""A cart expires at its date: the sweeper's command is `<cartId>:expiry:<version>`, with the version that it makes."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cartwright.wire.schema import format_time
from support.patience import PATIENCE, in_time
from support.running import Running, running_worker
from support.shop import Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that sweeps often, and keeps no copies of carts."""
    async with running_worker(amqp_url, mongo_url, sweep_interval=0.2, partitions=2, cached_lines=0) as running:
        yield running


def soon(seconds: float) -> str:
    return format_time(datetime.now(UTC) + timedelta(seconds=seconds))


async def schedule(shop: Shop, cart_id: str, seconds: float) -> None:
    """Have the cart expire soon; later, where the machine is so busy that the date has passed when it is read."""
    for patience in (1, 5, 25):
        reply = await shop.call("schedule-suppression", cart_id, {"at": soon(seconds * patience)})
        if reply["type"] == "cart-updated":
            return
    raise AssertionError(reply)


async def expire(shop: Shop, cart_id: str, seconds: float = 0.3) -> dict[str, Any]:
    """Have the cart expire, and return it as it is then."""
    await schedule(shop, cart_id, seconds)
    return await expired(shop, cart_id)


async def expired(shop: Shop, cart_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            cart: dict[str, Any] = (await shop.call("get-cart", cart_id))["cart"]
            if cart["status"] == "expired":
                return cart
            await asyncio.sleep(0.05)


async def test_a_cart_expires_at_its_date_with_an_event_of_its_own(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    cart = await expire(shop, cart_id)
    assert cart["version"] == 3
    events = await shop.events(6, cart_id)
    assert [event.type for event in events][3:] == ["cart-updated", "cart-updated", "cart-expired"]
    for event in events[4:]:
        body = json.loads(event.body)
        assert (body["commandId"], body["commandType"], body["version"]) == (
            f"{cart_id}:expiry:3",
            "expire-cart",
            3,
        )
    assert json.loads(events[4].body)["changes"] == [{"type": "cart-expired"}]
    assert error_code(await shop.call("empty-cart", cart_id)) == "cart-read-only"
    await running.documents(shop.tenant)


async def test_expiry_does_not_reprice(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await schedule(shop, cart_id, 0.6)
    point = {"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    await shop.call("upsert-prices", data={"prices": [{**point, "amount": "12.00", "taxIncluded": True}]})
    assert (await expired(shop, cart_id))["dueNow"]["payable"] == "10.00"


async def test_an_expired_cart_releases_its_vouchers_and_its_keys(shop: Shop) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "ONE", "reductionPercent": "10", "uses": 1}]})
    first, second = await shop.cart(PLAN, keys={"externalId": "k-1"}), await shop.cart(PLAN)
    await shop.call("add-voucher", first, {"code": "ONE"})
    assert error_code(await shop.call("add-voucher", second, {"code": "ONE"})) == "voucher-exhausted"
    await expire(shop, first)
    assert (await shop.call("add-voucher", second, {"code": "ONE"}))["status"] == "applied"
    assert (await shop.call("update-cart", second, {"keys": {"externalId": "k-1"}}))["status"] == "applied"
    assert error_code(await shop.call("reopen-cart", first)) == "voucher-exhausted"
    await shop.call("remove-voucher", second, {"code": "ONE"})
    assert error_code(await shop.call("reopen-cart", first)) == "key-taken"


async def test_a_reopened_cart_does_not_expire_again_at_the_same_date(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await expire(shop, cart_id)
    reopened = await shop.call("reopen-cart", cart_id)
    assert (reopened["cart"]["status"], reopened["cart"]["suppressAt"]) == ("active", None)
    await asyncio.sleep(0.3)
    assert (await shop.call("get-cart", cart_id))["cart"]["status"] == "active"


async def test_a_date_that_was_taken_back_does_not_count(shop: Shop) -> None:
    async def attempt(date: datetime) -> str:
        cart_id = await shop.cart(PLAN)
        await shop.call("schedule-suppression", cart_id, {"at": format_time(date)})
        await shop.call("schedule-suppression", cart_id, {"at": None})
        return cart_id

    cart_id = await in_time(attempt)
    await asyncio.sleep(0.3)
    assert (await shop.call("get-cart", cart_id))["version"] == 3


async def test_a_locked_cart_expires_when_its_lock_has_ended(shop: Shop) -> None:
    async def attempt(date: datetime) -> str:
        cart_id = await shop.cart(PLAN)
        await shop.call("schedule-suppression", cart_id, {"at": format_time(date)})
        await shop.call("lock-cart", cart_id, {"owner": "anna", "seconds": 600})
        return cart_id

    cart_id = await in_time(attempt)
    await asyncio.sleep(0.3)
    assert (await shop.call("get-cart", cart_id))["cart"]["status"] == "active"
    await shop.call("unlock-cart", cart_id, {"owner": "anna"})
    assert (await expired(shop, cart_id))["lock"] is None


async def test_a_submitted_cart_does_not_expire(shop: Shop) -> None:
    async def attempt(date: datetime) -> str:
        cart_id = await shop.cart(PLAN)
        await shop.call("schedule-suppression", cart_id, {"at": format_time(date)})
        token = (await shop.call("validate-cart", cart_id))["validation"]["token"]
        await shop.call("submit-cart", cart_id, {"token": token})
        return cart_id

    cart_id = await in_time(attempt)
    await asyncio.sleep(0.3)
    assert (await shop.call("get-cart", cart_id))["cart"]["status"] == "submitted"


async def test_a_cart_expires_once_under_two_workers(shop: Shop, running: Running) -> None:
    async with running.rival():
        carts = [await shop.cart(PLAN) for _ in range(12)]
        await asyncio.gather(*(schedule(shop, each, 2) for each in carts))
        for cart_id in carts:
            assert (await expired(shop, cart_id))["version"] == 3
        await asyncio.sleep(0.3)
        stored = await running.documents(shop.tenant)
    ends = [each for each in stored["journal"] if each["kind"] == "expire-cart"]
    assert sorted(each["commandId"] for each in ends) == sorted(f"{cart_id}:expiry:3" for cart_id in carts)
    assert {cart["version"] for cart in stored["carts"]} == {3}


async def forget(running: Running, shop: Shop, cart_id: str, minutes: int) -> None:
    """Move the cart's last change so far back."""
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    found = {"tenant": shop.tenant, "cartId": cart_id}
    await running.database["carts"].update_one(found, {"$set": {"updated.at": then}})
    await running.database["carts"].update_one({**found, "idleSince": {"$exists": True}}, {"$set": {"idleSince": then}})


async def test_a_cart_expires_after_the_configured_idle_time(shop: Shop, running: Running) -> None:
    before = await shop.cart(PLAN)
    await forget(running, shop, before, 90)
    await shop.call("set-configuration", data={"expireAfterMinutes": 60})
    after, fresh = await shop.cart(PLAN), await shop.cart(PLAN)
    await forget(running, shop, after, 61)
    await forget(running, shop, fresh, 58)
    for cart_id in (before, after):
        assert (await expired(shop, cart_id))["version"] == 2
    assert (await shop.call("get-cart", fresh))["cart"]["status"] == "active"
    ends = [each for each in (await running.documents(shop.tenant))["journal"] if each["kind"] == "expire-cart"]
    assert {each["commandId"] for each in ends} == {f"{before}:expiry:2", f"{after}:expiry:2"}


async def test_without_a_configured_idle_time_nobody_expires(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("set-configuration", data={"validityMinutes": 5})
    await forget(running, shop, cart_id, 1_000_000)
    await asyncio.sleep(0.4)
    assert (await shop.call("get-cart", cart_id))["cart"]["status"] == "active"


async def test_nobody_else_can_have_a_cart_expire(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    assert error_code(await shop.call("expire-cart", cart_id)) == "unknown-command"
