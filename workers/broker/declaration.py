"""Declares the topology, all of it or part by part, and tells what of it is missing or differs."""

from uuid import uuid4

import structlog
from aiormq.abc import AbstractChannel, ArgumentsType
from aiormq.exceptions import (
    AMQPError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ConnectionCommandInvalid,
)

from workers.amqp import OpenChannel
from workers.broker.asking import asking
from workers.broker.topology import CONSISTENT_HASH, Exchange, Queue, Topology

ENABLE_PLUGIN = "rabbitmq-plugins enable rabbitmq_consistent_hash_exchange"

_log = structlog.get_logger(__name__)


class TopologyError(RuntimeError):
    """The broker can't, or won't, declare what the topology needs; the message says what to do."""


async def declare(url: str, topology: Topology) -> None:
    """Declare and bind everything, over a connection of its own; idempotent.

    Raises `TopologyError`, or AMQPError or OSError if there is no broker.
    """
    try:
        async with asking(url) as open_channel:
            await _declare_all(open_channel, topology)
    except ConnectionCommandInvalid as error:
        raise TopologyError(
            f"Several partitions need the consistent-hash exchange: {ENABLE_PLUGIN}, or set CART_PARTITIONS=1."
        ) from error
    except ChannelPreconditionFailed as error:
        raise TopologyError(f"Something exists that differs from what is wanted: {error}") from error


async def _declare_all(open_channel: OpenChannel, topology: Topology) -> None:
    channel = await open_channel()
    for exchange in topology.exchanges():
        await declare_exchange(channel, exchange)
    for queue in topology.queues():
        try:
            await declare_queue(channel, queue)
        except ChannelPreconditionFailed as error:
            if queue.former is None or not any(f"'{name}'" in str(error) for name in queue.altered):
                raise
            channel = await open_channel()
            await declare_queue(channel, queue, queue.former)
            _log.warning(
                "queue_of_an_earlier_build",
                queue=queue.name,
                consequence=queue.consequence,
                remedy="once it is empty, and nobody sends: stop the workers, delete it, start them again",
            )


async def declare_exchange(channel: AbstractChannel, exchange: Exchange) -> None:
    """Declare and bind an exchange; raises ChannelClosed if it differs."""
    await _put_exchange(channel, exchange)
    for binding in exchange.bindings:
        await channel.exchange_bind(exchange.name, binding.exchange, binding.routing_key)


async def declare_queue(channel: AbstractChannel, queue: Queue, arguments: ArgumentsType | None = None) -> int:
    """Declare and bind a queue, with its own arguments or others; return how many messages wait in it.

    Raises ChannelClosed if it differs.
    """
    messages = await _put_queue(channel, queue, queue.arguments if arguments is None else arguments)
    for binding in queue.bindings:
        await channel.queue_bind(queue.name, binding.exchange, binding.routing_key)
    return messages


async def difference(open_channel: OpenChannel, part: Exchange | Queue) -> str | None:
    """What is wrong with an exchange or queue, if anything; it is not declared if it is missing, and never bound."""
    channel = await open_channel()
    try:
        if isinstance(part, Exchange):
            await channel.exchange_declare(part.name, passive=True)
            await _put_exchange(channel, part)
        else:
            await channel.queue_declare(part.name, passive=True)
            await _put_queue(channel, part, part.arguments)
    except ChannelNotFoundEntity:
        return f"{part.name} is missing"
    except ChannelPreconditionFailed:
        return f"{part.name} differs"
    await channel.close()
    return None


async def has_consistent_hashing(url: str) -> bool:
    """Whether an exchange that spreads carts can be declared; without the plugin the broker ends the connection.

    Raises AMQPError or OSError if there is no broker.
    """
    async with asking(url) as open_channel:
        channel = await open_channel()
        probe = f"doctor-{uuid4().hex}"
        try:
            await channel.exchange_declare(probe, exchange_type=CONSISTENT_HASH, auto_delete=True)
            await channel.exchange_delete(probe)
        except AMQPError:
            return False
    return True


async def _put_exchange(channel: AbstractChannel, exchange: Exchange) -> None:
    await channel.exchange_declare(
        exchange.name, exchange_type=exchange.kind, durable=True, arguments=exchange.arguments or None
    )


async def _put_queue(channel: AbstractChannel, queue: Queue, arguments: ArgumentsType) -> int:
    declared = await channel.queue_declare(queue.name, durable=True, arguments={**queue.kind, **arguments})
    return declared.message_count or 0
