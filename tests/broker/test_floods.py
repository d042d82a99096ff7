"""A tenant's flood: others are answered meanwhile, and a stop gives back what was not read, in order."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop
from workers.consume import backlog

CARTS = 20
ROUNDS = 20
AHEAD = 40


@pytest.fixture
async def running(amqp_url: str, mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    """A worker that reads little ahead, and does not hand over what it owns."""
    monkeypatch.setattr(backlog, "READ_AHEAD", AHEAD)
    monkeypatch.setattr(backlog, "READ_LITTLE_AHEAD", AHEAD)
    async with running_worker(amqp_url, mongo_url, group_commands=10, heartbeat_interval=60) as running:
        yield running


async def carts_of(shop: Shop) -> list[str]:
    return [await shop.cart({"id": "i-1", "offeringId": "plan"}) for _ in range(CARTS)]


async def flood(shop: Shop, carts: list[str]) -> list[str]:
    """Many commands of a tenant: their ids, in the order of sending."""
    return [
        await shop.send("update-products", cart, {"products": [{"id": "i-1", "quantity": number}]})
        for number in range(2, 2 + ROUNDS)
        for cart in carts
    ]


async def applied_in_order(shop: Shop, sent: list[str]) -> None:
    """Every command was applied and answered, those of a cart in the order of sending."""
    for place, each in enumerate(sent):
        reply = await shop.wire.reply(each)
        assert (reply["status"], reply["version"]) == ("applied", 2 + place // CARTS)


async def test_a_quiet_tenant_is_answered_before_most_of_a_flood(running: Running) -> None:
    loud, quiet = await running.shop(), await running.shop()
    cart = await quiet.cart({"id": "i-1", "offeringId": "plan"})
    carts = await carts_of(loud)
    await running.stop()
    sent = await flood(loud, carts)
    call = await quiet.send("update-products", cart, {"products": [{"id": "i-1", "quantity": 2}]})
    await running.start()
    await quiet.wire.replies.wait(lambda message: message.correlation_id == call)
    answers = [message.correlation_id for message in quiet.wire.replies.messages]
    before = sum(each in set(sent) for each in answers[: answers.index(call)])
    assert before < len(sent) / 2
    await applied_in_order(loud, sent)


@pytest.mark.parametrize("rival", [False, True])
async def test_a_stop_in_the_middle_of_a_flood_gives_back_what_was_not_read(running: Running, rival: bool) -> None:
    shop = await running.shop()
    carts = await carts_of(shop)
    if rival:
        async with running.rival():
            sent = await flood(shop, carts)
            await shop.wire.replies.wait(lambda message: message.correlation_id in sent)
            await running.stop()
            await applied_in_order(shop, sent)
    else:
        await running.stop()
        sent = await flood(shop, carts)
        await running.start()
        await shop.wire.replies.wait(lambda message: message.correlation_id in sent)
        await running.stop()
        async with asyncio.timeout(PATIENCE):
            while not await running.wire.depth("commands.0"):  # noqa: ASYNC110 (they are back when the broker sees it)
                await asyncio.sleep(0.05)
        await running.start()
        await applied_in_order(shop, sent)
    again = [message for message in shop.wire.replies.messages if message.correlation_id in set(sent)]
    assert again == []
