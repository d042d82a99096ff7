"""A full parking queue: nothing is dropped, nobody who can be answered waits, and it is said."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from support.cli_runs import runs
from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop

LIMIT = 3
PLAN = {"id": "i-1", "offeringId": "plan"}


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that parks few messages, and holds few commands."""
    async with running_worker(
        amqp_url, mongo_url, watch_parking=False, parking_messages=LIMIT, heartbeat_interval=0.2, stall_seconds=1.0
    ) as running:
        yield running


async def depth(running: Running, messages: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await running.wire.depth("parking") != messages:  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.02)


async def refused(shop: Shop) -> str:
    """Send what can neither be applied nor answered; its message id."""
    message_id = uuid4().hex
    await shop.send("empty-cart", "c-none", message_id=message_id, properties={"reply_to": None})
    return message_id


async def test_what_finds_no_room_waits_and_is_parked_in_its_turn(
    shop: Shop, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    cart_id = await shop.cart(PLAN)
    sent = [await refused(shop) for _ in range(LIMIT + 2)]
    await depth(running, LIMIT)
    version = 1
    for quantity in (2, 3, 4):
        await asyncio.sleep(0.5)
        products = [{"id": "i-1", "quantity": quantity}]
        reply = await shop.call("update-products", cart_id, {"products": products})
        version += 1
        assert (reply["status"], reply["version"]) == ("applied", version)
    assert await running.wire.depth("parking") == LIMIT
    logged = capsys.readouterr().out
    assert logged.count("message_parked") == LIMIT
    assert "parking_full" in logged
    cart = runs(running.settings, shop.tenant)
    # Everything is dropped but the newest; those that wait come after it, in the order in which they were sent.
    assert (await cart("parking", "drop", *sent[: LIMIT - 1], "--yes")).exit_code == 0
    await depth(running, LIMIT)
    listed = json.loads((await cart("parking", "list", "--each", "--json")).output)
    assert [each["messageId"] for each in listed["messages"]] == sent[LIMIT - 1 :]


async def test_doctor_says_when_it_is_nearly_full(
    shop: Shop, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CART_PARKING_MESSAGES", str(LIMIT))
    await depth(running, LIMIT)
    [finding] = [
        each
        for each in json.loads((await runs(running.settings)("doctor", "--json")).output)
        if each["check"] == "parking"
    ]
    assert finding == {
        "check": "parking",
        "ok": False,
        "detail": f"{LIMIT} messages, of at most {LIMIT}; 'cart parking list' says why",
    }


async def test_a_worker_that_stops_meanwhile_loses_nothing(shop: Shop, running: Running) -> None:
    await depth(running, LIMIT)
    late = await refused(shop)
    cart = runs(running.settings, shop.tenant)
    await asyncio.sleep(0.5)
    stopping = asyncio.create_task(running.stop())
    await asyncio.sleep(0.5)
    everything = runs(running.settings, "")
    assert (await everything("parking", "drop", "--all", "--yes")).exit_code == 0
    await stopping
    await running.start()
    async with asyncio.timeout(PATIENCE):
        while True:
            listed = json.loads((await cart("parking", "list", "--each", "--json")).output)
            if late in [each["messageId"] for each in listed["messages"]]:
                break
            await asyncio.sleep(0.1)


async def test_another_worker_gets_its_share_once_nothing_waits_for_room(amqp_url: str, mongo_url: str) -> None:
    """A partition that is handed over must be settled first, and what waits for room waits for people."""
    async with running_worker(
        amqp_url, mongo_url, watch_parking=False, parking_messages=1, heartbeat_interval=0.2, partitions=2
    ) as running:
        shop = await running.shop()
        for number in range(20):  # some of them in each partition
            await shop.send("empty-cart", f"c-none-{number}", properties={"reply_to": None})
        await depth(running, 1)
        async with running.rival() as other:
            for number in range(20):
                await asyncio.sleep(0.1)
                create = await shop.call("create-cart", f"c-{number}", {"country": "FR", "currency": "EUR"})
                assert create["status"] == "applied"
            assert other.owned == 0
            everything = runs(running.settings, "")
            async with asyncio.timeout(PATIENCE):
                while not other.owned:
                    assert (await everything("parking", "drop", "--all", "--yes")).exit_code == 0
                    # A worker takes a partition when the first command of it comes.
                    await asyncio.gather(*(shop.call("get-cart", f"c-{number}") for number in range(20)))
