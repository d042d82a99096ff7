"""Publishing with confirms: many messages in one socket write, none lost and none overtaken by reconnects."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial

import structlog
from aiormq.exceptions import AMQPError

from cartwright.workers.amqp.confirms import CHANNEL, ConfirmChannel
from cartwright.workers.amqp.encoding import publish_frames
from cartwright.workers.amqp.messages import Outcome, Outgoing
from cartwright.workers.amqp.window import Batch, Entry, Window

_MAX_ATTEMPTS = 3
_WRITE_BYTES = 2**19
_OPEN_SECONDS = 15.0
_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 5.0
# aiormq says RuntimeError when a connection ends while a channel is being opened on it.
_OPENING_ERRORS = (AMQPError, OSError, RuntimeError)

_log = structlog.get_logger(__name__)


class PublishTimeout(TimeoutError):  # noqa: N818 - it says what happened, not whose fault it was
    """Not every message was confirmed in time. Whether the broker has the others is not known."""


class PublisherClosed(ConnectionError):  # noqa: N818 - it says what happened, not whose fault it was
    """The publisher was closed, or never connected."""


class PublisherFull(RuntimeError):  # noqa: N818 - it says what happened, not whose fault it was
    """More messages wait for their confirms than the publisher may hold; await ``room`` before sending."""


class Publisher:
    """Publishes persistent messages over a connection of its own and tells what became of each.

    At least once, in the order of the ``send`` calls, across reconnects too; only a message that the broker
    refused and that is tried again comes later. ``timeout`` counts seconds from ``send`` to the last confirm,
    ``capacity`` messages not yet confirmed, of which ``in_flight`` at most are on the wire.
    """

    def __init__(self, url: str, *, timeout: float = 30.0, capacity: int = 20_000, in_flight: int = 5_000) -> None:
        self._url = url
        self._timeout = timeout
        self._capacity = capacity
        self._in_flight = in_flight
        self._window = Window()
        self._batches: deque[Batch] = deque()
        self._channel: ConfirmChannel | None = None
        self._frame_max = 0
        self._flushing = False
        self._open = False
        self._progress: asyncio.Future[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._lost_channels: asyncio.Queue[ConfirmChannel] = asyncio.Queue()
        self._keeper: asyncio.Task[None] | None = None
        self._retry_delay = 0.0
        self._confirmed_at = 0.0

    async def connect(self) -> None:
        """Open the connection; from then on it is kept open. Raises AMQPError or OSError if it can't be."""
        self._loop = asyncio.get_running_loop()
        self._use(await self._open_channel())
        self._open = True
        self._keeper = asyncio.create_task(self._keep_connected(), name="publisher-connection")

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        return self._channel is not None

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        """Queue messages for writing, in order, and return a future of their outcomes, in the same order.

        What is sent within one turn of the event loop leaves in one write. The future raises PublishTimeout or
        PublisherClosed. Raises at once, with nothing queued: PublisherClosed, PublisherFull, and ValueError for
        a message that AMQP cannot carry.
        """
        if not self._open:
            raise PublisherClosed("the publisher is not connected")
        if len(self._window) + len(messages) > self._capacity:
            raise PublisherFull(f"{len(self._window)} messages are waiting for their confirms already")
        batch = Batch(len(messages), self._loop.time() + self._timeout, self._loop.create_future())
        entries = [
            Entry(message, publish_frames(CHANNEL, message, self._frame_max), batch, index)
            for index, message in enumerate(messages)
        ]
        if not entries:
            batch.future.set_result([])
            return batch.future
        self._window.add(entries)
        self._watch(batch)
        self._flush_soon()
        return batch.future

    async def room(self, messages: int) -> None:
        """Wait until so many messages can be sent."""
        if messages > self._capacity:
            raise ValueError(f"{messages} messages never fit, the capacity is {self._capacity}")
        while len(self._window) + messages > self._capacity:
            await self._settling()

    async def close(self, patience: float = 10.0) -> None:
        """Wait for the outstanding confirms, ``patience`` seconds at most, and close the connection.

        What is unconfirmed then ends in PublisherClosed.
        """
        self._open = False
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while any(batch.waiting for batch in self._batches):
                    await self._settling()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        if self._watchdog is not None:
            self._watchdog.cancel()
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()
        for batch in self._batches:
            if batch.waiting:
                batch.future.set_exception(PublisherClosed("closed before the broker confirmed"))

    # What the channel reports

    def confirmed(self, tag: int, *, multiple: bool, positive: bool) -> None:
        """Settle what was confirmed; try again what was refused, up to a limit."""
        self._retry_delay = 0.0
        self._confirmed_at = self._loop.time()
        for entry in self._window.take(tag, multiple=multiple):
            if positive:
                entry.settle(Outcome.UNROUTABLE if entry.returned else Outcome.CONFIRMED)
            else:
                self._retry(entry)
        self._settled()

    def returned(self, exchange: str, routing_key: str, message_id: str | None) -> None:
        """Note the return until the confirm of the same message comes."""
        self._window.mark_returned(exchange, routing_key, message_id)

    def writable(self) -> None:
        """Go on writing."""
        self._flush_soon()

    def lost(self, channel: ConfirmChannel, reason: str | None) -> None:
        """Put everything unconfirmed back in front, without what the broker closed the channel over."""
        if channel is not self._channel:
            return
        self._channel = None
        if reason is not None:
            self._refuse(reason)
        self._window.rewind()
        self._settled()
        self._lost_channels.put_nowait(channel)

    def _refuse(self, reason: str) -> None:
        # The reason names the exchange in quotes, as in "no exchange 'x' in vhost '/'". All messages to it share
        # its fate. If it names none of ours, whoever was on the wire has used up one of its attempts.
        _log.error("publish_refused", reason=reason)
        named = self._window.withdraw(lambda entry: f"'{entry.message.exchange}'" in reason)
        for entry in named:
            entry.settle(Outcome.REFUSED)
        if not named:
            for entry in self._window.withdraw(_worn_out):
                entry.settle(Outcome.REFUSED)

    def _retry(self, entry: Entry) -> None:
        if _worn_out(entry):
            entry.settle(Outcome.REFUSED)
        else:
            entry.returned = False
            self._window.add([entry])

    # Writing

    def _flush_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        channel = self._channel
        while channel is not None and channel.ready:
            frames = self._window.advance(self._in_flight, _WRITE_BYTES)
            if not frames:
                return
            channel.write(frames)

    # Waiting

    def _settling(self) -> Awaitable[None]:
        if self._progress is None:
            self._progress = self._loop.create_future()
        return asyncio.shield(self._progress)

    def _settled(self) -> None:
        if self._progress is not None:
            self._progress.set_result(None)
            self._progress = None
        self._flush_soon()

    def _watch(self, batch: Batch) -> None:
        # Every batch has the same time to live, so the oldest one is the first to expire.
        while self._batches and not self._batches[0].waiting:
            self._batches.popleft()
        self._batches.append(batch)
        if self._watchdog is None:
            self._watchdog = self._loop.call_at(batch.deadline, self._expire)

    def _expire(self) -> None:
        now = self._loop.time()
        expired = False
        while self._batches and (self._batches[0].deadline <= now or not self._batches[0].waiting):
            batch = self._batches.popleft()
            if batch.waiting:
                batch.future.set_exception(PublishTimeout(f"no confirm within {self._timeout:g} s"))
                expired = True
        self._window.discard_unwanted()
        if expired and now - self._confirmed_at >= self._timeout:
            self._give_up_silent_channel()
        self._watchdog = self._loop.call_at(self._batches[0].deadline, self._expire) if self._batches else None
        self._settled()

    def _give_up_silent_channel(self) -> None:
        # Heartbeats take minutes to find a connection that swallows everything; the confirms told us sooner.
        if self._channel is not None and not self._channel.blocked:
            _log.warning("publisher_connection_silent", seconds=self._timeout)
            self._channel.abort()

    # The connection

    async def _open_channel(self) -> ConfirmChannel:
        channel = ConfirmChannel(self._url, self)
        async with asyncio.timeout(_OPEN_SECONDS):
            await channel.open()
        return channel

    def _use(self, channel: ConfirmChannel) -> None:
        if channel.frame_max != self._frame_max:
            self._frame_max = channel.frame_max
            self._window.encode(partial(publish_frames, CHANNEL, frame_max=self._frame_max))
        self._channel = channel
        self._flush_soon()

    async def _keep_connected(self) -> None:
        while True:
            lost = await self._lost_channels.get()
            await lost.close()
            while self._channel is None:
                await asyncio.sleep(self._retry_delay)
                # Grows until a confirm comes back, not just until the next connection is up: a broker that drops
                # us over what we send must not be hammered.
                self._retry_delay = min(max(self._retry_delay * 2, _FIRST_RETRY_SECONDS), _LAST_RETRY_SECONDS)
                try:
                    self._use(await self._open_channel())
                except _OPENING_ERRORS as error:
                    _log.warning("publisher_reconnect_failed", error=repr(error), retry_in=self._retry_delay)


def _worn_out(entry: Entry) -> bool:
    entry.attempts += 1
    return entry.attempts >= _MAX_ATTEMPTS
