"""A graceful stop loses nothing, and nothing is delivered twice because of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aio_pika.abc import AbstractIncomingMessage

from support.failing import FailingStore, failing
from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop
from support.wire import Inbox

CARTS = 20
ROUNDS = 40
PREFETCH = 20


Stores = list[FailingStore]


@pytest.fixture
def stores() -> Stores:
    """The stores of the workers that were started."""
    return []


@pytest.fixture
async def running(amqp_url: str, mongo_url: str, stores: Stores) -> AsyncIterator[Running]:
    """A worker of this test's own, which takes a few commands at a time, so that some wait when it is stopped."""
    async with running_worker(amqp_url, mongo_url, failing(stores), prefetch=PREFETCH, group_commands=10) as running:
        yield running


async def stopped_under_load(running: Running, stores: Stores) -> tuple[Shop, list[str], list[AbstractIncomingMessage]]:
    """Stop the worker while commands wait; return what was sent, and what is still in the queue, taken out of it.

    Nothing is committed before everything is sent: a broker may be slower to take commands than the worker is.
    """
    shop = await running.shop()
    carts = [await shop.cart({"id": "i-1", "offeringId": "plan"}) for _ in range(CARTS)]
    stores[-1].carts.committing.clear()
    sent = await asyncio.gather(
        *(
            shop.send("update-products", cart, {"products": [{"id": "i-1", "quantity": number}]})
            for number in range(2, 2 + ROUNDS)
            for cart in carts
        )
    )
    async with asyncio.timeout(PATIENCE):
        while await shop.wire.depth("commands.0") < len(sent) - PREFETCH:  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.05)
    stores[-1].carts.committing.set()
    await shop.wire.reply(sent.pop(0))
    await running.stop()
    left = await running.wire.depth("commands.0")
    assert 0 < left < len(sent)
    answered = len(sent) - left
    await shop.wire.replies.wait(lambda message: message.correlation_id in sent, answered)
    waiting = Inbox()
    queue = await shop.wire.channel.get_queue(f"{running.settings.prefix}.commands.0")
    tag = await queue.consume(waiting.put)
    untouched = await waiting.wait(lambda _: True, left)
    await queue.cancel(tag)
    return shop, sent, untouched


async def test_what_was_delivered_is_finished_and_the_rest_waits(running: Running, stores: Stores) -> None:
    shop, sent, untouched = await stopped_under_load(running, stores)
    answered = [message.correlation_id for message in shop.wire.replies.messages]
    assert sorted([*answered, *(message.correlation_id for message in untouched)]) == sorted(sent)
    for message in untouched:
        await message.nack()

    await running.start()
    replies = [await shop.wire.reply(each) for each in sent]
    assert {reply["status"] for reply in replies} == {"applied"}
    stored = await running.documents(shop.tenant)
    assert {cart["version"] for cart in stored["carts"]} == {1 + ROUNDS}


async def test_what_waits_was_never_delivered(running: Running, stores: Stores) -> None:
    _, _, untouched = await stopped_under_load(running, stores)
    assert not any(message.redelivered for message in untouched)


async def test_stopping_an_idle_worker_closes_its_run(running: Running) -> None:
    shop = await running.shop()
    await shop.cart()
    await running.stop()
    (run,) = await running.database["runs"].find({}).to_list()
    carts = await running.database["carts"].find({}).to_list()
    assert run["abandoned"] == []
    assert run["settled"] >= max(cart["stamp"]["group"] for cart in carts)
