"""The publisher on a real broker: order, confirms, and everything that can go wrong in between."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiormq
import pytest
from aiormq.abc import AbstractChannel, DeliveredMessage
from pamqp.commands import Connection
from pamqp.frame import marshal

from support.patience import PATIENCE, until
from workers.amqp import ADAPTERS, Outcome, Outgoing, Publisher, PublisherClosed, PublisherFull
from workers.amqp.tap import TappedPublisher

MakePublisher = Callable[..., Publisher]
TAP_ONLY = pytest.mark.parametrize("make", ["tap"], indirect=True)
"""What the plain adapter does not promise."""


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest) -> MakePublisher:
    """The publisher of each adapter."""
    return ADAPTERS[request.param].publisher


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with aiormq.connect(amqp_url) as connection:
        yield await connection.channel()


@pytest.fixture
async def queue(channel: AbstractChannel, prefix: str) -> AsyncIterator[str]:
    await channel.queue_declare(prefix, durable=True)
    yield prefix
    await channel.queue_delete(prefix)


@pytest.fixture
async def publisher(make: MakePublisher, amqp_url: str) -> AsyncIterator[Publisher]:
    publisher = make(amqp_url)
    await publisher.connect()
    yield publisher
    await publisher.close()


@pytest.fixture
async def proxied(make: MakePublisher, proxy: Any) -> AsyncIterator[Publisher]:
    publisher = make(proxy.url)
    await publisher.connect()
    yield publisher
    proxy.answering.set()
    proxy.refusing = False
    await publisher.close()


def to_queue(queue: str, number: int, *, mandatory: bool = False, body: bytes | None = None) -> Outgoing:
    return Outgoing("", queue, body or b"%d" % number, f"m-{number}", "cart-updated", mandatory=mandatory)


async def contents(channel: AbstractChannel, queue: str) -> list[DeliveredMessage]:
    messages = []
    while (message := await channel.basic_get(queue, no_ack=True)).delivery_tag is not None:
        messages.append(message)
    return messages


async def numbers(channel: AbstractChannel, queue: str) -> list[int]:
    return [int(message.body) for message in await contents(channel, queue)]


async def holds(channel: AbstractChannel, queue: str, count: int) -> bool:
    declared = await channel.queue_declare(queue, passive=True)
    return declared.message_count == count


async def test_every_property_arrives(publisher: Publisher, channel: AbstractChannel, queue: str) -> None:
    message = Outgoing(
        "",
        queue,
        b'{"a":1}',
        "id-1",
        "cart-updated",
        correlation_id="c-1",
        headers={"cloudEvents:id": "é-1", "attempt": 3, "big": -(2**40)},
        mandatory=True,
    )
    assert await publisher.send([message]) == [Outcome.CONFIRMED]
    (received,) = await contents(channel, queue)
    properties = received.header.properties
    assert received.body == b'{"a":1}'
    assert properties.message_id == "id-1"
    assert properties.correlation_id == "c-1"
    assert properties.message_type == "cart-updated"
    assert properties.content_type == "application/json"
    assert properties.delivery_mode == 2
    assert properties.headers == {"cloudEvents:id": "é-1", "attempt": 3, "big": -(2**40)}


async def test_sends_in_flight_together_keep_their_order(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    sends = [
        publisher.send([to_queue(queue, 3 * n), to_queue(queue, 3 * n + 1), to_queue(queue, 3 * n + 2)])
        for n in range(300)
    ]
    assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED] * 3] * 300
    assert await numbers(channel, queue) == list(range(900))


@pytest.mark.parametrize("size", [0, 1, 65_536, 131_072 - 8, 131_072 - 7, 131_072, 1_000_000])
async def test_bodies_of_any_size_arrive_whole(
    publisher: Publisher, channel: AbstractChannel, queue: str, size: int
) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    message = Outgoing("", queue, body, "m", "t")
    assert await publisher.send([message, to_queue(queue, 1)]) == [Outcome.CONFIRMED] * 2
    first, second = await contents(channel, queue)
    assert first.body == body
    assert second.body == b"1"


async def test_only_the_unroutable_message_is_reported_as_such(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    messages = [
        to_queue(queue, 0, mandatory=True),
        to_queue("nobody-home", 1, mandatory=True, body=b"x" * 200_000),
        to_queue("nobody-home", 2),
        to_queue(queue, 3, mandatory=True),
    ]
    assert await publisher.send(messages) == [
        Outcome.CONFIRMED,
        Outcome.UNROUTABLE,
        Outcome.CONFIRMED,
        Outcome.CONFIRMED,
    ]
    assert await numbers(channel, queue) == [0, 3]


async def test_equal_message_ids_do_not_confuse_returns(publisher: Publisher, queue: str) -> None:
    same = [
        Outgoing("", key, b"1", "same-id", "t", mandatory=True)
        for key in (queue, "nobody-home", queue, "nobody-home", "nobody-else")
    ]
    lost = Outcome.UNROUTABLE
    assert await publisher.send(same) == [Outcome.CONFIRMED, lost, Outcome.CONFIRMED, lost, lost]


async def test_a_missing_exchange_harms_only_its_own_messages(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    def astray(number: int) -> Outgoing:
        return Outgoing("no-such-exchange", "key", b"x", f"a-{number}", "t")

    sends = [publisher.send([to_queue(queue, 2 * n), to_queue(queue, 2 * n + 1)]) for n in range(50)]
    bad = publisher.send([to_queue(queue, 100), astray(1), to_queue(queue, 101)])
    sends += [publisher.send([to_queue(queue, n)]) for n in range(102, 200)]
    assert await bad == [Outcome.CONFIRMED, Outcome.REFUSED, Outcome.CONFIRMED]
    outcomes = [outcome for send in await asyncio.gather(*sends) for outcome in send]
    assert set(outcomes) == {Outcome.CONFIRMED}
    received = await numbers(channel, queue)
    assert list(dict.fromkeys(received)) == list(range(200))
    assert await publisher.send([astray(2)]) == [Outcome.REFUSED]
    assert await publisher.send([to_queue(queue, 1)]) == [Outcome.CONFIRMED]


async def test_a_nack_is_an_outcome_after_some_attempts(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    full = f"{queue}-full"
    await channel.queue_declare(full, arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    try:
        assert await publisher.send([to_queue(full, 0)]) == [Outcome.CONFIRMED]
        await until(lambda: holds(channel, full, 1))
        outcomes = await publisher.send([to_queue(full, 1), to_queue(queue, 2)])
        assert outcomes == [Outcome.REFUSED, Outcome.CONFIRMED]
    finally:
        await channel.queue_delete(full)


@TAP_ONLY  # the plain adapter has one message on the wire, and not three hundred
async def test_a_cut_connection_loses_nothing_and_keeps_the_order(
    proxied: Publisher, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    proxy.answering.clear()
    before = [proxied.send([to_queue(queue, n)]) for n in range(300)]
    await until(lambda: holds(channel, queue, 300))
    proxy.cut()
    proxy.answering.set()
    after = [proxied.send([to_queue(queue, n)]) for n in range(300, 400)]
    outcomes = await asyncio.gather(*before, *after)
    assert outcomes == [[Outcome.CONFIRMED]] * 400
    received = await numbers(channel, queue)
    assert received == [*range(300), *range(400)]
    assert proxy.connections == 2


async def test_repeated_cuts_under_load_lose_nothing(
    proxied: Publisher, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    sends: list[Awaitable[Any]] = []
    for cut in range(4):
        for n in range(200):
            sends.append(proxied.send([to_queue(queue, 200 * cut + n)]))
            if n % 20 == 0:
                await asyncio.sleep(0.005)
        proxy.cut()
    assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED]] * 800
    received = await numbers(channel, queue)
    assert list(dict.fromkeys(received)) == list(range(800))


async def test_an_unreachable_broker_is_waited_for(proxied: Publisher, proxy: Any, channel: Any, queue: str) -> None:
    proxy.refusing = True
    proxy.cut()
    sends = [proxied.send([to_queue(queue, n)]) for n in range(3)]
    await asyncio.sleep(2.5)
    assert not any(send.done() for send in sends)
    proxy.refusing = False
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED]] * 3
    assert await numbers(channel, queue) == [0, 1, 2]


async def test_a_connection_that_swallows_everything_is_replaced(
    make: MakePublisher, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    publisher = make(proxy.url, silence=0.5)
    await publisher.connect()
    proxy.answering.clear()
    first = publisher.send([to_queue(queue, 1)])
    await until(lambda: holds(channel, queue, 1))
    await until(lambda: not publisher.connected)
    proxy.answering.set()
    second = publisher.send([to_queue(queue, 2)])
    assert await asyncio.gather(first, second) == [[Outcome.CONFIRMED]] * 2
    await publisher.close()
    received = await numbers(channel, queue)
    assert list(dict.fromkeys(received)) == [1, 2]
    assert received.count(1) > 1


async def test_a_missing_exchange_is_declared_before_anything_is_repeated(
    make: MakePublisher, amqp_url: str, channel: AbstractChannel, queue: str
) -> None:
    """However often somebody deletes it: nothing is refused, nothing comes out of order.

    Nothing is on its way while it is deleted: the broker confirms what finds the exchange without its bindings.
    """
    exchange = f"{queue}.events"

    undisturbed, times = asyncio.Lock(), 0

    async def declared() -> None:
        nonlocal times
        async with undisturbed:
            await declare()
        times += 1

    async def declare() -> None:
        await channel.exchange_declare(exchange, exchange_type="fanout")
        await channel.queue_bind(queue, exchange)

    await declared()
    publisher = make(amqp_url, prepare=declared)
    await publisher.connect()
    sends: list[Awaitable[Any]] = []
    for _ in range(5):
        await asyncio.gather(*sends)
        async with undisturbed:
            await channel.exchange_delete(exchange)
        for _ in range(100):
            n = len(sends)
            sends.append(publisher.send([Outgoing(exchange, "", b"%d" % n, f"e-{n}", "t")]))
            await asyncio.sleep(0)
    assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED]] * 500
    assert times > 5  # at first, and each time that it was gone
    await publisher.close()
    received = await numbers(channel, queue)
    assert list(dict.fromkeys(received)) == list(range(500))
    await channel.exchange_delete(exchange)


async def test_the_message_over_which_the_broker_ends_the_connection_is_found(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    """RabbitMQ cannot read such a direct reply address, and closes the whole connection over it."""
    broken = Outgoing("", "amq.rabbitmq.reply-to.a.b", b"", "m", "t")
    sends = [publisher.send([to_queue(queue, n)]) for n in range(50)]
    bad = publisher.send([broken])
    sends += [publisher.send([to_queue(queue, n)]) for n in range(50, 100)]
    assert await bad == [Outcome.REFUSED]
    assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED]] * 100
    received = await numbers(channel, queue)
    assert list(dict.fromkeys(received)) == list(range(100))


@TAP_ONLY  # aiormq notices only after it has written once more
async def test_a_blocked_connection_waits_without_writing(
    proxied: Publisher, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    assert await proxied.send([to_queue(queue, 0)]) == [Outcome.CONFIRMED]
    proxy.tell_clients(marshal(Connection.Blocked("low on memory"), 0))
    await asyncio.sleep(0.1)
    waiting = [proxied.send([to_queue(queue, n)]) for n in (1, 2)]
    await asyncio.sleep(0.3)
    assert await holds(channel, queue, 1)
    proxy.tell_clients(marshal(Connection.Unblocked(), 0))
    assert await asyncio.gather(*waiting) == [[Outcome.CONFIRMED]] * 2
    assert await numbers(channel, queue) == [0, 1, 2]


async def test_capacity_is_bounded_and_room_waits_for_confirms(make: MakePublisher, proxy: Any, queue: str) -> None:
    publisher = make(proxy.url, capacity=10)
    await publisher.connect()
    proxy.answering.clear()
    first = publisher.send([to_queue(queue, n) for n in range(8)])
    with pytest.raises(PublisherFull):
        publisher.send([to_queue(queue, n) for n in range(3)])
    room = asyncio.create_task(publisher.room(3))
    await asyncio.sleep(0.1)
    assert not room.done()
    proxy.answering.set()
    await room
    assert await first == [Outcome.CONFIRMED] * 8
    assert await publisher.send([to_queue(queue, n) for n in range(3)]) == [Outcome.CONFIRMED] * 3
    with pytest.raises(ValueError, match="never fit"):
        await publisher.room(11)
    await publisher.close()


async def test_a_small_window_still_delivers_everything(amqp_url: str, channel: AbstractChannel, queue: str) -> None:
    publisher = TappedPublisher(amqp_url, in_flight=7)
    await publisher.connect()
    outcomes = await publisher.send([to_queue(queue, n) for n in range(500)])
    assert outcomes == [Outcome.CONFIRMED] * 500
    assert await numbers(channel, queue) == list(range(500))
    await publisher.close()


async def test_close_waits_for_confirms(
    make: MakePublisher, amqp_url: str, channel: AbstractChannel, queue: str
) -> None:
    publisher = make(amqp_url)
    await publisher.connect()
    sends = [publisher.send([to_queue(queue, n)]) for n in range(100)]
    await publisher.close()
    assert await asyncio.gather(*sends) == [[Outcome.CONFIRMED]] * 100
    assert await numbers(channel, queue) == list(range(100))
    with pytest.raises(PublisherClosed):
        publisher.send([to_queue(queue, 1)])


async def test_close_is_bounded_when_confirms_do_not_come(make: MakePublisher, proxy: Any, queue: str) -> None:
    publisher = make(proxy.url)
    await publisher.connect()
    proxy.answering.clear()
    send = publisher.send([to_queue(queue, 1)])
    async with asyncio.timeout(8):
        await publisher.close(patience=0.2)
    with pytest.raises(PublisherClosed):
        await send


async def test_what_amqp_cannot_carry_is_refused_before_anything_is_written(
    publisher: Publisher, channel: AbstractChannel, queue: str
) -> None:
    with pytest.raises(ValueError, match="longer than the 255 bytes"):
        publisher.send([to_queue(queue, 1), to_queue("é" * 128, 2)])
    with pytest.raises(struct.error):
        publisher.send([Outgoing("", queue, b"", "m", "t", headers={"n": 2**63})])
    assert await publisher.send([to_queue(queue, 3)]) == [Outcome.CONFIRMED]
    assert await numbers(channel, queue) == [3]


async def test_a_cancelled_wait_harms_nobody(publisher: Publisher, channel: AbstractChannel, queue: str) -> None:
    async def give_up() -> None:
        await publisher.send([to_queue(queue, 1)])

    task = asyncio.create_task(give_up())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await publisher.send([to_queue(queue, 2)]) == [Outcome.CONFIRMED]
    assert (await numbers(channel, queue))[-1] == 2


async def test_sending_nothing_is_done_at_once(publisher: Publisher) -> None:
    assert await publisher.send([]) == []


async def test_a_wrong_password_is_reported_by_connect(make: MakePublisher, amqp_url: str) -> None:
    host = amqp_url.rpartition("@")[2]
    with pytest.raises(aiormq.exceptions.AMQPError):
        await make(f"amqp://nobody:wrong@{host}").connect()
