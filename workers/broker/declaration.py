"""Declares the topology: all of it at startup, and again part by part, in case somebody deletes something."""

from collections.abc import Callable, Iterable
from itertools import cycle, islice
from uuid import uuid4

import structlog
from aiormq.abc import AbstractChannel, ArgumentsType
from aiormq.exceptions import (
    AMQPError,
    ChannelClosed,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ConnectionCommandInvalid,
)

from workers.amqp import OpenChannel
from workers.broker.asking import asking
from workers.broker.topology import CONSISTENT_HASH, Exchange, Queue, Topology

QUEUES_AT_ONCE = 16
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


class Inspection:
    """Redeclares a topology, so that anything that somebody deleted is soon back.

    Each round declares all exchanges, and up to 16 queues in turn. The broker answers with how many messages wait in a
    queue to be delivered: `messages` has the last answers, by name. Queues that are `missing` are declared in the next
    round: RabbitMQ (seen in 3.10) may not cancel the consumers of a queue that is declared again within milliseconds.
    """

    def __init__(self) -> None:
        self._next = 0
        self._differences: dict[str, str] = {}
        self.messages: dict[str, int] = {}
        self.missing: set[str] = set()

    async def round(
        self, open_channel: OpenChannel, topology: Topology, is_fresh: Callable[[], bool], answered: Callable[[], None]
    ) -> None:
        """Declare one round, or as much of it as there is time for; `answered` is called for each answer.

        The ways to partitions are declared only while the layout `is_fresh`. Raises AMQPError or OSError if the broker
        does not answer.
        """
        channel = await open_channel()
        parts: tuple[Exchange | Queue, ...] = (*topology.exchanges(), *self._turn(topology))
        for each in parts:
            answered()
            if topology.routed and not is_fresh():
                break
            try:
                if isinstance(each, Exchange):
                    await declare_exchange(channel, each)
                else:
                    await self._look_at(each, channel)
            except ChannelNotFoundEntity:
                self.missing.add(each.name)
                channel = await open_channel()
            except ChannelClosed as error:
                # Somebody declared it differently: that is for people to fix; until then it is used as is.
                self._report(each.name, str(error))
                channel = await open_channel()
        await channel.close()

    def _turn(self, topology: Topology) -> Iterable[Queue]:
        """The queues of this round: those that are missing, and the next ones."""
        queues = {queue.name: queue for queue in topology.queues()}
        self.missing &= queues.keys()
        names = islice(cycle(queues), self._next % len(queues), None)
        self._next += QUEUES_AT_ONCE
        turn = dict.fromkeys([*self.missing, *islice(names, min(QUEUES_AT_ONCE, len(queues)))])
        return [queues[name] for name in turn]

    async def _look_at(self, queue: Queue, channel: AbstractChannel) -> None:
        """Declare a queue that is there, or was missing; raises ChannelNotFoundEntity for one that is newly missing."""
        if queue.name not in self.missing:
            await channel.queue_declare(queue.name, passive=True)
        self.messages[queue.name] = await declare_queue(channel, queue)
        self.missing.discard(queue.name)

    def _report(self, name: str, difference: str) -> None:
        if self._differences.get(name) != difference:
            self._differences[name] = difference
            _log.error("topology_differs", name=name, reason=difference)


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
