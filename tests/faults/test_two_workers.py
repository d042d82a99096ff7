"""Two workers: each partition has one owner at a time, and a cart's commands keep their order when it changes."""

import asyncio
from datetime import timedelta

import pytest

from support.patience import PATIENCE, until
from support.recording import Message
from workers.clock import now

CARTS = 50


@pytest.mark.parametrize("end", ["kill", "stop"])
async def test_partitions_change_hands_in_order(site, end: str) -> None:
    async with site(5, CARTS, partitions=4) as here:
        first, _ = here.start(), here.start()
        await here.recorder.send(here.load.creations())
        rounds: list[list[Message]] = []
        enough = asyncio.Event()
        sending = asyncio.create_task(steadily(here, rounds, enough))
        await shared(here)
        await here.outstanding()
        if end == "kill":
            first.kill()
        else:
            assert await first.stop() == 0
        assert [run.partitions for run in await here.partitions(1)] == [(0, 1, 2, 3)]
        enough.set()
        await sending
        await here.check()
        for version, messages in enumerate(rounds, start=2):
            for message in messages:
                replies = here.recorder.history.replies[message.sent.message_id]
                assert {reply["version"] for reply in replies} == {version}


async def shared(here) -> None:
    """Wait until two workers have two partitions each."""
    async with asyncio.timeout(PATIENCE):
        while sorted(len(run.partitions) for run in await here.partitions(2)) != [2, 2]:  # noqa: ASYNC110 (nobody tells when workers have shared)
            await asyncio.sleep(0.1)


async def steadily(here, rounds: list[list[Message]], enough: asyncio.Event) -> None:
    """Send one round after the other until it is enough: nobody owns a partition to which nothing comes.

    The next round waits while more than two are not answered, however slow the machine.
    """
    while not enough.is_set():
        await until(lambda: len(here.recorder.history.open) <= 2 * CARTS)
        rounds.append([here.load.quantity(cart, 2 + len(rounds)) for cart in here.load.carts])
        await here.recorder.send(rounds[-1])
        await asyncio.sleep(0.1)


async def test_two_workers_fight_over_the_same_carts(site) -> None:
    """Behind another door, a second worker gets every command too: the commit alone keeps them apart."""
    async with site(6, 10) as here, site(6, 10) as other:
        rival = other.settings.model_copy(update={"database": here.settings.database})
        channel = here.recorder.channel
        doors = [await channel.get_exchange(f"{each.settings.prefix}.commands") for each in (here, other)]
        events = [await channel.get_exchange(f"{each.settings.prefix}.events") for each in (here, other)]
        await doors[1].bind(doors[0], "#")
        await events[0].bind(events[1], "#")
        here.start()
        here.start(settings=rival)
        commands = [each for each in here.load.commands(600, poison=False) if each.sent.predicts is None]
        sending = asyncio.create_task(here.recorder.send([*here.load.creations(), *commands]))
        await here.outstanding()
        await sending
        await here.check()
        statuses = [reply.get("status") for replies in here.recorder.history.replies.values() for reply in replies]
        assert statuses.count("applied") > 0
        assert statuses.count("duplicate") > 0


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_worker_whose_clock_is_an_hour_off(site, hours: int) -> None:
    """It goes by the database's clock; and when it is killed, its partitions change hands as any other's."""
    async with site(7, CARTS, partitions=4) as here:
        odd, _ = here.start(hours_ahead=hours), here.start()
        await here.recorder.send(here.load.creations())
        rounds: list[list[Message]] = []
        enough = asyncio.Event()
        sending = asyncio.create_task(steadily(here, rounds, enough))
        await shared(here)
        await here.outstanding()
        odd.kill()
        assert [run.partitions for run in await here.partitions(1)] == [(0, 1, 2, 3)]
        enough.set()
        await sending
        await here.check()
        assert '"clock_corrected"' in here.log.read_text()
        carts = [each.cart for each in await here.store.carts.of_tenant("acme", "", CARTS)]
        assert {abs(now() - each.updated.at) < timedelta(minutes=10) for each in carts} == {True}
