"""Where commands go: bindings between the exchange for commands, the queues, and what is between them during a change.

A message that reaches a queue by two ways is put there once, and a consistent-hash exchange leads each message to one
place. So the ways can be changed while callers send, and nothing is lost or doubled: the new way is added, then the old
one removed. All functions can be repeated, and raise AMQPError or OSError.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from aiormq.abc import AbstractChannel

from workers.amqp import OpenChannel
from workers.broker.asking import is_empty, waiting
from workers.broker.declaration import declare_exchange, declare_queue, difference
from workers.broker.topology import INTERIM, WEIGHT, Topology, hashing_exchange

ALL = "#"


@dataclass(frozen=True, slots=True)
class Routes:
    """The ways of commands on a broker."""

    topology: Topology
    open_channel: OpenChannel

    async def messages(self, partitions: Iterable[int]) -> int:
        """How many commands wait in the queues of these partitions; a busy broker may know of fewer."""
        return sum([await self._waiting(each) or 0 for each in partitions])

    async def are_empty(self, partitions: Iterable[int]) -> bool:
        """Whether no command waits in the queues of these partitions, which nobody consumes."""
        for each in partitions:
            if not await is_empty(self.open_channel, self.topology.partition(each)):
                return False
        return True

    async def put_switch(self, count: int) -> None:
        """Lead commands to the queues of so many partitions by the switch."""
        await self._keep_partitioner(count)
        await self._on_a_channel(lambda channel: self._put_switch(channel, count))

    async def leave_for_interim(self, count: int) -> None:
        """Lead commands from the queues of so many partitions to the interim queue."""
        await self._on_a_channel(lambda channel: self._leave_for_interim(channel, count))

    async def rebuild(self, former: int, count: int) -> bool:
        """Declare the queues of so many partitions, and delete those above; False if one of these is not empty.

        Nothing leads to any of them yet.
        """
        surplus = [each for each in range(count, former) if await self._waiting(each) is not None]
        if not await self.are_empty(surplus):
            return False
        missing = [each for each in range(count) if await self._waiting(each) is None]
        await self._on_a_channel(lambda channel: self._rebuild(channel, count, surplus, missing))
        return True

    async def enter(self, count: int) -> None:
        """Lead commands from the interim queue to those of so many partitions, without the switch."""
        await self._keep_partitioner(count)
        await self._on_a_channel(lambda channel: self._enter(channel, count))

    async def drop_interim(self) -> None:
        """Delete the interim queue."""
        queue = self.topology.partition(INTERIM)
        await self._on_a_channel(lambda channel: channel.queue_delete(queue))

    async def _put_switch(self, channel: AbstractChannel, count: int) -> None:
        await declare_queue(channel, self.topology.partition_queue(INTERIM))
        await self._declare_switch(channel)
        await self._bind(channel, count, self.topology.switch)
        await channel.exchange_bind(self.topology.switch, self.topology.commands, ALL)
        await self._unbind(channel, count, self.topology.commands)
        # As a worker of an earlier release with one partition may have bound it.
        await self._unbind(channel, 1, self.topology.commands)

    async def _leave_for_interim(self, channel: AbstractChannel, count: int) -> None:
        await declare_queue(channel, self.topology.partition_queue(INTERIM))
        await self._declare_switch(channel)
        await channel.queue_bind(self.topology.partition(INTERIM), self.topology.switch, WEIGHT)
        await channel.exchange_bind(self.topology.switch, self.topology.commands, ALL)
        await self._unbind(channel, count, self.topology.switch)

    async def _rebuild(
        self, channel: AbstractChannel, count: int, surplus: Iterable[int], missing: Iterable[int]
    ) -> None:
        for each in surplus:
            await channel.queue_delete(self.topology.partition(each))
        for each in missing:
            await declare_queue(channel, self.topology.partition_queue(each))
        # Made again, so that the order of its bindings, which decides where a cart goes, is that of the numbers.
        await channel.exchange_delete(self.topology.partitioner)
        if count > 1:
            await self._declare_partitioner(channel, count)

    async def _enter(self, channel: AbstractChannel, count: int) -> None:
        await self._declare_switch(channel)
        await self._bind(channel, count, self.topology.switch)
        await channel.queue_unbind(self.topology.partition(INTERIM), self.topology.switch, WEIGHT)
        await self._bind(channel, count, self.topology.commands)
        await channel.exchange_unbind(self.topology.switch, self.topology.commands, ALL)
        await channel.exchange_delete(self.topology.switch)

    async def _keep_partitioner(self, count: int) -> None:
        """Make the partitioner again if it is gone: while the number changes, nobody else does."""
        if count > 1 and await difference(self.open_channel, hashing_exchange(self.topology.partitioner)) is not None:
            await self._on_a_channel(lambda channel: self._declare_partitioner(channel, count))

    async def _declare_partitioner(self, channel: AbstractChannel, count: int) -> None:
        await declare_exchange(channel, hashing_exchange(self.topology.partitioner))
        for each in range(count):
            await channel.queue_bind(self.topology.partition(each), self.topology.partitioner, WEIGHT)

    async def _declare_switch(self, channel: AbstractChannel) -> None:
        await declare_exchange(channel, hashing_exchange(self.topology.switch))

    async def _bind(self, channel: AbstractChannel, count: int, source: str) -> None:
        key = self._key(source)
        if count > 1:
            await channel.exchange_bind(self.topology.partitioner, source, key)
        else:
            await channel.queue_bind(self.topology.partition(0), source, key)

    async def _unbind(self, channel: AbstractChannel, count: int, source: str) -> None:
        key = self._key(source)
        if count > 1:
            await channel.exchange_unbind(self.topology.partitioner, source, key)
        else:
            await channel.queue_unbind(self.topology.partition(0), source, key)

    def _key(self, source: str) -> str:
        return WEIGHT if source == self.topology.switch else ALL

    async def _waiting(self, partition: int) -> int | None:
        """How many commands wait in a queue; None if there is no such queue."""
        return await waiting(self.open_channel, self.topology.partition(partition))

    async def _on_a_channel(self, work: Callable[[AbstractChannel], Awaitable[object]]) -> None:
        channel = await self.open_channel()
        await work(channel)
        await channel.close()
