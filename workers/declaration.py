"""Declaring the topology: at start, over a connection of its own, since a mistake costs the connection."""

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import AMQPError, ChannelPreconditionFailed, ConnectionCommandInvalid

from cartwright.workers.topology import Queue, Topology

_log = structlog.get_logger(__name__)


class TopologyError(RuntimeError):
    """The broker can not, or will not, have what the topology needs; the message says what to do."""


async def declare(url: str, topology: Topology) -> None:
    """Declare and bind everything; idempotent. Raises `TopologyError`, or aiormq's errors if there is no broker."""
    connection = await aio_pika.connect(url)
    try:
        await _declare(connection, topology)
    except ConnectionCommandInvalid as error:
        raise TopologyError(
            "Several partitions need the consistent-hash exchange: rabbitmq-plugins enable"
            " rabbitmq_consistent_hash_exchange, or set CART_PARTITIONS=1."
        ) from error
    except ChannelPreconditionFailed as error:
        raise TopologyError(f"Something exists that differs from what is wanted: {error}") from error
    finally:
        await _close(connection)


async def _declare(connection: AbstractConnection, topology: Topology) -> None:
    channel = await connection.channel()
    exchanges = {}
    for exchange in topology.exchanges():
        declared = await channel.declare_exchange(
            exchange.name, exchange.kind, durable=True, arguments=exchange.arguments or None
        )
        exchanges[exchange.name] = declared
        for binding in exchange.bindings:
            await declared.bind(exchanges[binding.exchange], binding.routing_key)
    for queue in topology.queues():
        channel = await _declare_queue(connection, channel, queue)
        declared_queue = await channel.get_queue(queue.name, ensure=False)
        for binding in queue.bindings:
            await declared_queue.bind(binding.exchange, binding.routing_key)


async def _declare_queue(connection: AbstractConnection, channel: AbstractChannel, queue: Queue) -> AbstractChannel:
    """Declare a queue, or else take it as an earlier build declared it; return the channel, or a new one after that."""
    try:
        await channel.declare_queue(queue.name, durable=True, arguments={**queue.kind, **queue.arguments})
    except ChannelPreconditionFailed as error:
        if queue.former is None or "x-dead-letter" not in str(error):
            raise
        channel = await connection.channel()
        await channel.declare_queue(queue.name, durable=True, arguments={**queue.kind, **queue.former})
        _log.warning(
            "queue_of_an_earlier_build",
            queue=queue.name,
            consequence="commands whose time runs out in it are parked, and not answered",
            remedy="once it is empty, and nobody sends: stop the workers, delete it, start them again",
        )
    return channel


async def _close(connection: aio_pika.abc.AbstractConnection) -> None:
    try:
        await connection.close()
    except AMQPError:
        # The broker has closed it already, over what it would not declare.
        return
