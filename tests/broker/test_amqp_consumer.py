"""The consumer on a real broker: order, settling, cancelling, and coming back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiormq
import pytest
from aiormq.abc import AbstractChannel
from faststream.rabbit import RabbitQueue
from pamqp.commands import Basic

from support.deliveries import acknowledge
from support.patience import until
from workers.amqp import ADAPTERS, Broker, Consumer, Delivery
from workers.amqp.tap import TappedBroker


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[AbstractChannel]:
    async with aiormq.connect(amqp_url) as connection:
        yield await connection.channel()


@pytest.fixture
async def queue(channel: AbstractChannel, prefix: str) -> AsyncIterator[str]:
    await declare(channel, prefix)
    yield prefix
    await channel.queue_delete(prefix)


@pytest.fixture(params=ADAPTERS)
async def broker(request: pytest.FixtureRequest, proxy: Any) -> AsyncIterator[Broker]:
    """A connection of each adapter."""
    broker = ADAPTERS[request.param].broker(proxy.url, reconnect_after=0.2)
    yield broker
    await broker.stop()


class Inbox:
    """Keeps deliveries and, unless told otherwise, settles nothing."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    def __call__(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)

    @property
    def numbers(self) -> list[int]:
        return [int(delivery.body) for delivery in self.deliveries]


async def declare(channel: AbstractChannel, queue: str) -> None:
    await channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})


async def publish(channel: AbstractChannel, queue: str, numbers: range) -> None:
    await asyncio.gather(*(channel.basic_publish(b"%d" % n, routing_key=queue) for n in numbers))


async def left_after(broker: Broker, channel: AbstractChannel, queue: str) -> list[int]:
    """Close the broker and return what its queue still holds."""
    await broker.stop()
    left = []
    while (message := await channel.basic_get(queue, no_ack=True)).delivery_tag is not None:
        left.append(int(message.body))
    return left


async def test_deliveries_come_in_queue_order_and_settle_in_any(
    broker: Broker, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    consumer = broker.consumer(queue, inbox, prefetch=1000)
    await broker.start()
    assert consumer.consuming
    await publish(channel, queue, range(500))
    await until(lambda: len(inbox.deliveries) == 500)
    assert inbox.numbers == list(range(500))
    kept = {0, 7, 250, 499}
    odd = [d for n, d in enumerate(inbox.deliveries) if n % 2 and n not in kept]
    even = [d for n, d in enumerate(inbox.deliveries) if not n % 2 and n not in kept]
    acknowledge(reversed(odd))
    acknowledge(even)
    acknowledge(even)
    assert await left_after(broker, channel, queue) == sorted(kept)


async def test_settling_the_oldest_last_acknowledges_everything(
    broker: Broker, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    broker.consumer(queue, inbox, prefetch=10)
    await broker.start()
    await publish(channel, queue, range(10))
    await until(lambda: len(inbox.deliveries) == 10)
    acknowledge(inbox.deliveries[1:])
    acknowledge(inbox.deliveries[:1])
    await publish(channel, queue, range(10, 20))
    await until(lambda: len(inbox.deliveries) == 20)
    acknowledge(inbox.deliveries[10:])
    assert await left_after(broker, channel, queue) == []


async def test_no_more_than_the_prefetch_is_delivered(broker: Broker, channel: AbstractChannel, queue: str) -> None:
    inbox = Inbox()
    broker.consumer(queue, inbox, prefetch=5)
    await broker.start()
    await publish(channel, queue, range(20))
    await until(lambda: len(inbox.deliveries) == 5)
    await asyncio.sleep(0.5)
    assert inbox.numbers == [0, 1, 2, 3, 4]
    acknowledge(inbox.deliveries[:2])
    await until(lambda: len(inbox.deliveries) == 7)
    with pytest.raises(ValueError, match="prefetch"):
        broker.consumer(queue, inbox, prefetch=0)


async def test_every_property_arrives(broker: Broker, channel: AbstractChannel, queue: str) -> None:
    inbox = Inbox()
    broker.consumer(queue, inbox, prefetch=5)
    await broker.start()
    sent = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    headers = {"cart-id": "é", "n": 7, "nested": {"list": [1, "two", None]}, "yes": True, "raw": bytearray(b"\xff")}
    properties = Basic.Properties(
        content_type="application/json",
        content_encoding="identity",
        headers=headers,
        delivery_mode=2,
        priority=3,
        correlation_id="corr",
        reply_to="reply.x",
        expiration="60000",
        message_id="m-1",
        timestamp=sent,
        message_type="update-products",
        user_id="guest",
        app_id="test",
    )
    body = bytes(range(256)) * 1200
    await channel.basic_publish(body, routing_key=queue, properties=properties)
    await channel.basic_publish(b"", routing_key=queue)
    await until(lambda: len(inbox.deliveries) == 2)
    full, bare = inbox.deliveries
    assert full.body == body
    assert full.headers == headers
    assert (full.message_id, full.correlation_id, full.reply_to) == ("m-1", "corr", "reply.x")
    assert (full.content_type, full.content_encoding) == ("application/json", "identity")
    assert (full.expiration, full.timestamp, full.user_id) == ("60000", int(sent.timestamp()), "guest")
    assert (full.routing_key, full.redelivered) == (queue, False)
    assert (bare.body, bare.headers, bare.content_type, bare.reply_to) == (b"", {}, None, None)


async def test_cancelling_leaves_the_channel_open_for_settling(
    broker: Broker, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    consumer = broker.consumer(queue, inbox, prefetch=10)
    await broker.start()
    await publish(channel, queue, range(3))
    await until(lambda: len(inbox.deliveries) == 3)
    await consumer.cancel()
    assert not consumer.consuming
    await publish(channel, queue, range(3, 6))
    await asyncio.sleep(0.3)
    assert inbox.numbers == [0, 1, 2]
    acknowledge(inbox.deliveries)
    assert await left_after(broker, channel, queue) == [3, 4, 5]


async def test_after_a_cut_what_was_unsettled_comes_again(
    broker: Broker, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    consumer = broker.consumer(queue, inbox, prefetch=6)
    await broker.start()
    await publish(channel, queue, range(10))
    await until(lambda: len(inbox.deliveries) == 6)
    acknowledge(inbox.deliveries[:4])
    await until(lambda: len(inbox.deliveries) == 10)  # so the broker has read the acknowledgements
    proxy.cut()
    stale = inbox.deliveries[4:]
    acknowledge(stale)
    await until(lambda: len(inbox.deliveries) == 16)
    assert inbox.numbers[10:] == [4, 5, 6, 7, 8, 9]
    assert all(delivery.redelivered for delivery in inbox.deliveries[10:])
    assert consumer.consuming
    acknowledge(stale)
    acknowledge(inbox.deliveries[10:15])
    assert await left_after(broker, channel, queue) == [9]


async def test_a_closed_channel_comes_back_and_old_acknowledgements_do_not_harm_it(
    broker: Broker, proxy: Any, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    broker.consumer(queue, inbox, prefetch=100)
    await broker.start()
    await publish(channel, queue, range(10))
    await until(lambda: len(inbox.deliveries) == 10)
    acknowledge(inbox.deliveries[:6])
    stale = inbox.deliveries[6:]
    nonsense = replace(stale[0], delivery_tag=99)
    nonsense.link.delivered(99)
    acknowledge([nonsense])
    await until(lambda: len(inbox.deliveries) == 14)
    acknowledge(stale)
    await asyncio.sleep(0.3)
    assert inbox.numbers[10:] == [6, 7, 8, 9]
    acknowledge(inbox.deliveries[10:])
    assert proxy.connections == 1
    assert await left_after(broker, channel, queue) == []


async def test_a_consumer_cancelled_by_the_broker_comes_back(
    broker: Broker, channel: AbstractChannel, queue: str
) -> None:
    inbox = Inbox()
    consumer = broker.consumer(queue, inbox, prefetch=10)
    await broker.start()
    await channel.queue_delete(queue)
    await until(lambda: not consumer.consuming)
    await declare(channel, queue)
    await publish(channel, queue, range(1))
    await until(lambda: inbox.numbers == [0])
    assert consumer.consuming


async def test_consumers_do_not_mix_and_ordinary_subscribers_still_work_beside_the_tap(
    amqp_url: str, channel: AbstractChannel, prefix: str
) -> None:
    broker = TappedBroker(amqp_url)
    queues = [f"{prefix}-{n}" for n in range(3)]
    for each in queues:
        await channel.queue_declare(each, auto_delete=True)
    inboxes = [Inbox(), Inbox()]
    consumers: list[Consumer] = [
        broker.consumer(queue, inbox, prefetch=10) for queue, inbox in zip(queues, inboxes, strict=False)
    ]
    plain: list[int] = []

    @broker.subscriber(RabbitQueue(queues[2], declare=False))
    async def collect(body: int) -> None:
        plain.append(body)

    await broker.start()
    for n, queue in enumerate(queues):
        await publish(channel, queue, range(n, n + 1))
    await until(lambda: plain and all(inbox.deliveries for inbox in inboxes))
    assert [inbox.numbers for inbox in inboxes] == [[0], [1]]
    assert plain == [2]
    assert all(consumer.consuming for consumer in consumers)
    acknowledge(delivery for inbox in inboxes for delivery in inbox.deliveries)
    await broker.stop()


async def test_channels_opened_while_consumers_start_take_no_consumer_s_number(
    amqp_url: str, channel: AbstractChannel, prefix: str
) -> None:
    """Consumers start in any order, and the first ones to start may need more channels at once."""
    broker = ADAPTERS["tap"].broker(amqp_url, lambda: None, reconnect_after=10.0**9)
    opened: list[asyncio.Task[AbstractChannel]] = []
    queues = [f"{prefix}-{n}" for n in range(20)]
    for each in queues:
        await channel.queue_declare(each, auto_delete=True)
    consumers = [broker.consumer(queue, Inbox(), prefetch=10) for queue in queues]
    starting = asyncio.create_task(broker.start())
    while not starting.done():
        if len(opened) < 50 and any(consumer.consuming for consumer in consumers):
            opened.append(asyncio.create_task(broker.open_channel()))
        await asyncio.sleep(0)
    await starting
    channels = await asyncio.gather(*opened)
    assert all(consumer.consuming for consumer in consumers)
    assert len({channel.number for channel in channels}) == len(channels) > 0
    await broker.stop()
