"""Partitions: which worker owns which. All workers consume all queues; the broker serves one of them per queue.

All of this belongs to one connection, and ends with it: see `session`. How one of them changes hands: `partition`.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import cycle, islice

from storage.records import ALIVE, Run
from workers.amqp import Broker, Delivery
from workers.broker.partition import Partition
from workers.broker.shares import to_hand_over
from workers.broker.signs import Send
from workers.broker.topology import Topology

AT_ONCE = 16


class Partitions:
    """All partitions of a session, and its fair share of them."""

    def __init__(
        self,
        topology: Topology,
        broker: Broker,
        send: Send,
        receive: Callable[[Delivery], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.numbers = topology.consumed
        self.all: Sequence[Partition] = [
            Partition(each, topology, broker, send, receive, on_lost) for each in self.numbers
        ]
        self._turn = cycle(self.all)
        self.standby = False
        """Whether other workers own all partitions, and each has its share."""

    @property
    def owned(self) -> list[int]:
        """The partitions that are ours now."""
        return [each.number for each in self.all if each.owned]

    @property
    def unacknowledged(self) -> int:
        """Deliveries that are not finished, or wait until we own their partition."""
        return sum(each.unacknowledged for each in self.all)

    async def balance(self, run: str, runs: Iterable[Run], at: datetime) -> None:
        """Hand over what is more than our share of the partitions."""
        live = [each for each in runs if each.lives(at - ALIVE) and each.id != run]
        others = {each.id: len(set(each.partitions) & set(self.numbers)) for each in live}
        owned = [each for each in self.all if each.owned]
        self.standby = not owned and 0 < len(self.all) <= min(len(others), sum(others.values()))
        for partition in owned[len(owned) - to_hand_over(run, len(owned), others, len(self.all)) :]:
            await partition.hand_over()

    def not_consumed(self) -> list[str]:
        """The names of the queues that the broker has cancelled."""
        return [each.queue_name for each in self.all if each.cancelled]

    def keep_consuming(self, queue_name: str) -> None:
        """Consume a queue again that is there, if it is a partition's and the broker has cancelled it."""
        for partition in self.all:
            if partition.cancelled and partition.queue_name == queue_name:
                partition.renew()

    async def keep_locks(self, answered: Callable[[], None]) -> None:
        """Check of a few partitions, in turn, that they are ours; raises AMQPError or OSError if one is not.

        `answered` is called for each answer of the broker.
        """
        for partition in islice(self._turn, min(AT_ONCE, len(self.all))):
            await partition.keep_lock()
            answered()

    async def keep_hearing(self, answered: Callable[[], None]) -> None:
        """Check that the queues of those that are ours still send; raises AMQPError or OSError if one does not."""
        for partition in self.all:
            await partition.keep_hearing()
            answered()

    async def leave(self) -> None:
        """Leave all partitions."""
        await asyncio.gather(*(partition.leave() for partition in self.all))

    def close(self) -> None:
        """Forget everything that belonged to the connection."""
        for partition in self.all:
            partition.close()
