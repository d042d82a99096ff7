"""Declaring the topology: at start, over a connection of its own, since a mistake costs the connection."""

from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import AMQPError, ChannelPreconditionFailed, ConnectionCommandInvalid

from cartwright.workers.amqp.connecting import connect
from cartwright.workers.topology import Topology


class TopologyError(RuntimeError):
    """The broker can not, or will not, have what the topology needs; the message says what to do."""


async def declare(url: str, topology: Topology) -> None:
    """Declare and bind everything; idempotent. Raises `TopologyError`, or aiormq's errors if there is no broker."""
    connection = await connect(url)
    try:
        await _declare(await connection.channel(), topology)
    except ConnectionCommandInvalid as error:
        raise TopologyError(
            "Several partitions need the consistent-hash exchange: rabbitmq-plugins enable"
            " rabbitmq_consistent_hash_exchange, or set CART_PARTITIONS=1."
        ) from error
    except ChannelPreconditionFailed as error:
        raise TopologyError(f"Something exists that differs from what is wanted: {error}") from error
    finally:
        await _close(connection)


async def _declare(channel: AbstractChannel, topology: Topology) -> None:
    exchanges = {}
    for exchange in topology.exchanges():
        declared = await channel.declare_exchange(
            exchange.name, exchange.kind, durable=True, arguments=exchange.arguments or None
        )
        exchanges[exchange.name] = declared
        for binding in exchange.bindings:
            await declared.bind(exchanges[binding.exchange], binding.routing_key)
    for queue in topology.queues():
        kind = {"x-queue-type": "quorum" if queue.quorum else "classic"}
        declared_queue = await channel.declare_queue(queue.name, durable=True, arguments={**kind, **queue.arguments})
        for binding in queue.bindings:
            await declared_queue.bind(exchanges[binding.exchange], binding.routing_key)


async def _close(connection: AbstractConnection) -> None:
    try:
        await connection.close()
    except AMQPError:
        # The broker has closed it already, over what it would not declare.
        return
