"""What `workers.amqp` leans on inside aiormq, aio-pika and FastStream: decision 4 lists it, each has a test here.

A new version of a library that moves one of them fails here, by name, before it fails anywhere else.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aio_pika
import aiormq
import pytest
from aio_pika import RobustConnection
from aiormq.connection import TCPTransportFactory, TransportFactory
from aiormq.exceptions import AMQPConnectionError, ConnectionInternalError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from pamqp.commands import Channel as ChannelMethods
from pamqp.frame import marshal

from support.patience import until
from workers.amqp.connecting import connect
from workers.amqp.encoding import FRAME, FRAME_END
from workers.amqp.tap import TappedBroker
from workers.amqp.tap.tap import Tap, TapFactory

CLOSED_PORT = "amqp://guest:guest@127.0.0.1:9/"


class Listener:
    """Takes no frame off the stream, and counts the connection's ends."""

    def __init__(self) -> None:
        self.taps: list[Tap] = []
        self.received_from: set[int] = set()
        self.ends = 0

    def attached(self, tap: Tap) -> None:
        self.taps.append(tap)

    def received(self, kind: int, channel: int, payload: bytes) -> bool:
        self.received_from.add(channel)
        return False

    def writable(self) -> None: ...

    def lost(self, tap: Tap) -> None:
        self.ends += 1


class RecordingFactory(TransportFactory):
    """aiormq's own transport, with what it was asked for and each of aiormq's writes."""

    def __init__(self) -> None:
        self.arguments: list[tuple[Any, dict[str, Any]]] = []
        self.writes: list[bytes] = []

    async def create(self, url: Any, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self.arguments.append((url, dict(kwargs)))
        reader, writer = await TCPTransportFactory().create(url, **kwargs)
        write = writer.write

        def recorded(data: bytes) -> None:
            self.writes.append(bytes(data))
            write(data)

        writer.write = recorded  # type: ignore[method-assign]
        return reader, writer


@pytest.fixture
async def recorded(amqp_url: str) -> AsyncIterator[tuple[RecordingFactory, aiormq.Connection]]:
    factory = RecordingFactory()
    connection = aiormq.Connection(amqp_url, transport_factory=factory)
    await connection.connect()
    yield factory, connection
    await connection.close()


async def test_1_aiormq_opens_its_connection_with_our_transport_factory(recorded: Any) -> None:
    factory, _ = recorded
    assert len(factory.arguments) == 1


async def test_2_the_factory_gets_the_address_and_a_provider_of_tls_contexts(recorded: Any) -> None:
    factory, connection = recorded
    ((url, arguments),) = factory.arguments
    assert (url.host, url.port) == (connection.url.host, connection.url.port)
    assert asyncio.iscoroutinefunction(arguments["ssl_context_provider"].get_context)


async def test_3_an_error_of_the_factory_is_what_connecting_raises() -> None:
    with pytest.raises(AMQPConnectionError):
        await aiormq.Connection(CLOSED_PORT, transport_factory=TapFactory(Listener())).connect()


async def test_4_aiormq_writes_whole_frames_so_that_ours_mix_with_them(recorded: Any) -> None:
    factory, connection = recorded
    channel = await connection.channel()
    await channel.basic_publish(b"x" * 300_000, routing_key="nobody-home", mandatory=False)
    assert factory.writes[0].startswith(b"AMQP")
    rest = [each for each in factory.writes if not each.startswith(b"AMQP")]
    assert sum(map(len, rest)) > 300_000
    for write in rest:
        at = 0
        while at < len(write):
            _, _, length = FRAME.unpack_from(write, at)
            at += FRAME.size + length + 1
            assert write[at - 1 : at] == FRAME_END


async def test_5_any_frame_is_a_sign_of_life(amqp_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While nothing is read, the heartbeats that the tap makes up keep aiormq from ending the connection."""
    monkeypatch.setattr(aiormq.Connection, "HEARTBEAT_GRACE_MULTIPLIER", 1)
    listener = Listener()
    connection = aiormq.Connection(f"{amqp_url}?heartbeat=4", transport_factory=TapFactory(listener))
    await connection.connect()
    listener.taps[0].pause_reading()
    silent = aiormq.Connection(f"{amqp_url}?heartbeat=4", transport_factory=TapFactory(listener))
    await silent.connect()
    listener.taps[1]._transport.pause_reading()  # type: ignore[union-attr]
    await until(lambda: silent.is_closed)
    assert not connection.is_closed
    listener.taps[0].resume_reading()
    await connection.close()


async def test_6_channels_have_the_number_that_is_asked_for_and_others_the_one_after_the_highest(recorded: Any) -> None:
    _, connection = recorded
    chosen = await connection.channel(1, publisher_confirms=True)
    high = await connection.channel(1000, publisher_confirms=False)
    after = await connection.channel(publisher_confirms=False)
    assert (chosen.number, high.number, after.number) == (1, 1000, 1001)
    assert chosen.publisher_confirms


async def test_7_the_tuned_frame_size_is_known(recorded: Any) -> None:
    _, connection = recorded
    assert connection.connection_tune.frame_max >= 4096


async def test_8_a_direct_reply_address_that_the_broker_cannot_read_is_an_internal_error(recorded: Any) -> None:
    _, connection = recorded
    channel = await connection.channel(publisher_confirms=True)
    with pytest.raises(ConnectionInternalError):
        await channel.basic_publish(b"", routing_key="amq.rabbitmq.reply-to.a.b", mandatory=False)


async def test_9_aio_pika_hands_its_kwargs_to_aiormq(amqp_url: str) -> None:
    factory = RecordingFactory()
    connection = aio_pika.Connection(aio_pika.connection.make_url(amqp_url))
    connection.kwargs["transport_factory"] = factory
    await connection.connect()
    await connection.close()
    assert len(factory.arguments) == 1


async def test_10_the_connection_of_aiormq_is_behind_the_transport(amqp_url: str) -> None:
    connection = await connect(amqp_url)
    assert connection.transport is not None
    assert isinstance(connection.transport.connection, aiormq.Connection)
    await connection.close()
    never = aio_pika.Connection(aio_pika.connection.make_url(CLOSED_PORT))
    assert never.transport is None
    await never.close()


async def test_11_aio_pika_waits_before_it_restores_a_connection(proxy: Any) -> None:
    """So with an interval without end it never does, and a session is replaced as a whole."""
    connection = await aio_pika.connect_robust(proxy.url, reconnect_interval=10.0**9)
    proxy.cut()
    await asyncio.sleep(1)
    assert proxy.connections == 1
    async with asyncio.timeout(3):
        await connection.close()


async def test_12_faststream_connects_through_the_class_that_its_arguments_name(amqp_url: str) -> None:
    broker = TappedBroker(amqp_url)
    assert issubclass(TappedBroker, RabbitBroker)
    await broker.start()
    connection = await broker.connect()
    assert isinstance(connection, RobustConnection)
    assert isinstance(connection.kwargs["transport_factory"], TapFactory)
    await broker.stop()


async def test_13_a_subscriber_that_was_stopped_consumes_again_on_its_channel(amqp_url: str, prefix: str) -> None:
    broker = RabbitBroker(amqp_url, logger=None)
    taken: list[bytes] = []
    subscriber = broker.subscriber(
        RabbitQueue(prefix, auto_delete=False, exclusive=True),
        channel=Channel(prefetch_count=1, channel_number=1000, publisher_confirms=False),
        ack_policy=AckPolicy.MANUAL,
        no_reply=True,
    )

    @subscriber
    async def take(body: bytes) -> None:
        taken.append(body)

    await broker.start()
    connection = await broker.connect()
    channels = connection.transport.connection.channels
    first = channels[1000]
    assert len(first.consumers) == 1
    await subscriber.stop()
    assert not first.consumers
    await subscriber.start()
    assert channels[1000] is first
    assert len(first.consumers) == 1
    await broker.stop()


async def test_14_a_channel_that_ends_says_so_and_takes_its_consumers_along(proxy: Any) -> None:
    """What the plain adapter goes by."""
    async with aiormq.connect(proxy.url) as connection:
        channel = await connection.channel()
        declared = await channel.queue_declare(exclusive=True)
        ended: list[Any] = []
        channel.closing.add_done_callback(ended.append)

        async def ignore(_: Any) -> None: ...

        await channel.basic_consume(declared.queue, ignore)
        assert channel.consumers
        proxy.tell_clients(marshal(ChannelMethods.Close(406, "a test", 0, 0), channel.number))
        async with asyncio.timeout(5):
            while not ended:  # noqa: ASYNC110 - what is awaited is the library
                await asyncio.sleep(0.01)
        assert channel.is_closed
