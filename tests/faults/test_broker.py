"""The worker loses its broker, or its connection, or its queues, while it is at work; and it comes back.

Each test sees that commands were outstanding when the harm came, and that commands sent after it are answered within
seconds of the broker taking connections.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import aio_pika
import pytest

from cli.doctor.progress import progress_findings
from support.patience import PATIENCE
from support.processes import Site
from support.slowness import quiet_seconds
from workers.amqp import ADAPTERS
from workers.broker.asking import asking
from workers.broker.declaration import declare_queue
from workers.broker.topology import Queue, Topology
from workers.clock import now

CARTS = 100
COMMANDS = 900
ANSWERED_WITHIN = 5.0


async def harmed_under_load(
    here: Site, harm: Callable[[], Awaitable[object]], commands: int = COMMANDS, seconds: float = ANSWERED_WITHIN
) -> None:
    """Do harm in the middle of a load, and time the first answers to what is sent afterwards, behind the rest of it."""
    here.start()
    sending = asyncio.create_task(here.recorder.send([*here.load.creations(), *here.load.commands(commands)]))
    await here.recorder.more_replies(commands // 3)
    assert here.recorder.history.open or not sending.done(), "there was nothing left to harm"
    await harm()
    await answered_soon(here, seconds)
    await sending


async def answered_soon(here: Site, seconds: float = ANSWERED_WITHIN) -> None:
    """A client that connects now has new commands for ten carts answered in time; on a busy machine that is longer."""
    fresh = [here.load.quantity(cart, 77) for cart in here.load.carts[:10]]
    began = monotonic()
    try:
        async with quiet_seconds(seconds):
            await here.recorder.asked_afresh(fresh)
    except TimeoutError:
        raise AssertionError(f"nobody answers; the log ends:\n{here.log.read_text()[-3000:]}") from None
    print(f"answered after {monotonic() - began:.2f} s")


def applied_at_most_once(here: Site) -> None:
    for replies in here.recorder.history.replies.values():
        assert sum(reply.get("status") == "applied" for reply in replies) <= 1


async def test_killed_and_restarted(harmed_site, harmed) -> None:
    async with harmed_site(7, CARTS) as here:
        await harmed_under_load(here, harmed.restart_broker)
        await here.check()


async def test_application_stopped_and_started(harmed_site, harmed) -> None:
    async def stop_and_start() -> None:
        await harmed.control_broker("stop_app")
        await asyncio.sleep(1)
        await harmed.control_broker("start_app")

    async with harmed_site(8, CARTS) as here:
        await harmed_under_load(here, stop_and_start)
        await here.check()


async def test_all_connections_closed_by_the_operator(harmed_site, harmed) -> None:
    async with harmed_site(9, CARTS) as here:
        await harmed_under_load(here, lambda: harmed.control_broker("close_all_connections", "a test"))
        await harmed_under_load_again(here, lambda: harmed.control_broker("close_all_connections", "a test"))
        await here.check()


async def harmed_under_load_again(here: Site, harm: Callable[[], Awaitable[object]]) -> None:
    sending = asyncio.create_task(here.recorder.send(here.load.commands(COMMANDS)))
    await here.recorder.more_replies(COMMANDS // 5)
    await harm()
    await answered_soon(here)
    await sending


async def nothing_is_answered(here: Site) -> None:
    """Wait until no reply has come for a second."""
    async with asyncio.timeout(PATIENCE):
        answered = -1
        while answered != len(here.recorder.history.replies):
            answered = len(here.recorder.history.replies)
            await asyncio.sleep(1)


async def test_its_disk_is_full(harmed_site, harmed) -> None:
    """The broker takes nothing from anybody who publishes; what was committed meanwhile is answered afterwards.

    The database is frozen until the broker has noticed, so that there is something left to answer.
    """
    async with harmed_site(17, CARTS) as here:
        here.start()
        await here.recorder.send(here.load.creations())
        await here.recorder.ended()
        harmed.freeze_database()
        try:
            await here.recorder.send(here.load.commands(COMMANDS // 3))
            await here.delivered()
            await harmed.control_broker("set_disk_free_limit", "1000000GB")
        finally:
            harmed.thaw_database()
        try:
            await nothing_is_answered(here)
            assert here.recorder.history.open, "the worker could still publish"
        finally:
            await harmed.control_broker("set_disk_free_limit", "50MB")
        await answered_soon(here)
        await here.check()


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_connections_cut(proxied_site, proxy, adapter: str) -> None:
    # The plain adapter awaits a confirm for each message, so what waits before the new commands takes its time.
    commands, seconds = (COMMANDS, ANSWERED_WITHIN) if adapter == "tap" else (COMMANDS // 3, 3 * ANSWERED_WITHIN)

    async def cut_three_times() -> None:
        answered = len(here.recorder.history.replies)
        for more in (1, 2, 3):
            proxy.cut()
            # A fast worker may be through with nearly all of them by then, and poison is never answered.
            await here.recorder.all_replies(min(answered + more * commands // 10, commands * 2 // 3))
        proxy.cut()

    async with proxied_site(10, CARTS, amqp_adapter=adapter) as here:
        await harmed_under_load(here, cut_three_times, commands, seconds)
        await here.check()


@pytest.mark.parametrize("seconds", [12, pytest.param(60, marks=pytest.mark.soak)])
@pytest.mark.timeout(180)
async def test_a_black_hole(proxied_site, proxy, seconds: int) -> None:
    """Nothing that the broker says arrives for a while; the connections stay open."""

    async def swallow() -> None:
        proxy.answering.clear()
        await asyncio.sleep(seconds)
        proxy.answering.set()

    async with proxied_site(11, CARTS) as here:
        await harmed_under_load(here, swallow)
        await here.check()


async def queue_deleted(here: Site, queue: Queue) -> None:
    """Delete a queue, and wait until a worker has declared it again."""
    await here.recorder.channel.queue_delete(queue.name)
    await here.worker_declares(queue.name)


async def queue_replaced(here: Site, queue: Queue) -> None:
    """Delete a queue and declare it at once. RabbitMQ may then keep its consumer and send it nothing."""
    async with asking(here.settings.amqp_url.get_secret_value()) as open_channel:
        channel = await open_channel()
        await channel.queue_delete(queue.name)
        await declare_queue(channel, queue)


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("harm", [queue_deleted, queue_replaced])
async def test_the_partition_s_queue_deleted(site, harm: Callable[..., Awaitable[None]], adapter: str) -> None:
    """What waited in the queue is gone with it, what was delivered is not; the worker may hear of no cancel."""
    async with site(12, CARTS, amqp_adapter=adapter) as here:
        here.start()
        await here.recorder.send(here.load.creations())
        await here.recorder.ended()
        topology = Topology(here.settings)
        queue = next(each for each in topology.queues() if each.name == topology.partition(0))
        for _ in range(3):
            await here.recorder.send([here.load.quantity(cart, value) for value in (2, 3) for cart in here.load.carts])
            await harm(here, queue)
            await answered_soon(here)
        assert [each for each in here.workers if not each.running] == []


@pytest.mark.parametrize("exchange", ["commands", "events"])
async def test_an_exchange_deleted(site, exchange: str) -> None:
    async with site(13, CARTS) as here:
        await here.recorder.send([*here.load.creations(), *here.load.commands(COMMANDS, poison=False)])
        here.start()
        await here.recorder.more_replies(COMMANDS // 3)
        assert here.recorder.history.open, "there was nothing left to harm"
        await here.recorder.channel.exchange_delete(f"{here.settings.prefix}.{exchange}")
        await here.recorder.bind_again()
        await answered_soon(here)
        await here.recorder.all_answered()
        applied_at_most_once(here)


async def test_events_in_order_though_their_exchange_is_deleted_for_a_while(site, amqp_url: str) -> None:
    """Each time that the worker has declared it anew it is gone again; what waits meanwhile comes in order."""
    async with site(14, 40) as here, await aio_pika.connect(amqp_url) as other:
        here.start()
        await here.recorder.send(here.load.creations())
        await here.recorder.ended()
        name = f"{here.settings.prefix}.events"
        channel = await other.channel()
        sending = asyncio.create_task(send_rounds(here, 12))
        for _ in range(25):
            await channel.exchange_delete(name)
            await asyncio.sleep(0.1)
        await here.recorder.bind_again()
        await sending
        await here.recorder.all_answered()
        await answered_soon(here)
        applied_at_most_once(here)
        heard: dict[str, list[int]] = {}
        for event in here.recorder.history.events:
            fields = event.fields
            versions = heard.setdefault(fields["cartId"], [])
            if fields["type"] == "cart-updated" and fields["version"] not in versions:  # or it is a repetition
                assert fields["version"] > max(versions, default=0), event
                versions.append(fields["version"])


async def send_rounds(here: Site, rounds: int) -> None:
    for value in range(2, 2 + rounds):
        await here.recorder.send([here.load.quantity(cart, value) for cart in here.load.carts])
        await asyncio.sleep(0.2)


async def test_a_lost_lock_ends_the_session_not_the_worker(harmed_site, harmed) -> None:
    """Somebody deletes the queue that is the partition's lock: the worker takes it again."""
    async with harmed_site(15, 20) as here:
        await harmed_under_load(here, lambda: harmed.control_broker("delete_queue", f"{here.settings.prefix}.owner.0"))
        await here.check()


async def held_by_worker(here: Site, commands: int) -> None:
    """Wait until a worker has recorded that it holds so many commands."""
    async with asyncio.timeout(PATIENCE):
        while sum(run.waiting for run in await here.store.runs.current(now())) < commands:  # noqa: ASYNC110 (a poll is simple)
            await asyncio.sleep(0.05)


async def test_a_partition_that_never_comes_free_is_a_stall(site, amqp_url: str) -> None:
    """The lock is somebody else's: the worker says so, ends with an error, and the next one does the work."""
    async with site(16, 10, stall_seconds=25.0) as here:
        async with await aio_pika.connect(amqp_url) as other:
            channel = await other.channel()
            await channel.declare_queue(f"{here.settings.prefix}.owner.0", exclusive=True)
            stalled = here.start()
            await here.recorder.send(here.load.creations())
            await held_by_worker(here, 10)
            found = {finding.check: finding async for finding in progress_findings(here.settings)}
            assert (found["owners"].ok, found["progress"].ok) == (False, False), found
            assert await stalled.ended() == 1
            assert "worker_stalled" in here.log.read_text()
            assert len(here.recorder.history.open) == 10
        here.start()
        await here.check()
