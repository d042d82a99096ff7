"""Keeps a worker consuming: watches over its session, and replaces it when it is lost.

We don't rely on a library to report a lost connection. It is lost when its socket or one of its channels closes, or
when the broker does not answer for a few seconds. Once a second the session makes the broker answer: it declares the
topology again, which also restores what somebody deleted, and checks that every queue has its consumer. More often it
looks whether the queues of quiet partitions still send.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime

import structlog
from aiormq.exceptions import ChannelClosed

from cartwright.cancelling import cancelled
from cartwright.endings import ending_alike
from storage.layout import Layout
from storage.records import Run
from workers.amqp import Broker
from workers.amqp.answering import LOST
from workers.broker.declaration import TopologyError, declare
from workers.broker.plan import Plan, loop_time
from workers.broker.session import Receivers, Session
from workers.broker.signs import Send

INSPECT_SECONDS = 1.0
LISTEN_SECONDS = 0.2
FIRST_PAUSE = 0.1
LAST_PAUSE = 1.0
POLL_SECONDS = 0.05

_log = structlog.get_logger(__name__)


class Sessions:
    """Keeps a session running, and replaces it when it is lost.

    `send` publishes over another connection; `receivers` take each delivery; `on_lost` is called when a session has
    ended: its unsettled deliveries come again.
    """

    def __init__(self, url: str, plan: Plan, send: Send, receivers: Receivers, on_lost: Callable[[], None]) -> None:
        self._url = url
        self._plan = plan
        self._send = send
        self._receivers = receivers
        self._on_lost = on_lost
        self._session: Session | None = None
        self._opening = False
        self._paused = False
        self.reconnects = 0
        """How often a lost session was replaced."""
        self._pauses = 0
        """How often reading was stopped."""

    async def start(self) -> None:
        """Open the first session, or leave it to `run` if the broker is lost meanwhile.

        Raises TopologyError or ChannelClosed if the broker refuses.
        """
        try:
            self._session = await self._open()
        except ChannelClosed:
            raise
        except LOST as error:
            self._not_opened(error)

    async def run(self) -> None:
        """Watch over the session, and replace it when it is lost, until cancelled."""
        while True:
            if self._session is None:
                self._session = await self._open_persistently()
                self.reconnects += 1
            session = self._session
            await self._watch(session)
            self._session = None
            if session.retired:
                await session.close()
            else:
                _log.warning("session_lost")
                await session.abandon()
            self._on_lost()

    @property
    def live(self) -> bool:
        """Whether there is a session that is not known to be lost."""
        return self._session is not None and not self._session.lost.is_set()

    @property
    def settled(self) -> bool:
        """Whether there is a session, and none of its queues is being left."""
        session = self._session
        return session is not None and self.live and not any(each.leaving for each in session.partitions.all)

    @property
    def owned(self) -> list[int]:
        """The partitions that are ours now."""
        return self._session.partitions.owned if self._session is not None else []

    @property
    def wanted(self) -> int:
        """How many partitions' queues there are to consume."""
        return len(self._plan.topology.consumed)

    @property
    def consumed(self) -> int:
        """How many partitions' queues the broker may serve us."""
        return sum(each.consumed for each in self._session.partitions.all) if self._session is not None else 0

    @property
    def paused(self) -> bool:
        """Whether reading is stopped for now."""
        return self._paused

    @property
    def unacknowledged(self) -> int:
        """Deliveries that are not finished, or wait until we own their partition."""
        return self._session.partitions.unacknowledged if self._session is not None else 0

    def lag(self) -> dict[int, int]:
        """Commands that are not finished, by partition: what its queue had when it was last asked, and what we hold."""
        session, name = self._session, self._plan.topology.partition
        if session is None:
            return {}
        return {
            each.number: session.messages(name(each.number)) + each.unacknowledged for each in session.partitions.all
        }

    async def waiting(self, queue: str) -> int | None:
        """How many messages of a queue wait to be delivered; None if that can't be told now."""
        session = self._session
        # While we are paused, no answer is read either.
        if session is None or not self.live or self._paused:
            return None
        try:
            return await session.waiting(queue)
        except LOST as error:
            _log.warning("queue_not_measured", queue=queue, error=repr(error))
            return None

    def pause(self) -> None:
        """Stop reading deliveries for now."""
        if not self._paused:
            self._paused = True
            self._pauses += 1
        if self._session is not None:
            self._session.broker.pause()

    def resume(self) -> None:
        """Read deliveries again."""
        self._paused = False
        if self._session is not None:
            self._session.broker.resume()

    async def balance(self, run: str, runs: Iterable[Run], at: datetime) -> None:
        """Hand over partitions that are another worker's share."""
        session = self._session
        # While we are paused, no answer is read either.
        if session is None or not self.live or self._paused:
            return
        try:
            await _during(session, session.partitions.balance(run, runs, at))
        except LOST as error:
            _log.warning("partition_not_handed_over", error=repr(error))
            session.lost.set()

    @property
    def standby(self) -> bool:
        """Whether other workers own all partitions, and each has its share."""
        return self.live and self._session is not None and self._session.partitions.standby

    @property
    def broker(self) -> Broker | None:
        """The connection of the session; none while it can't be asked anything."""
        return self._session.broker if self._session is not None and self.live and not self._paused else None

    async def change(self, layout: Layout) -> None:
        """Go by another layout; returns when nothing is consumed that is not to be consumed by it."""
        await self._plan.adopt(layout)
        wanted = self._plan.topology.consumed
        while True:
            session = self._session
            consuming = session is not None and session.partitions.numbers != wanted
            if not consuming and not self._opening:
                return
            if session is not None and consuming and not session.lost.is_set() and not self._paused:
                with suppress(*LOST):
                    await _during(session, session.retire())
            await asyncio.sleep(POLL_SECONDS)

    async def leave(self) -> None:
        """Leave every partition once its deliveries are settled; does nothing without a session."""
        if self._session is not None and self.live:
            with suppress(*LOST):
                await _during(self._session, self._session.leave())

    async def give_back(self) -> None:
        """End the session; what is not acknowledged comes again, to the next worker."""
        session, self._session = self._session, None
        if session is not None:
            await session.give_back()

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()

    async def _watch(self, session: Session) -> None:
        """Return when the session is lost."""
        inspected_at = loop_time()
        while not session.lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LISTEN_SECONDS):
                    await session.lost.wait()
            if self._paused or session.lost.is_set():
                continue
            pauses = self._pauses
            try:
                await session.listen()
                if loop_time() - inspected_at >= INSPECT_SECONDS:
                    await session.inspect(self._plan)
                    inspected_at = loop_time()
            except LOST as error:
                # A late answer may stand behind deliveries that we left unread for a while.
                if not isinstance(error, TimeoutError) or self._pauses == pauses:
                    _log.warning("session_without_answer", error=repr(error))
                    session.lost.set()

    async def _open_persistently(self) -> Session:
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._open()
            except (*LOST, TopologyError) as error:
                self._not_opened(error, retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LAST_PAUSE)

    def _not_opened(self, error: Exception, **details: float) -> None:
        """Some of it may have been open already, and have brought deliveries."""
        _log.warning("session_not_opened", error=repr(error), **details)
        self._on_lost()

    async def _open(self) -> Session:
        self._opening = True
        try:
            async with self._plan.held() as topology:
                await declare(self._url, topology)
            session = Session(self._url, self._plan.topology, self._send, self._receivers)
            await session.open()
        finally:
            self._opening = False
        if self._paused:
            session.broker.pause()
        return session


async def _during(session: Session, doing: Coroutine[None, None, None]) -> None:
    """Do something over a session's connection, as long as that lasts; raises AMQPError or OSError if it is lost.

    The libraries may let whoever waits on a lost connection wait for ever.
    """
    tasks = [asyncio.ensure_future(doing), asyncio.ensure_future(session.lost.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await cancelled(tasks)
    with ending_alike():
        tasks[0].result()
