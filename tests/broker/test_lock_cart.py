"""`lock-cart`: only commands with header `lock-owner` equal to the owner change the cart; the lock ends by itself."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import pytest

from cartwright import CartClient, CartLocked
from cartwright.commands import LockCart, UnlockCart
from support.patience import in_time
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
ANNA = {"headers": {"lock-owner": "anna"}}
BERT = {"headers": {"lock-owner": "bert"}}
FOR_ANNA = {"owner": "anna", "seconds": 300}

Reply = dict[str, Any]


async def quantity(shop: Shop, cart_id: str, number: int, properties: Reply | None = None, **envelope: Any) -> Reply:
    products = {"products": [{"id": "i-1", "quantity": number}]}
    return await shop.call("update-products", cart_id, products, properties=properties, **envelope)


@pytest.fixture
async def cart(shop: Shop) -> str:
    """A cart that anna has locked."""
    cart_id = await shop.cart(PLAN)
    assert (await shop.call("lock-cart", cart_id, FOR_ANNA))["status"] == "applied"
    return cart_id


async def test_a_lock_is_shown_with_its_owner_and_its_end(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("lock-cart", cart_id, FOR_ANNA)
    after = datetime.now(UTC)
    lock = reply["cart"]["lock"]
    assert reply["changes"] == [{"type": "cart-locked", **lock}]
    assert (reply["version"], reply["priceChanges"], lock["owner"]) == (2, [], "anna")
    assert datetime.fromisoformat(lock["until"]) - after < timedelta(seconds=301)
    assert (await shop.call("get-cart", cart_id))["cart"]["lock"] == lock
    events = [event.type for event in await shop.events(5, cart_id)]
    assert events == ["cart-updated", "price-changed", "cart-created", "cart-updated", "cart-locked"]


async def test_only_its_owner_changes_a_locked_cart(shop: Shop, cart: str) -> None:
    lock = (await shop.call("get-cart", cart))["cart"]["lock"]
    for properties in (None, BERT):
        for envelope in ({}, {"dryRun": True}):
            refused = await quantity(shop, cart, 2, properties, **envelope)
            assert (error_code(refused), refused["error"]["details"]) == ("cart-locked", lock)
            assert refused["error"]["retryable"] is False
    assert (await quantity(shop, cart, 2, ANNA))["version"] == 3
    assert (await quantity(shop, cart, 3, ANNA, dryRun=True))["status"] == "dry-run"
    assert error_code(await shop.call("delete-cart", cart)) == "cart-locked"
    assert (await shop.call("delete-cart", cart, properties=ANNA))["cart"]["status"] == "deleted"


async def test_what_was_applied_before_the_lock_is_a_duplicate_still(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await quantity(shop, cart_id, 2, message_id="m-before")
    await shop.call("lock-cart", cart_id, FOR_ANNA)
    assert (await quantity(shop, cart_id, 2, message_id="m-before"))["status"] == "duplicate"


async def test_a_locked_cart_is_read_by_everybody(shop: Shop, cart: str) -> None:
    assert (await shop.call("get-cart", cart))["status"] == "read"
    assert (await shop.call("get-cart", cart, {"reprice": True}))["status"] == "dry-run"
    assert (await shop.call("compare-price", cart))["status"] == "dry-run"


async def test_a_lock_ends_by_itself(shop: Shop) -> None:
    async def attempt(date: datetime) -> tuple[str, datetime, dict[str, Any]]:
        cart_id = await shop.cart(PLAN)
        seconds = ceil((date - datetime.now(UTC)).total_seconds())
        locked = await shop.call("lock-cart", cart_id, {"owner": "anna", "seconds": seconds})
        until = datetime.fromisoformat(locked["cart"]["lock"]["until"])
        return cart_id, until, await quantity(shop, cart_id, 2)

    cart_id, until, refused = await in_time(attempt, seconds=1)
    assert error_code(refused) == "cart-locked"
    await asyncio.sleep(max((until - datetime.now(UTC)).total_seconds(), 0) + 0.1)
    assert (await shop.call("get-cart", cart_id))["cart"]["lock"] is None
    reply = await quantity(shop, cart_id, 2)
    assert (reply["version"], reply["cart"]["lock"]) == (3, None)


async def test_the_same_owner_extends_a_lock_and_nobody_else(shop: Shop, cart: str) -> None:
    first = (await shop.call("get-cart", cart))["cart"]["lock"]["until"]
    longer = await shop.call("lock-cart", cart, {"owner": "anna", "seconds": 600})
    assert datetime.fromisoformat(longer["cart"]["lock"]["until"]) > datetime.fromisoformat(first)
    assert error_code(await shop.call("lock-cart", cart, {"owner": "bert", "seconds": 1})) == "cart-locked"


async def test_its_owner_unlocks_a_cart_and_nobody_else(shop: Shop, cart: str) -> None:
    assert error_code(await shop.call("unlock-cart", cart, {"owner": "bert"}, properties=ANNA)) == "cart-locked"
    reply = await shop.call("unlock-cart", cart, {"owner": "anna"})
    assert (reply["changes"], reply["cart"]["lock"]) == ([{"type": "cart-unlocked", "owner": "anna"}], None)
    assert (await shop.call("unlock-cart", cart, {"owner": "anna"}))["status"] == "unchanged"
    assert (await quantity(shop, cart, 2))["status"] == "applied"


@pytest.mark.parametrize("seconds", [0, -1, 86_401, 1.5, "60"])
async def test_a_lock_is_for_one_second_to_a_day(shop: Shop, seconds: Any) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("lock-cart", cart_id, {"owner": "anna", "seconds": seconds})
    assert [path for path, _ in problems(reply)] == ["/data/seconds"]
    assert (await shop.call("lock-cart", cart_id, {"owner": "anna", "seconds": 86_400}))["status"] == "applied"


async def test_a_lock_does_not_stop_what_follows_from_another_cart(shop: Shop, cart: str) -> None:
    body = json.dumps({"type": "add-items", "cartId": cart, "data": {"items": [PHONE]}}).encode()
    key = f"{shop.tenant}.add-items"
    other = {"cart-id": cart, "cart-follows": "m-other"}
    refused = await shop.wire.ask(key, body, message_id="m-first:to", headers=other)
    assert error_code(refused) == "cart-locked"
    followed = {"cart-id": cart, "cart-follows": "m-first"}
    assert (await shop.wire.ask(key, body, message_id="m-first:to", headers=followed))["status"] == "applied"


async def test_the_clients_calls_say_who_has_locked_the_cart(shop: Shop, running: Running, amqp_url: str) -> None:
    cart_id = await shop.cart(PLAN)
    async with CartClient(amqp_url, tenant=shop.tenant, prefix=running.settings.prefix) as carts:
        locked = await carts.lock_cart(cart_id, LockCart(owner="anna", seconds=60))
        assert locked.cart.lock is not None
        with pytest.raises(CartLocked):
            await carts.empty_cart(cart_id)
        assert (await carts.empty_cart(cart_id, lock_owner="anna")).cart.items == []
        assert (await carts.unlock_cart(cart_id, UnlockCart(owner="anna"))).cart.lock is None
