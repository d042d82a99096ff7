"""A worker takes no more bytes off the wire than it may hold, and goes on when there is room."""

import asyncio

from support.running import running_worker

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
