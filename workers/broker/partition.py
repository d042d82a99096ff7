"""One partition: a queue of commands, and the lock that says whose it is.

A queue changes hands while its former owner still works on deliveries. To keep the order of a cart's commands, the new
owner waits for the partition's lock, which the former owner releases once it has settled everything.
"""

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from workers.amqp import Broker, Delivery
from workers.amqp.answering import LOST
from workers.broker.asking import counts
from workers.broker.locks import Locks
from workers.broker.plan import loop_time
from workers.broker.signs import Send, SignsOfLife, is_sign, quiet_seconds
from workers.broker.topology import Topology

RETURN_SECONDS = 1.0
"""How long a partition stays locked after its queue was left: what the broker requeues must reach the next owner."""
KNOWN_SECONDS = 0.2
"""A count of consumers that took longer may be a broker's that does not know."""
ANSWERS_TO_RETURN = 20
"""At least so many times as long as the broker takes to answer."""

_log = structlog.get_logger(__name__)


class Partition:
    """One queue of commands: holds deliveries back until the partition is ours.

    `on_lost` is called when the channel is gone, or the broker stops answering about locks. `send` publishes over
    another connection.
    """

    def __init__(
        self,
        number: int,
        topology: Topology,
        broker: Broker,
        send: Send,
        receive: Callable[[Delivery], None],
        on_lost: Callable[[], None],
    ) -> None:
        self.number = number
        self.owned = False
        self._lock_name = topology.owner(number)
        self.queue_name = topology.partition(number)
        self._open_channel = broker.open_channel
        self._locks = Locks(broker.open_channel)
        self._signs = SignsOfLife(self.queue_name, send, loop_time, quiet_seconds(len(topology.consumed)))
        self._locking = asyncio.Lock()
        """Held while the broker's lock is checked or released: a check must not take back what is being released."""
        self._moving = asyncio.Lock()
        """Held while we leave the queue or come back to it: a stop waits until a hand-over is done."""
        self._receive = receive
        self._on_lost = on_lost
        self._held: deque[Delivery] = deque()
        self._acquiring: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._leaving = False
        self._left = False
        self._prefetch = topology.settings.prefetch
        self._consumer = broker.consumer(self.queue_name, self._on_delivery, prefetch=self._prefetch, on_lost=on_lost)

    @property
    def unacknowledged(self) -> int:
        """Deliveries that are not finished, or wait until we own the partition."""
        return self._consumer.unacknowledged

    @property
    def consumed(self) -> bool:
        """Whether the broker may serve us its queue, or will again soon."""
        return self._leaving or self._consumer.consuming

    @property
    def leaving(self) -> bool:
        """Whether the queue is being left: the broker may serve another worker already."""
        return self._leaving

    async def keep_lock(self) -> None:
        """Check that we still hold the lock, if we own the partition; raises AMQPError or OSError if not."""
        async with self._locking:
            if self.owned and not await self._locks.held(self._lock_name):
                raise ConnectionResetError(f"somebody else holds {self._lock_name}")

    async def keep_hearing(self) -> None:
        """Check that its queue still sends us what it has; raises AMQPError or OSError if not."""
        if self._silent():
            # A busy worker may be late to read. When the broker answers, what it sent before has been read.
            await self.keep_lock()
            if self._silent():
                raise ConnectionResetError(f"{self.queue_name} sends nothing")

    def _silent(self) -> bool:
        """Whether the queue is ours, may send more, and should have sent something by now."""
        ours = self.owned and self._consumer.consuming and not self._leaving
        return ours and self.unacknowledged < self._prefetch and self._signs.overdue()

    @property
    def cancelled(self) -> bool:
        """Whether the broker has cancelled us, as it does when the queue is deleted."""
        return not self._consumer.consuming and not self._leaving

    def renew(self) -> None:
        """Consume again after the broker has cancelled us, now that the queue is there again."""
        self._leaving = True
        self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        # Deliveries from the deleted queue do not come again, so we finish them. Then the lock is released first,
        # because the broker may serve another worker now.
        try:
            async with self._moving:
                await self._settled()
                await self._release()
                await self._consumer.renew()
                self._leaving = False
        except (*LOST, RuntimeError) as error:
            _log.warning("partition_not_renewed", partition=self.number, error=repr(error))
            self._on_lost()
            return
        _log.warning("partition_renewed", partition=self.number)

    async def hand_over(self) -> None:
        """Give the queue to the next worker once all deliveries are settled; then wait for it again.

        Does nothing for a partition that is not ours, or was left meanwhile.
        """
        async with self._moving:
            if not self.owned:
                return
            await self._leave(coming_back=True)
            await self._consumer.resume()
            self._leaving = False
        _log.info("partition_handed_over", partition=self.number)

    async def leave(self) -> None:
        """Stop receiving, wait until everything received is settled, and give up the lock."""
        async with self._moving:
            if not self._left:
                await self._leave(coming_back=False)
                self._left = True

    async def _leave(self, *, coming_back: bool) -> None:
        self._leaving = True
        await self._signs.arrived()
        await self._consumer.cancel()
        await self._settled()
        began = loop_time()
        next_is_served = await self._next_is_served()
        # What the broker requeues must be there before anybody is sent newer commands, we ourselves among them. If it
        # takes long to answer, it takes long for that too.
        if self.owned and (coming_back or next_is_served):
            await asyncio.sleep(max(RETURN_SECONDS, ANSWERS_TO_RETURN * (loop_time() - began)))
        await self._release()

    async def _settled(self) -> None:
        """Wait until everything received is settled."""
        await self._consumer.drained()
        if self._acquiring is not None:
            await self._acquiring

    async def _next_is_served(self) -> bool:
        """Whether the broker may serve another worker by now: then what it requeues may come too late.

        A broker that is too busy to know says none (`is_empty`), after a quarter of a second.
        """
        began = loop_time()
        found = await counts(self._open_channel, self.queue_name)
        return found is not None and (found.consumers > 0 or loop_time() - began >= KNOWN_SECONDS)

    async def _release(self) -> None:
        async with self._locking:
            if self.owned:
                self.owned = False
                await self._locks.release(self._lock_name)

    def close(self) -> None:
        """Forget what was held, and stop waiting for the lock: the connection is gone."""
        self.owned = False
        self._held.clear()
        for task in (self._acquiring, self._renewing):
            if task is not None:
                task.cancel()

    def _on_delivery(self, delivery: Delivery) -> None:
        self._signs.heard()
        if is_sign(delivery):
            delivery.link.acknowledge([delivery.delivery_tag])
            return
        if self.owned:
            self._receive(delivery)
            return
        self._held.append(delivery)
        if self._acquiring is None:
            self._acquiring = asyncio.create_task(self._acquire())

    async def _acquire(self) -> None:
        try:
            await self._locks.acquire(self._lock_name)
        except LOST as error:
            _log.warning("partition_not_acquired", partition=self.number, error=repr(error))
            self._on_lost()
            return
        self._acquiring = None
        self.owned = True
        # Deliveries requeued from the former owner come after the first ones sent to us, but are older.
        self._held = deque(sorted(self._held, key=lambda delivery: not delivery.redelivered))
        _log.info("partition_acquired", partition=self.number)
        while self._held:
            self._receive(self._held.popleft())
