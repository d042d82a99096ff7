"""One connection to the broker and everything that depends on it.

That is the consumers, the locks of our partitions, and the deliveries that are not settled yet. When the connection is
lost, the whole session is replaced (`workers/broker/sessions.py`); nothing of the old one is repaired.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from workers.amqp import ADAPTERS, Consumer, Delivery
from workers.amqp.answering import LOST, answering
from workers.broker.asking import waiting
from workers.broker.inspection import Inspection
from workers.broker.partitions import Partitions
from workers.broker.plan import Plan
from workers.broker.signs import Send
from workers.broker.topology import Topology

OPEN_SECONDS = 10.0
ANSWER_SECONDS = 5.0
DEAD_LETTERS = 50
"""Dead letters that are held at once: few, because commands come first."""
CHUNKS = 2
"""Chunks of jobs that a worker has at once: one is prepared while the other one is executed."""
NEVER = 10.0**9
"""Seconds until aio-pika would restore a connection itself; it must not, `Sessions` does."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """Callbacks for deliveries: commands of partitions, commands that a partition gave up, and chunks of jobs."""

    commands: Callable[[Delivery], None]
    dead_letters: Callable[[Delivery], None]
    chunks: Callable[[Delivery], None]


class Session:
    """One connection and what depends on it. `lost` is set once it is unusable."""

    def __init__(self, url: str, topology: Topology, send: Send, receivers: Receivers) -> None:
        self.lost = asyncio.Event()
        self.retired = False
        """Whether it ends because the layout of partitions is another one."""
        adapter = ADAPTERS[topology.settings.amqp_adapter]
        self.broker = adapter.broker(url, self.lost.set, reconnect_after=NEVER)
        self.partitions = Partitions(topology, self.broker, send, receivers.commands, self.lost.set)
        lost = self.lost.set
        self._dead_letters = self.broker.consumer(
            topology.dead, receivers.dead_letters, prefetch=DEAD_LETTERS, on_lost=lost
        )
        self._beside = {topology.dead: self._dead_letters}
        """All consumers but those of partitions, by the names of their queues."""
        for queue in topology.batch_queues():
            self._beside[queue.name] = self.broker.consumer(queue.name, receivers.chunks, prefetch=CHUNKS, on_lost=lost)
        self._inspection = Inspection()

    async def open(self) -> None:
        """Connect and begin to consume; raises AMQPError or OSError, and then nothing is left open."""
        try:
            async with answering(OPEN_SECONDS):
                await self.broker.start()
        except BaseException:
            await self.abandon()
            raise

    def messages(self, queue: str) -> int:
        """How many messages waited in a queue when the broker was last asked."""
        return self._inspection.messages.get(queue, 0)

    async def inspect(self, plan: Plan) -> None:
        """Make the broker answer, and restore what is missing; raises AMQPError or OSError if that fails."""
        async with answering(ANSWER_SECONDS) as answered:
            async with plan.held() as topology:
                async for name in self._inspection.round(
                    self.broker.open_channel, topology, plan.is_fresh, self._not_consumed()
                ):
                    answered()
                    await self._keep_consuming(name)
            await self.partitions.keep_locks(answered)

    async def listen(self) -> None:
        """Check that the queues of our partitions still send; raises AMQPError or OSError if one does not."""
        async with answering(ANSWER_SECONDS) as answered:
            await self.partitions.keep_hearing(answered)

    def _not_consumed(self) -> list[str]:
        """The names of the queues that we don't consume, though we should."""
        beside = [name for name, consumer in self._beside.items() if not consumer.consuming]
        return [*beside, *self.partitions.not_consumed()]

    async def _keep_consuming(self, name: str) -> None:
        """Consume a queue again that is there, if the broker has cancelled us, as it does when the queue is deleted."""
        consumer = self._beside.get(name)
        if consumer is None:
            self.partitions.keep_consuming(name)
        elif not consumer.consuming:
            await consumer.renew()

    async def waiting(self, queue: str) -> int | None:
        """How many messages of a queue wait to be delivered; None if it is missing. Raises AMQPError or OSError."""
        async with answering(ANSWER_SECONDS):
            return await waiting(self.broker.open_channel, queue)

    async def leave(self) -> None:
        """Stop receiving, and leave every partition once its deliveries are settled, all at the same time."""
        await asyncio.gather(*map(_end, self._beside.values()), self.partitions.leave())

    async def retire(self) -> None:
        """Leave every partition once its deliveries are settled, and be replaced. Chunks come again."""
        self.retired = True
        try:
            await asyncio.gather(_end(self._dead_letters), self.partitions.leave())
        finally:
            self.lost.set()

    async def close(self) -> None:
        """Close the connection, properly if the broker answers."""
        with suppress(*LOST, ExceptionGroup):
            async with answering(ANSWER_SECONDS):
                await self.broker.stop()
        await self.abandon()

    async def give_back(self) -> None:
        """End in a way that puts everything unacknowledged back into its queue at once, and in order.

        If the consumers were cancelled first, the broker would serve the next worker newer commands before.
        """
        with suppress(*LOST):
            async with answering(ANSWER_SECONDS):
                # When the broker answers, it has read the acknowledgements that we wrote before.
                channel = await self.broker.open_channel()
                await channel.close()
        await self.abandon()

    async def abandon(self) -> None:
        """End everything at once, whether the broker answers or not."""
        self.partitions.close()
        await self.broker.abandon()


async def _end(consumer: Consumer) -> None:
    """Stop receiving, and wait until everything that was delivered is acknowledged."""
    await consumer.cancel()
    await consumer.drained()
