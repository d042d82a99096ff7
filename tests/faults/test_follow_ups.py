"""A command that takes effect on two carts, and a worker that is killed between its commit and what follows from it.

Redelivered to the next worker, or finished by its sweeper where nothing comes again: both carts end as if it had run
once.
"""

import asyncio
import signal

import pytest
from aio_pika.abc import AbstractIncomingMessage

from audit import Sent
from storage.records import CartKey
from support.load import NOWHERE
from support.patience import PATIENCE
from support.processes import Site
from support.recording import Message
from support.two_carts import register

GIVING, TAKING = "c-0", "c-1"


@pytest.mark.parametrize("redelivered", [True, False])
@pytest.mark.parametrize("point", ["after-commit", "before-events", "after-events"])
async def test_both_carts_end_as_if_it_had_run_once(site, point: str, redelivered: bool) -> None:
    async with site(1, 2) as here:
        here.register = register
        await carts_with_two_items(here)
        handing = handing_over(here, answerable=redelivered)
        doomed = here.start(f"{point}:1:SIGKILL")
        await here.recorder.send([handing])
        assert await doomed.ended() == -signal.SIGKILL
        assert "i-2" not in await items(here, GIVING)
        if not redelivered:
            await nothing_comes_again(here, 2 if point == "after-events" else 1)
        here.recorder.history.confirmed(Sent(f"{handing.sent.message_id}:to", TAKING, answerable=False))
        here.start()
        await taken(here)
        assert await versions(here, GIVING) == ["create-cart", "add-items", "hand-over"]
        await here.check()
        assert (await versions(here, TAKING))[:2] == ["create-cart", "add-items"]
        assert sorted(await items(here, TAKING)) == ["i-1", "i-2"]
        replies = here.recorder.history.replies.get(handing.sent.message_id, [])
        assert [reply["status"] for reply in replies] == (["duplicate"] if redelivered else [])


async def carts_with_two_items(here: Site) -> None:
    """Both carts with an item, and the first with another one; their worker has ended in good order."""
    worker = here.start()
    await here.recorder.send(here.load.creations())
    await here.recorder.ended()
    await here.recorder.send([new_item(here)])
    await here.recorder.ended()
    assert await worker.stop() == 0


def handing_over(here: Site, *, answerable: bool) -> Message:
    message = here.load.message("hand-over", GIVING, {"itemId": "i-2", "to": TAKING})
    if answerable:
        return message
    sent = Sent(message.sent.message_id, GIVING, answerable=False)
    return Message(sent, message.routing_key, message.body, NOWHERE)


def new_item(here: Site) -> Message:
    return here.load.message("add-items", GIVING, {"items": [{"id": "i-2", "offeringId": "phone"}]})


async def nothing_comes_again(here: Site, messages: int) -> None:
    """Take out of the partition's queue what the broker puts back after the worker's death: so many messages."""
    queue = await here.recorder.channel.get_queue(f"{here.settings.prefix}.commands.0")
    back: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
    tag = await queue.consume(back.put, no_ack=True)
    async with asyncio.timeout(PATIENCE):
        for _ in range(messages):
            await back.get()
    await queue.cancel(tag)


async def taken(here: Site) -> None:
    """Wait until the second cart has got the item."""
    async with asyncio.timeout(PATIENCE):
        while "i-2" not in await items(here, TAKING):  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.05)


async def items(here: Site, cart_id: str) -> list[str]:
    key = CartKey("acme", cart_id)
    return [item.id for item in (await here.store.carts.load([key]))[key].cart.items]


async def versions(here: Site, cart_id: str) -> list[str]:
    """The commands that made the cart's versions, as far as they are journaled, or wait for it."""
    key = CartKey("acme", cart_id)
    stored = (await here.store.carts.load([key]))[key]
    entries = {each.version: each for each in (*await here.store.journal.history(key), *stored.outbox)}
    return [entries[version].kind for version in sorted(entries)]
