"""Declares the topology again, part by part, in case somebody deletes something."""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from itertools import cycle, islice

import structlog
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelClosed, ChannelNotFoundEntity

from workers.amqp import OpenChannel
from workers.broker.declaration import declare_exchange, declare_queue
from workers.broker.topology import Exchange, Queue, Topology

QUEUES_AT_ONCE = 16

_log = structlog.get_logger(__name__)


class Inspection:
    """Redeclares a topology, so that anything that somebody deleted is soon back.

    Each round declares the queues that somebody asks for, then all exchanges, and up to 16 queues in turn. The broker
    answers with how many messages wait in a queue to be delivered: `messages` has the last answers, by name. Queues
    that are `missing` are declared in the next round: RabbitMQ (seen in 3.10) may not cancel the consumers of a queue
    that is declared again within milliseconds.
    """

    def __init__(self) -> None:
        self._next = 0
        self._differences: dict[str, str] = {}
        self.messages: dict[str, int] = {}
        self.missing: set[str] = set()

    async def round(
        self, open_channel: OpenChannel, topology: Topology, is_fresh: Callable[[], bool], first: Collection[str] = ()
    ) -> AsyncIterator[str]:
        """Declare one round, or as much of it as there is time for; yields the name of each part that is there.

        The ways to partitions are declared only while the layout `is_fresh`. Queues named `first` come first. Raises
        AMQPError or OSError if the broker does not answer.
        """
        channel = await open_channel()
        for each in self._parts(topology, first):
            if topology.routed and not is_fresh():
                break
            try:
                if isinstance(each, Exchange):
                    await declare_exchange(channel, each)
                else:
                    await self._look_at(each, channel)
                yield each.name
            except ChannelNotFoundEntity:
                self.missing.add(each.name)
                channel = await open_channel()
            except ChannelClosed as error:
                # Somebody declared it differently: that is for people to fix; until then it is used as is.
                self._report(each.name, str(error))
                channel = await open_channel()
        await channel.close()

    def _parts(self, topology: Topology, first: Collection[str]) -> Iterable[Exchange | Queue]:
        """The parts of this round: the queues that are asked for or missing, the exchanges, and the next queues."""
        queues = {queue.name: queue for queue in topology.queues()}
        self.missing &= queues.keys()
        names = islice(cycle(queues), self._next % len(queues), None)
        self._next += QUEUES_AT_ONCE
        urgent = {*self.missing, *first} & queues.keys()
        others = [name for name in islice(names, min(QUEUES_AT_ONCE, len(queues))) if name not in urgent]
        return [*map(queues.__getitem__, urgent), *topology.exchanges(), *map(queues.__getitem__, others)]

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
