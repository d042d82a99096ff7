"""A session that is of no use any more is replaced, whatever the libraries believe of its connection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import aiormq
import pytest
from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPError, ChannelNotFoundEntity
from pamqp.commands import Basic
from structlog.testing import capture_logs

from cartwright.cancelling import cancelled
from storage.layout import Layout
from support.deliveries import acknowledge
from support.patience import PATIENCE, until
from workers.amqp import ADAPTERS, Delivery, Publisher
from workers.broker import session, sessions
from workers.broker.declaration import declare_queue
from workers.broker.inspection import Inspection
from workers.broker.partition import Partition
from workers.broker.plan import Plan
from workers.broker.session import Receivers, Session
from workers.broker.sessions import Sessions
from workers.broker.topology import Topology
from workers.settings import Settings


@pytest.fixture(params=ADAPTERS)
def topology(request: pytest.FixtureRequest, amqp_url: str, prefix: str) -> Topology:
    return Topology(Settings(amqp_url=amqp_url, prefix=prefix, amqp_adapter=request.param))


@pytest.fixture
async def other(amqp_url: str) -> AsyncIterator[aiormq.abc.AbstractConnection]:
    """Somebody else's connection."""
    async with aiormq.connect(amqp_url) as connection:
        yield connection


@pytest.fixture
async def channel(other: aiormq.abc.AbstractConnection) -> AbstractChannel:
    return await other.channel()


class Desk:
    """Sessions over a wire that can be cut, and what they brought."""

    def __init__(self, url: str, topology: Topology, publisher: Publisher) -> None:
        self.deliveries: list[Delivery] = []
        self.lost = 0
        plan = Plan(topology.settings)
        plan.confirm(inf)
        self.sessions = Sessions(url, plan, publisher.send, Receivers(*(self.deliveries.append,) * 3), self._lose)

    def _lose(self) -> None:
        self.lost += 1

    @property
    def partitions(self) -> Sequence[Partition]:
        """Those of the session of now."""
        return self.sessions._session.partitions.all if self.sessions._session is not None else ()

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.deliveries]


@pytest.fixture
async def unopened(
    proxy: Any, topology: Topology, channel: AbstractChannel, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    monkeypatch.setattr(sessions, "INSPECT_SECONDS", 0.2)
    monkeypatch.setattr(session, "ANSWER_SECONDS", 3.0)
    publisher = ADAPTERS[topology.settings.amqp_adapter].publisher(topology.settings.amqp_url.get_secret_value())
    await publisher.connect()
    desk = Desk(proxy.url, topology, publisher)
    yield desk
    proxy.answering.set()
    await desk.sessions.close()
    await publisher.close()
    for queue in topology.queues():
        await channel.queue_delete(queue.name)
    for exchange in topology.exchanges():
        await channel.exchange_delete(exchange.name)


@pytest.fixture
async def desk(unopened: Desk, proxy: Any) -> AsyncIterator[Desk]:
    await unopened.sessions.start()
    watching = asyncio.create_task(unopened.sessions.run())
    yield unopened
    proxy.answering.set()
    await cancelled([watching])


async def send(channel: AbstractChannel, topology: Topology, body: bytes) -> None:
    """Publish a command; raises PublishError if no queue takes it."""
    await channel.basic_publish(body, exchange=topology.commands, routing_key="acme.get-cart", mandatory=True)


async def test_a_connection_on_which_nobody_answers(
    desk: Desk, proxy: Any, channel: AbstractChannel, topology: Topology
) -> None:
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    proxy.answering.clear()
    await until(lambda: desk.lost == 1)
    assert not desk.deliveries[0].link.open
    proxy.answering.set()
    await until(lambda: desk.bodies == [b"1", b"1"])
    assert desk.deliveries[1].redelivered


async def test_a_broker_that_takes_its_time(
    desk: Desk, proxy: Any, channel: AbstractChannel, topology: Topology
) -> None:
    """Each answer comes in time, and many are needed."""
    proxy.delay = 0.3
    await channel.queue_delete(topology.partition(0))
    began = asyncio.get_running_loop().time()
    await _taken(channel, topology)
    await until(lambda: bool(desk.deliveries))
    assert asyncio.get_running_loop().time() - began > session.ANSWER_SECONDS
    assert desk.lost == 0


async def test_a_broker_that_is_lost_while_the_first_session_opens(
    unopened: Desk, proxy: Any, channel: AbstractChannel, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_all = Session.open

    async def lose(opening: Session) -> None:
        monkeypatch.undo()
        await open_all(opening)
        await send(channel, topology, b"1")
        await until(lambda: bool(unopened.deliveries))
        proxy.cut()
        try:
            await opening.waiting(topology.dead)
        finally:
            await opening.abandon()

    monkeypatch.setattr(Session, "open", lose)
    await unopened.sessions.start()
    assert (unopened.sessions.live, unopened.lost) == (False, 1)
    watching = asyncio.create_task(unopened.sessions.run())
    try:
        await until(lambda: unopened.bodies == [b"1", b"1"])
        await until(lambda: unopened.sessions.live)
    finally:
        await cancelled([watching])


async def test_a_broker_that_refuses_the_first_session(
    unopened: Desk, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_all = Session.open

    async def refuse(opening: Session) -> None:
        await open_all(opening)
        refusing = await opening.broker.open_channel()
        try:
            await refusing.queue_declare(f"{topology.dead}.missing", passive=True)
        finally:
            await opening.abandon()

    monkeypatch.setattr(Session, "open", refuse)
    with pytest.raises(ChannelNotFoundEntity):
        await unopened.sessions.start()


@pytest.mark.parametrize("harm", ["cut", "silence"])
async def test_another_layout_is_gone_by_though_the_session_is_lost_meanwhile(
    desk: Desk, proxy: Any, channel: AbstractChannel, topology: Topology, harm: str
) -> None:
    """Whoever leaves a partition waits for answers of the broker, and for the end of what is in work."""
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    if harm == "silence":
        proxy.answering.clear()
    changing = asyncio.create_task(desk.sessions.change(Layout(2, 2)))
    if harm == "cut":
        await until(lambda: any(each.leaving for each in desk.partitions))
        proxy.cut()
    await until(lambda: desk.lost == 1)
    proxy.answering.set()
    async with asyncio.timeout(PATIENCE):
        await changing
    await until(lambda: desk.sessions.live)
    assert desk.sessions.wanted == 2


async def test_an_answer_that_stands_behind_unread_deliveries(desk: Desk, proxy: Any) -> None:
    """Reading pauses while there is no room: whoever does not read can't blame the broker for a late answer."""
    proxy.answering.clear()
    for _ in range(60):  # twice as long as an answer may take
        desk.sessions.pause()
        await asyncio.sleep(0.05)
        desk.sessions.resume()
        await asyncio.sleep(0.05)
    assert desk.sessions.live
    assert desk.lost == 0
    await until(lambda: desk.lost == 1)
    proxy.answering.set()
    await until(lambda: desk.sessions.live)


async def test_a_connection_that_was_cut(desk: Desk, proxy: Any, channel: AbstractChannel, topology: Topology) -> None:
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    proxy.cut()
    await until(lambda: desk.bodies == [b"1", b"1"])
    assert desk.lost == 1
    await until(lambda: desk.sessions.live)


async def test_a_channel_that_ended(desk: Desk, channel: AbstractChannel, topology: Topology) -> None:
    """The broker ends the channel of whoever acknowledges what it was never sent."""
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    nonsense = replace(desk.deliveries[0], delivery_tag=99)
    nonsense.link.delivered(99)
    acknowledge([nonsense])
    await until(lambda: desk.bodies == [b"1", b"1"])
    assert desk.lost == 1


async def test_what_somebody_deletes_is_declared_again(
    desk: Desk, channel: AbstractChannel, topology: Topology
) -> None:
    for _ in range(2):
        await channel.exchange_delete(topology.commands)
        await channel.queue_delete(topology.partition(0))
        before = len(desk.deliveries)
        await _taken(channel, topology)
        await until(lambda: len(desk.deliveries) > before)  # noqa: B023
        acknowledge(desk.deliveries)
    assert desk.lost == 0


async def test_what_somebody_deletes_is_declared_a_round_later(
    channel: AbstractChannel, other: aiormq.abc.AbstractConnection, topology: Topology
) -> None:
    """The broker needs a moment to cancel the consumers of a queue that is gone."""
    inspection, name = Inspection(), topology.partition(0)

    async def inspect() -> list[str]:
        return [part async for part in inspection.round(other.channel, topology, lambda: True)]

    for _ in range(2):
        await inspect()
    await channel.queue_delete(name)
    assert name not in await inspect()
    assert inspection.missing == {name}
    assert (await inspect())[0] == name
    assert inspection.missing == set()
    assert (await channel.queue_declare(name, passive=True)).message_count == 0


async def test_a_queue_that_is_silent(desk: Desk, channel: AbstractChannel, topology: Topology) -> None:
    """Deleted and declared again at once, a quorum queue may keep a consumer to which it sends nothing any more."""
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    queue = next(each for each in topology.queues() if each.name == topology.partition(0))
    with capture_logs() as logs:
        while not any("sends nothing" in each.get("error", "") for each in logs):
            acknowledge(desk.deliveries)
            await channel.queue_delete(queue.name)
            await declare_queue(channel, queue)
            await until(lambda: desk.sessions.consumed == 1)
            before = len(desk.deliveries)
            await _taken(channel, topology)
            await until(lambda: len(desk.deliveries) > before)  # noqa: B023
    acknowledge(desk.deliveries)
    await until(lambda: desk.sessions.unacknowledged == 0)


async def test_a_sign_of_life_is_nobodys_command(desk: Desk, channel: AbstractChannel, topology: Topology) -> None:
    await send(channel, topology, b"1")
    await until(lambda: desk.bodies == [b"1"])
    acknowledge(desk.deliveries)
    properties = Basic.Properties(headers={"sign-of-life": 1})
    await channel.basic_publish(b"", routing_key=topology.partition(0), properties=properties)
    await send(channel, topology, b"2")
    await until(lambda: b"2" in desk.bodies)
    acknowledge(desk.deliveries)
    await asyncio.sleep(3)
    assert (desk.bodies, desk.lost) == ([b"1", b"2"], 0)
    assert await desk.sessions.waiting(topology.partition(0)) == 0


async def _taken(channel: AbstractChannel, topology: Topology) -> None:
    """Publish a command as soon as it is taken."""
    async with asyncio.timeout(PATIENCE):
        while True:
            opened = await channel.connection.channel()
            try:
                await send(opened, topology, b"1")
            except AMQPError:
                await asyncio.sleep(0.1)
            else:
                return
