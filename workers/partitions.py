"""Partitions: who works on which. All workers stand in line for all queues; the broker serves one of them at a time.

A queue changes hands while its former owner still works on what it was sent. So that the order of a cart's commands
holds, the new owner waits for the partition's lock, which the former one gives up when it has settled everything.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from cartwright.storage.records import Run
from cartwright.workers.amqp import CartBroker, Delivery
from cartwright.workers.amqp.locks import Locks
from cartwright.workers.topology import Topology, queue_of

ALIVE = timedelta(seconds=3)
DRAIN_POLL_SECONDS = 0.02
RETURN_SECONDS = 1.0
"""How long a partition stays locked after its queue was left: what the broker takes back must reach the next owner."""

_log = structlog.get_logger(__name__)


class Partition:
    """One queue of commands: holds deliveries back until the partition is ours."""

    def __init__(
        self, number: int, topology: Topology, broker: CartBroker, locks: Locks, receive: Callable[[Delivery], None]
    ) -> None:
        self.number = number
        self.owned = False
        self._lock_name = topology.owner(number)
        self._locks = locks
        self._receive = receive
        self._held: deque[Delivery] = deque()
        self._acquiring: asyncio.Task[None] | None = None
        queue = queue_of(topology.partition_queue(number))
        prefetch = topology.settings.prefetch
        self._consumer = broker.consumer(queue, self._on_delivery, prefetch=prefetch, on_lost=self._on_lost)

    @property
    def consuming(self) -> bool:
        """Whether the broker has us in line for this queue."""
        return self._consumer.consuming

    async def hand_over(self) -> None:
        """Let the next in line have the queue, once all we were sent is settled; then stand in line again."""
        await self.leave()
        await self._consumer.resume()
        _log.info("partition_handed_over", partition=self.number)

    async def leave(self) -> None:
        """Stop receiving, wait until everything received is settled, and give up the lock."""
        await self._consumer.cancel()
        while not self._consumer.idle:  # noqa: ASYNC110 (happens once in a while, and takes milliseconds)
            await asyncio.sleep(DRAIN_POLL_SECONDS)
        if self._acquiring is not None:
            await self._acquiring
        if self.owned:
            await asyncio.sleep(RETURN_SECONDS)
            self.owned = False
            await self._locks.release(self._lock_name)

    def _on_delivery(self, delivery: Delivery) -> None:
        if self.owned:
            self._receive(delivery)
            return
        self._held.append(delivery)
        if self._acquiring is None:
            self._acquiring = asyncio.create_task(self._acquire())

    def _on_lost(self) -> None:
        # Whoever is served next gets everything that we had not settled, in order: it need not wait for us.
        self._held.clear()
        if self.owned:
            self.owned = False
            self._acquiring = asyncio.create_task(self._release())

    async def _acquire(self) -> None:
        await self._locks.acquire(self._lock_name)
        if not self._held:
            # The queue was taken from us while we waited; its new owner waits for the lock.
            await self._release()
            return
        self._acquiring = None
        self.owned = True
        # What the broker had picked for the former owner comes back behind what it sent us first, but is older.
        self._held = deque(sorted(self._held, key=lambda delivery: not delivery.redelivered))
        _log.info("partition_acquired", partition=self.number)
        while self._held:
            self._receive(self._held.popleft())

    async def _release(self) -> None:
        await self._locks.release(self._lock_name)
        self._acquiring = None
        if self._held:
            self._acquiring = asyncio.create_task(self._acquire())


class Partitions:
    """All partitions of a worker, and its fair share of them."""

    def __init__(
        self, topology: Topology, broker: CartBroker, locks: Locks, receive: Callable[[Delivery], None]
    ) -> None:
        count = topology.settings.partitions
        self.all: Sequence[Partition] = [Partition(each, topology, broker, locks, receive) for each in range(count)]
        self._locks = locks

    @property
    def owned(self) -> list[int]:
        """The partitions that are ours now."""
        return [each.number for each in self.all if each.owned]

    async def balance(self, run: str, runs: Iterable[Run], at: datetime) -> None:
        """Hand over what is ours and another live worker's share; every worker finds the same shares."""
        live = sorted({each.id for each in runs if not each.closed and each.seen_at > at - ALIVE} | {run})
        for partition in self.all:
            if partition.owned and live[partition.number % len(live)] != run:
                await partition.hand_over()

    async def leave(self) -> None:
        """Give everything up."""
        await asyncio.gather(*(partition.leave() for partition in self.all))
        await self._locks.close()
