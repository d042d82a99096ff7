"""Transient failures: tried again in place, then after a delay, then parked; the order of what was applied holds."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from support.failing import FailingCarts, FailingStore, failing
from support.running import Running, running_worker
from support.shop import Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


STORES: list[FailingStore] = []


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker whose store fails on request; it tries twice in place, and once more after a second."""
    settings = {"attempts_in_place": 2, "retry_delays": (1,), "cached_lines": 0}
    async with running_worker(amqp_url, mongo_url, failing(STORES), **settings) as running:
        yield running


@pytest.fixture
def carts(running: Running) -> FailingCarts:
    return STORES[-1].carts


async def test_a_short_failure_is_not_noticed(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.failing_loads = 1
    reply = await shop.call("update-products", cart_id, quantity(2))
    assert (reply["status"], reply["version"], carts.failing_loads) == ("applied", 2, 0)


async def test_a_longer_failure_delays_the_command(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.failing_loads = 2
    reply = await shop.call("update-products", cart_id, quantity(2))
    assert (reply["status"], reply["version"], carts.failing_loads) == ("applied", 2, 0)


async def test_a_lasting_failure_is_answered_and_parked(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.failing_loads = 4
    message_id = uuid4().hex
    reply = await shop.call("update-products", cart_id, quantity(2), message_id=message_id)
    assert (error_code(reply), reply["error"]["retryable"]) == ("temporarily-unavailable", True)
    message = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert message.headers["parked-code"] == "temporarily-unavailable"
    assert carts.failing_loads == 0
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_a_commit_of_unknown_outcome_is_found_in_place(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.unknown_commits = 1
    reply = await shop.call("update-products", cart_id, quantity(2))
    assert (reply["status"], reply["version"], reply["changes"][0]["to"]) == ("applied", 2, 2)
    await shop.call("delete-cart", cart_id)
    heard = [event.message_id for event in await shop.events(8, cart_id)]
    assert len(heard) == len(set(heard)) == 8


READ_BACKS = 3
"""How often a worker tries to read back what a silent database left unknown."""


async def test_a_commit_that_was_given_up_is_found_by_the_retry(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.unknown_commits = 1
    carts.fail_after_unknown = READ_BACKS + 1
    reply = await shop.call("update-products", cart_id, quantity(2))
    assert (reply["status"], reply["version"], reply["changes"][0]["to"]) == ("applied", 2, 2)
    await shop.call("delete-cart", cart_id)
    await shop.wire.events.wait(lambda each: each.message_id == f"{shop.tenant}:{cart_id}:3:cart-deleted")
    heard = [(event.message_id or "").removeprefix(f"{shop.tenant}:{cart_id}:") for event in shop.heard(cart_id)]
    assert list(dict.fromkeys(heard)) == [
        "1:cart-updated",
        "1:price-changed",
        "1:cart-created",
        "2:cart-updated",
        "2:price-changed",
        "3:cart-updated",
        "3:price-changed",
        "3:cart-deleted",
    ]


async def test_a_bug_is_an_answer_and_the_next_command_works(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    carts.broken = True
    reply = await shop.call("update-products", cart_id, quantity(2))
    carts.broken = False
    assert (error_code(reply), reply["error"]["retryable"]) == ("internal", False)
    assert (await shop.call("update-products", cart_id, quantity(2)))["version"] == 2


async def test_forged_attempts_do_not_shorten_the_way(shop: Shop, carts: FailingCarts) -> None:
    cart_id = await shop.cart(PLAN)
    headers = {"x-death": [{"count": 99, "queue": "x"}], "x-delivery-count": 99}
    carts.failing_loads = 2
    reply = await shop.call("update-products", cart_id, quantity(2), properties={"headers": headers})
    assert (reply["status"], reply["version"]) == ("applied", 2)
