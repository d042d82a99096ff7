"""A worker takes no more bytes off the wire than it may hold, and goes on when there is room."""

import asyncio

from support.running import running_worker
from workers.consume.backlog import READ_LITTLE_AHEAD

COMMANDS = 600
LIMIT = 20_000
LARGE = "x" * 1_900
ONE_READ = 2**18
"""What the event loop takes off a socket at once."""


async def test_large_commands_wait_at_the_broker(amqp_url: str, mongo_url: str) -> None:
    """All of them together are 1.2 MB."""
    async with running_worker(amqp_url, mongo_url, waiting_bytes=LIMIT, group_commands=5, prefetch=1000) as running:
        shop = await running.shop()
        carts = [await shop.cart({"id": "i-1", "offeringId": "plan"}) for _ in range(5)]
        most = 0

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, running.waiting)
                await asyncio.sleep(0)

        watching = asyncio.create_task(watch())
        sent = [
            await shop.send("update-cart", carts[number % 5], {"externalContext": f"{number} {LARGE}"})
            for number in range(COMMANDS)
        ]
        for each in sent:
            assert (await shop.wire.reply(each))["status"] == "applied"
        watching.cancel()
        assert 0 < most * len(LARGE) < LIMIT + ONE_READ


async def test_what_comes_behind_many_searches_is_read_once_they_end(amqp_url: str, mongo_url: str) -> None:
    """More of one tenant's than are read ahead."""
    async with running_worker(amqp_url, mongo_url, prefetch=1000) as running:
        shop = await running.shop()
        searches = [await shop.send("find-carts", None, {"size": 1}) for _ in range(2 * READ_LITTLE_AHEAD)]
        assert (await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR"}))["status"] == "applied"
        assert {(await shop.wire.reply(each))["status"] for each in searches} == {"read"}
