"""Declares the topology: all of it at startup, and again part by part, in case somebody deletes something."""

from collections.abc import Awaitable, Iterator
from itertools import cycle, islice

import aiormq
import structlog
from aiormq.abc import AbstractChannel, ArgumentsType
from aiormq.exceptions import ChannelClosed, ChannelPreconditionFailed, ConnectionCommandInvalid

from workers.amqp.answering import LOST, answering
from workers.broker.locks import OpenChannel
from workers.broker.topology import Exchange, Queue, Topology

CONNECT_SECONDS = 10.0
QUEUES_AT_ONCE = 16

_log = structlog.get_logger(__name__)


class TopologyError(RuntimeError):
    """The broker can't, or won't, declare what the topology needs; the message says what to do."""


async def declare(url: str, topology: Topology) -> None:
    """Declare and bind everything, over a connection of its own; idempotent.

    Raises `TopologyError`, or AMQPError or OSError if there is no broker.
    """
    connection = aiormq.Connection(url)
    try:
        async with answering(CONNECT_SECONDS):
            await connection.connect()
            await _declare_all(connection, topology)
    except ConnectionCommandInvalid as error:
        raise TopologyError(
            "Several partitions need the consistent-hash exchange: rabbitmq-plugins enable"
            " rabbitmq_consistent_hash_exchange, or set CART_PARTITIONS=1."
        ) from error
    except ChannelPreconditionFailed as error:
        raise TopologyError(f"Something exists that differs from what is wanted: {error}") from error
    finally:
        await _close(connection)


async def _declare_all(connection: aiormq.Connection, topology: Topology) -> None:
    def open_channel() -> Awaitable[AbstractChannel]:
        return connection.channel(publisher_confirms=False)

    channel = await open_channel()
    for exchange in topology.exchanges():
        await _declare_exchange(channel, exchange)
    for queue in topology.queues():
        try:
            await _declare_queue(channel, queue, queue.arguments)
        except ChannelPreconditionFailed as error:
            if queue.former is None or not any(f"'{name}'" in str(error) for name in queue.altered):
                raise
            channel = await open_channel()
            await _declare_queue(channel, queue, queue.former)
            _log.warning(
                "queue_of_an_earlier_build",
                queue=queue.name,
                consequence=queue.consequence,
                remedy="once it is empty, and nobody sends: stop the workers, delete it, start them again",
            )


class Inspection:
    """Redeclares the topology, so that anything that somebody deleted is soon back.

    Each round declares all exchanges, and up to 16 queues in turn.
    """

    def __init__(self, topology: Topology) -> None:
        self._exchanges = tuple(topology.exchanges())
        queues = tuple(topology.queues())
        self._turn: Iterator[Queue] = cycle(queues)
        self._queues = min(QUEUES_AT_ONCE, len(queues))
        self._differences: dict[str, str] = {}

    async def round(self, open_channel: OpenChannel) -> None:
        """Declare one round. Raises AMQPError or OSError if the broker does not answer."""
        channel = await open_channel()
        parts: tuple[Exchange | Queue, ...] = (*self._exchanges, *islice(self._turn, self._queues))
        for each in parts:
            try:
                if isinstance(each, Exchange):
                    await _declare_exchange(channel, each)
                else:
                    await _declare_queue(channel, each, each.arguments)
            except ChannelClosed as error:
                # Somebody declared it differently: that is for people to fix; until then it is used as is.
                self._report(each.name, str(error))
                channel = await open_channel()
        await channel.close()

    def _report(self, name: str, difference: str) -> None:
        if self._differences.get(name) != difference:
            self._differences[name] = difference
            _log.error("topology_differs", name=name, reason=difference)


async def _declare_exchange(channel: AbstractChannel, exchange: Exchange) -> None:
    await channel.exchange_declare(
        exchange.name, exchange_type=exchange.kind, durable=True, arguments=exchange.arguments or None
    )
    for binding in exchange.bindings:
        await channel.exchange_bind(exchange.name, binding.exchange, binding.routing_key)


async def _declare_queue(channel: AbstractChannel, queue: Queue, arguments: ArgumentsType) -> None:
    await channel.queue_declare(queue.name, durable=True, arguments={**queue.kind, **arguments})
    for binding in queue.bindings:
        await channel.queue_bind(queue.name, binding.exchange, binding.routing_key)


async def _close(connection: aiormq.Connection) -> None:
    try:
        async with answering(CONNECT_SECONDS):
            await connection.close()
    except LOST:
        # The broker has closed it already, because it refused a declaration.
        return
