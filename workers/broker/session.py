"""Consuming, as long as the worker lives.

A session is one connection to the broker and everything that hangs on it: the consumers, the locks of the partitions
that are ours, and the deliveries that were not settled yet. When the connection is lost, the session ends as a whole
and a new one begins; nothing of the old one is repaired.

Nobody asks a library whether a connection is lost. It is lost when its socket ends, when one of its channels does, or
when the broker does not answer for a few seconds. Once a second the session makes the broker answer: it declares the
topology again, which also brings back what somebody deleted, and sees that every queue has its consumer.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from storage.records import Run
from workers.amqp import ADAPTERS, Delivery
from workers.amqp.answering import LOST, answering
from workers.broker.declaration import Inspection, TopologyError, declare
from workers.broker.partitions import Partitions
from workers.broker.topology import Topology, queue_of

OPEN_SECONDS = 10.0
INSPECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
FIRST_PAUSE = 0.1
LAST_PAUSE = 1.0
DEAD_LETTERS = 50
"""Dead letters that are held at once: they wait for nobody's sake, and commands come first."""
NEVER = 10.0**9
"""Seconds until aio-pika would restore a connection by itself; that is done here."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Receivers:
    """What takes deliveries: of the partitions' commands, and of commands that a partition gave up."""

    commands: Callable[[Delivery], None]
    dead_letters: Callable[[Delivery], None]


class Session:
    """One connection and what hangs on it. `lost` is set once it is of no use any more."""

    def __init__(self, url: str, topology: Topology, receivers: Receivers) -> None:
        self.lost = asyncio.Event()
        adapter = ADAPTERS[topology.settings.amqp_adapter]
        self.broker = adapter.broker(url, self.lost.set, reconnect_after=NEVER)
        self.partitions = Partitions(topology, self.broker, receivers.commands, self.lost.set)
        dead = queue_of(topology.dead_queue())
        self._dead_letters = self.broker.consumer(
            dead, receivers.dead_letters, prefetch=DEAD_LETTERS, on_lost=self.lost.set
        )
        self._inspection = Inspection(topology)

    async def open(self) -> None:
        """Connect and begin to consume; raises AMQPError or OSError, and then nothing is left open."""
        try:
            async with answering(OPEN_SECONDS):
                await self.broker.start()
        except BaseException:
            await self.abandon()
            raise

    async def inspect(self) -> None:
        """Make the broker answer, and put right what is missing; raises AMQPError or OSError if it can't be."""
        async with answering(ANSWER_SECONDS):
            await self._inspection.round(self.broker.open_channel)
            await self.partitions.check()
            if not self._dead_letters.consuming:
                await self._dead_letters.renew()

    async def leave(self) -> None:
        """Stop receiving, and give every partition up once what it sent us is settled."""
        await self._dead_letters.cancel()
        await self._dead_letters.drained()
        await self.partitions.leave()

    async def close(self) -> None:
        """Say goodbye to the broker, if it listens."""
        with suppress(*LOST, ExceptionGroup):
            async with answering(ANSWER_SECONDS):
                await self.broker.stop()
        await self.abandon()

    async def abandon(self) -> None:
        """End everything at once, whether the broker listens or not."""
        self.partitions.close()
        await self.broker.abandon()


class Sessions:
    """Keeps a session at work, and replaces it when it is lost.

    `receivers` take each delivery; `on_lost` is called when a session has ended: what it had delivered and was not
    settled comes again.
    """

    def __init__(self, url: str, topology: Topology, receivers: Receivers, on_lost: Callable[[], None]) -> None:
        self._url = url
        self._topology = topology
        self._receivers = receivers
        self._on_lost = on_lost
        self._session: Session | None = None
        self._paused = False

    async def start(self) -> None:
        """Open the first session; raises TopologyError, AMQPError or OSError."""
        self._session = await self._open()

    async def run(self) -> None:
        """Watch over the session, and replace it when it is lost, until cancelled."""
        while True:
            if self._session is None:
                self._session = await self._open_persistently()
            session = self._session
            await self._watch(session)
            _log.warning("session_lost")
            self._session = None
            await session.abandon()
            self._on_lost()

    @property
    def live(self) -> bool:
        """Whether there is a session that we know no harm of."""
        return self._session is not None and not self._session.lost.is_set()

    @property
    def owned(self) -> list[int]:
        """The partitions that are ours now."""
        return self._session.partitions.owned if self._session is not None else []

    @property
    def unacknowledged(self) -> int:
        """Deliveries that are not finished, or wait for their partition to be ours."""
        return self._session.partitions.unacknowledged if self._session is not None else 0

    def pause(self) -> None:
        """Take no more deliveries off the connection for now."""
        self._paused = True
        if self._session is not None:
            self._session.broker.pause()

    def resume(self) -> None:
        """Take deliveries again."""
        self._paused = False
        if self._session is not None:
            self._session.broker.resume()

    async def balance(self, run: str, runs: Iterable[Run], at: datetime) -> None:
        """Hand over what is another worker's share."""
        session = self._session
        # While nothing is read, no answer is read either.
        if session is None or not self.live or self._paused:
            return
        try:
            await session.partitions.balance(run, runs, at)
        except (*LOST, RuntimeError) as error:
            _log.warning("partition_not_handed_over", error=repr(error))
            session.lost.set()

    async def leave(self) -> None:
        """Give every partition up, once what it sent us is settled; nothing to do without a session."""
        if self._session is not None and self.live:
            with suppress(*LOST, RuntimeError):
                await self._session.leave()

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()

    async def _watch(self, session: Session) -> None:
        """Return when the session is lost."""
        while not session.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(INSPECT_SECONDS):
                    await session.lost.wait()
            if self._paused or session.lost.is_set():
                continue
            try:
                await session.inspect()
            except LOST as error:
                if not self._paused:
                    _log.warning("session_without_answer", error=repr(error))
                    session.lost.set()

    async def _open_persistently(self) -> Session:
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._open()
            except (*LOST, TopologyError) as error:
                _log.warning("session_not_opened", error=repr(error), retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LAST_PAUSE)

    async def _open(self) -> Session:
        await declare(self._url, self._topology)
        session = Session(self._url, self._topology, self._receivers)
        await session.open()
        if self._paused:
            session.broker.pause()
        return session
