"""The number of partitions changes while callers send: nothing is lost or doubled, and every cart keeps its order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

import aiormq
import pytest

from storage.layout import Layout, Phase
from support.patience import PATIENCE, until
from support.processes import Site
from support.recording import Message
from workers.broker.asking import waiting
from workers.broker.establishing import established
from workers.broker.topology import INTERIM, Topology
from workers.clock import now

CARTS = 40
EVERY_PHASE = [phase for phase in Phase if phase is not Phase.STABLE]


async def stored(here: Site) -> Layout:
    layout = await here.store.layouts.read(here.settings.prefix)
    assert layout is not None
    return layout


async def ask_for(here: Site, number: int) -> None:
    """What `cart partitions set` does."""
    layout = await established(here.settings.amqp_url.get_secret_value(), here.settings, here.store.layouts)
    assert await here.store.layouts.write(here.settings.prefix, layout.change_to(number))


async def reached(here: Site, there: Callable[[Layout], bool]) -> Layout:
    try:
        async with asyncio.timeout(PATIENCE):
            while not there(layout := await stored(here)):  # noqa: ASYNC110 (the database tells nobody)
                await asyncio.sleep(0.01)
    except TimeoutError:
        runs = await here.store.runs.current(now())
        raise AssertionError(f"still {layout}, {runs}\n{here.log.read_text()[-3000:]}") from None
    return layout


async def steadily(here: Site, rounds: list[list[Message]], enough: asyncio.Event) -> None:
    """One round of commands after the other; callers don't wait for answers, but no more than four rounds are open."""
    while not enough.is_set():
        await until(lambda: len(here.recorder.history.open) <= 4 * CARTS)
        rounds.append([here.load.quantity(cart, 2 + len(rounds)) for cart in here.load.carts])
        await here.recorder.send(rounds[-1])


async def while_sending(here: Site, harm: Awaitable[object]) -> None:
    """Do something while callers send; afterwards each of their commands has made the version that was its turn."""
    await here.recorder.send(here.load.creations())
    rounds: list[list[Message]] = []
    enough = asyncio.Event()
    sending = asyncio.create_task(steadily(here, rounds, enough))
    await until(lambda: len(rounds) > 2)
    before = len(rounds)
    try:
        await harm
        assert len(rounds) > before, "callers sent nothing meanwhile"
    finally:
        enough.set()
        await sending
    await here.check()
    for version, messages in enumerate(rounds, start=2):
        for message in messages:
            replies = here.recorder.history.replies[message.sent.message_id]
            assert {reply["version"] for reply in replies} == {version}


async def queues(here: Site) -> list[str]:
    """The queues for commands that there are."""
    topology = Topology(here.settings)
    async with aiormq.connect(here.settings.amqp_url.get_secret_value()) as connection:

        async def open_channel() -> aiormq.abc.AbstractChannel:
            return await connection.channel()

        names = [topology.partition(number) for number in (*range(8), INTERIM)]
        return [name for name in names if await waiting(open_channel, name) is not None]


CHANGES = [(4, 1), *(pytest.param(*each, marks=pytest.mark.soak) for each in ((1, 3), (2, 3)))]
"""The test after this one has more partitions than before."""


@pytest.mark.parametrize(("former", "number"), CHANGES)
async def test_no_command_is_lost_doubled_or_overtaken(site, former: int, number: int) -> None:
    async with site(21, CARTS, partitions=former) as here:
        here.start(), here.start()

        async def change() -> None:
            await ask_for(here, number)
            await reached(here, lambda layout: not layout.changing)
            here.settings = here.settings.model_copy(update={"partitions": number})
            await here.partitions(min(2, number))

        await while_sending(here, change())
        assert await queues(here) == [Topology(here.settings).partition(each) for each in range(number)]
        assert all(len(replies) == 1 for replies in here.recorder.history.replies.values())


@pytest.mark.timeout(400)
async def test_workers_that_end_in_every_phase_leave_what_the_next_ones_finish(site) -> None:
    async with site(22, CARTS, partitions=2) as here:
        here.start(), here.start()

        async def change() -> None:
            missing, number = set(EVERY_PHASE), 2
            while missing:  # a phase may have passed before anybody looked; then it comes again with the next change
                number = 5 - number
                await ask_for(here, number)
                while (await reached(here, lambda layout: layout.phase in missing or not layout.changing)).changing:
                    missing.discard(await harmed(here))
                    here.start(), here.start()
            here.settings = here.settings.model_copy(update={"partitions": number})
            await here.partitions(2)

        await while_sending(here, change())
        assert await queues(here) == [
            Topology(here.settings).partition(each) for each in range(here.settings.partitions)
        ]


async def harmed(here: Site) -> Phase:
    """Kill one of the workers and stop the other; the phase in which it happened."""
    killed, stopped = here.workers
    killed.kill()
    phase = (await stored(here)).phase
    # A worker that has only just been started does not listen for the signal yet.
    assert await stopped.stop() in {0, -signal.SIGTERM}, here.log.read_text()[-3000:]
    here.workers.clear()
    return phase
