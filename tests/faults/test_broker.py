"""The broker is killed, or cut off, while the worker is at work."""

import asyncio

CARTS = 100
COMMANDS = 900


async def test_killed_and_restarted(harmed_site, harmed) -> None:
    async with harmed_site(7, CARTS) as here:
        here.start()
        sending = asyncio.create_task(here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)]))
        await here.recorder.more_replies(COMMANDS // 3)
        await harmed.restart_broker()
        await sending
        await here.check()


async def test_connections_cut(proxied_site, proxy) -> None:
    async with proxied_site(8, CARTS) as here:
        here.start()
        sending = asyncio.create_task(here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS)]))
        for _ in range(3):
            await here.recorder.more_replies(COMMANDS // 5)
            proxy.cut()
        await sending
        await here.check()
