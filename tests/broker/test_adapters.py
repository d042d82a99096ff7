"""A worker does the same over either adapter of AMQP."""

from collections.abc import AsyncIterator

import pytest

from support.running import Running, running_worker
from support.shop import Shop, error_code
from workers.amqp import ADAPTERS

PHONE = {"id": "i-1", "offeringId": "phone"}


@pytest.fixture(scope="module", params=ADAPTERS)
async def running(request: pytest.FixtureRequest, amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, amqp_adapter=request.param) as running:
        yield running


async def test_a_command_is_answered_and_its_events_go_out(shop: Shop) -> None:
    data = {"country": "FR", "currency": "EUR", "items": [PHONE]}
    reply = await shop.call("create-cart", "c-1", data, message_id="m")
    assert (reply["status"], reply["version"]) == ("applied", 1)
    (event,) = await shop.events(1, "c-1")
    assert event.type == "cart-updated"
    again = await shop.call("create-cart", "c-1", data, message_id="m")
    assert (again["status"], again["version"]) == ("duplicate", 1)


async def test_what_cannot_be_done_is_refused(shop: Shop) -> None:
    assert error_code(await shop.call("add-items", "nowhere", {"items": [PHONE]})) == "cart-not-found"


async def test_commands_of_a_cart_keep_their_order(shop: Shop) -> None:
    cart = await shop.cart(PHONE)
    for quantity in range(2, 12):
        reply = await shop.call("update-products", cart, {"products": [{"id": "i-1", "quantity": quantity}]})
        assert (reply["status"], reply["version"]) == ("applied", quantity)


async def test_a_worker_that_is_stopped_has_settled_everything(running: Running, shop: Shop) -> None:
    cart = await shop.cart(PHONE)
    await running.stop()
    assert await running.wire.depth("commands.0") == 0
    await running.start()
    assert (await shop.call("get-cart", cart))["status"] == "read"
