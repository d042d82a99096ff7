"""The parking queue from an operator's side: look at what is parked, send it again, drop it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelClosed, ChannelNotFoundEntity

from cartwright.client.connection import BROKEN, connect
from cartwright.client.dialects import DialectReply
from cartwright.client.errors import ClientError, MissingTopology, ParkingBusy, RefusedError, Unreachable
from cartwright.client.messages import read_reply
from cartwright.client.parked import ParkedMessage, Wanted, read_parked
from cartwright.client.replay import Replay
from cartwright.endings import ending_alike
from cartwright.wire.refused import CommandRefused
from cartwright.wire.replies import Reply

AT_ONCE = 65_535
"""The most messages that a channel may hold."""
_SILENCE_SECONDS = 2.0
_SILENCES = 5
_AGAIN_SECONDS = 0.1
_DOUBT_SECONDS = 0.3
_RETURN_SECONDS = 10.0
_ANSWER_SECONDS = 30.0

Ask = Callable[[aio_pika.Message, str, float], Awaitable[AbstractIncomingMessage]]
"""Sends a command under a routing key, and returns its reply within so many seconds."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a replay: the message id under which it was sent, and the reply.

    `parked`: it is still parked, because it was refused or was a dry run.
    """

    message_id: str
    reply: Reply | CommandRefused | DialectReply
    parked: bool

    @property
    def outcome(self) -> str:
        """The status of the reply, or `refused`."""
        if isinstance(self.reply, CommandRefused) or (isinstance(self.reply, DialectReply) and self.reply.refused):
            return "refused"
        return str(self.reply.status)

    @property
    def refused(self) -> bool:
        """Whether it was refused once more."""
        return self.outcome == "refused"


class Parking:
    """A visit to the parking queue; `async with` it.

    Entering takes hold of every message that is parked, unacknowledged. They stay the broker's: however the visit ends,
    what was neither replayed nor dropped goes back to its place. One visit at a time: whoever comes second waits.

    `messages` are those that are wanted, oldest first. `seen` is how many there are in all. `missing` counts those that
    were announced and did not come: something else took them, or a client of this language can't read them.
    """

    def __init__(self, url: str, prefix: str, ask: Ask, wanted: Wanted, *, bodies: bool, patience: float) -> None:
        self.messages: list[ParkedMessage] = []
        self.seen = 0
        self.missing = 0
        self._url = url
        self._prefix = prefix
        self._queue = f"{prefix}.parking"
        self._ask = ask
        self._wanted = wanted
        self._bodies = bodies
        self._patience = patience
        self._held: dict[str, tuple[Any, int]] = {}
        self._channels: list[AbstractChannel] = []
        self._arrived = asyncio.Event()
        self._lost = False

    async def __aenter__(self) -> Self:
        """Raises `Unreachable`, `MissingTopology`, or `ParkingBusy` if another visit lasts too long."""
        self._connection: AbstractConnection = await connect(self._url)
        try:
            async with self._answering():
                async with asyncio.timeout(self._patience + _ANSWER_SECONDS):
                    await self._lock()
                await self._look()
        except BaseException:
            await self._disconnect()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ClientError):
            async with self._answering(), asyncio.timeout(_ANSWER_SECONDS):
                await self._give_back()
        await self._disconnect()

    async def replay(self, message: ParkedMessage, how: Replay | None = None, *, within: float = 30.0) -> Replayed:
        """Send a message again and wait so many seconds for the reply; it stays parked unless it has taken effect.

        Raises `NotReplayable`, or what `CartClient.call` raises but for refusals. If that happens, or the program ends
        in between, it is still parked: the same replay once more is answered `duplicate` if it had taken effect.
        """
        self._check(message)
        how = how or Replay()
        sent, routing_key = how.message(message, within)
        answer = await self._ask(sent, routing_key, within)
        reply = _read(answer) if message.dialect is None else DialectReply.of(answer)
        replayed = Replayed(str(sent.message_id), reply, parked=True)
        # What was edited into a dry run has done nothing either.
        if replayed.refused or how.dry_run or (how.body is not None and replayed.outcome == "dry-run"):
            return replayed
        await self.drop([message])
        return replace(replayed, parked=False)

    async def drop(self, messages: Iterable[ParkedMessage]) -> None:
        """Delete parked messages for good; raises `Unreachable` if it is not certain that all are deleted."""
        dropped = [*messages]
        for each in dropped:
            self._check(each)
        async with self._answering(), asyncio.timeout(_ANSWER_SECONDS):
            for each in dropped:
                channel, tag = self._held.pop(each.id)
                await channel.basic_ack(tag)
            for opened in self._channels:
                # When it answers, it has read the acknowledgements.
                await opened.declare_queue(self._queue, passive=True)

    def _check(self, message: ParkedMessage) -> None:
        if message.id not in self._held:
            raise ValueError(f"{message.id} is not held by this visit")

    async def _lock(self) -> None:
        """An exclusive queue is the lock: it ends with the connection, whatever becomes of us."""
        end = asyncio.get_running_loop().time() + self._patience
        while True:
            channel = await self._connection.channel(publisher_confirms=False)
            try:
                await channel.declare_queue(f"{self._queue}.visit", exclusive=True)
            except ChannelClosed as error:
                if "RESOURCE_LOCKED" not in str(error):
                    raise
                if asyncio.get_running_loop().time() >= end:
                    raise ParkingBusy(f"somebody else is at {self._queue}; try again") from None
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _look(self) -> None:
        full = True
        while full:
            async with asyncio.timeout(_ANSWER_SECONDS):
                channel = await self._connection.channel(publisher_confirms=False)
                channel.close_callbacks.add(self._ended)
                self._channels.append(channel)
                await channel.set_qos(prefetch_count=AT_ONCE)
                queue, waiting = await self._counted(channel)
                seen = self.seen
                tag = await queue.consume(self._take)
            full = waiting > AT_ONCE
            await self._expect(seen + min(waiting, AT_ONCE), channel)
            # What comes from now on is for the next visit.
            await queue.cancel(tag, timeout=_ANSWER_SECONDS)

    async def _counted(self, channel: AbstractChannel) -> tuple[AbstractQueue, int]:
        """The queue, and how many messages wait in it.

        A broker that is busy says none where it does not know (`rabbit_quorum_queue:stat`): that must be said twice.
        """
        queue = await channel.declare_queue(self._queue, passive=True)
        if not queue.declaration_result.message_count:
            await asyncio.sleep(_DOUBT_SECONDS)
            queue = await channel.declare_queue(self._queue, passive=True)
        return queue, queue.declaration_result.message_count or 0

    async def _expect(self, messages: int, channel: AbstractChannel) -> None:
        silences = 0
        while self.seen < messages:
            self._arrived.clear()
            if self._lost:
                raise Unreachable("the connection ended while parked messages were read; they stay parked")
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                _, waiting = await self._counted(channel)
                silences += 1
                if silences == _SILENCES:
                    raise Unreachable("the broker does not deliver what is parked; try again") from None
                if not waiting:
                    self.missing += messages - self.seen
                    return

    async def _take(self, delivery: AbstractIncomingMessage) -> None:
        self.seen += 1
        self._arrived.set()
        message = read_parked(delivery, self._prefix)
        if message.id in self._held:
            message = replace(message, id=f"{message.id}-{self.seen}")
        self._held[message.id] = (delivery.channel, delivery.delivery_tag or 0)
        limit = self._wanted.limit
        if message in self._wanted and (limit is None or len(self.messages) < limit):
            self.messages.append(message if self._bodies else replace(message, body=b""))

    def _ended(self, *_reason: object) -> None:
        self._lost = True
        self._arrived.set()

    async def _give_back(self) -> None:
        """Return what is held, and stay until the broker has it back, so that the next visit sees it all."""
        for channel in self._channels:
            await channel.close()
        channel = await self._connection.channel(publisher_confirms=False)
        end = asyncio.get_running_loop().time() + _RETURN_SECONDS
        while asyncio.get_running_loop().time() < end:
            queue = await channel.declare_queue(self._queue, passive=True)
            if (queue.declaration_result.message_count or 0) >= len(self._held):
                return
            await asyncio.sleep(_AGAIN_SECONDS / 10)

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        """Make calls to the broker. A connection that ends is `Unreachable`, however the driver puts it."""
        try:
            with ending_alike():
                yield
        except ChannelNotFoundEntity as error:
            raise MissingTopology(f"there is no queue {self._queue}: wrong prefix, or no worker has run yet") from error
        except ChannelClosed as error:
            raise ClientError(f"the broker does not let us look at {self._queue}: {error}") from error
        except BROKEN as error:
            raise Unreachable(f"the connection to the broker ended: {error!r}") from error

    async def _disconnect(self) -> None:
        with suppress(*BROKEN):
            await self._connection.close()


def _read(answer: AbstractIncomingMessage) -> Reply | CommandRefused:
    try:
        return read_reply(answer.body)
    except RefusedError as refused:
        return refused.reply
