"""Publishing with confirms: many messages in one socket write, none lost and none overtaken by reconnects.

Every failure is handled alike: open a new connection, then send everything unconfirmed again, first and in its old
order. A connection is also closed when the broker takes messages and confirms none for a while.

If the broker closes the connection because of one message, that message must not fail the others repeatedly. A missing
exchange is declared again before anything is repeated. After any other fault, messages are repeated one at a time: one
that ends a connection by itself is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog

from cartwright.cancelling import cancelled
from workers.amqp.answering import LOST
from workers.amqp.encoding import publish_frames
from workers.amqp.messages import Outcome, Outgoing
from workers.amqp.ports import PublisherClosed, PublisherFull
from workers.amqp.tap.confirms import CHANNEL, ConfirmChannel, Fault
from workers.amqp.tap.window import Batch, Entry, Window

_MAX_ATTEMPTS = 3
_WRITE_BYTES = 2**19
_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 1.0
_WATCH_SECONDS = 1.0
_NOT_FOUND = 404

_log = structlog.get_logger(__name__)


class TappedPublisher:
    """Publishes persistent messages over its own connection and reports the outcome of each.

    At least once, in the order of the `send` calls, across reconnects too; only a message that is tried again after a
    refusal comes later. `capacity` counts messages not yet confirmed, of which `in_flight` at most are on the wire;
    `silence` seconds without a confirm end a connection. `prepare` is awaited before each connection but the first
    is used; it makes sure that exchanges and queues exist, or raises AMQPError or OSError. Without it, a message to a
    missing exchange is refused.
    """

    def __init__(
        self,
        url: str,
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
        silence: float = 10.0,
        capacity: int = 20_000,
        in_flight: int = 5_000,
    ) -> None:
        self._url = url
        self._prepare = prepare
        self._silence = silence
        self._capacity = capacity
        self._in_flight = in_flight
        self._window = Window()
        self._channel: ConfirmChannel | None = None
        self._frame_max = 0
        self._flushing = False
        self._open = False
        self._progress: asyncio.Future[None] | None = None
        self._lost_channels: asyncio.Queue[ConfirmChannel] = asyncio.Queue()
        self._keepers: list[asyncio.Task[None]] = []
        self._retry_delay = 0.0
        self._heard_at = 0.0
        self._suspects = 0
        self.reconnects = 0

    async def connect(self) -> None:
        """Open the connection and keep it open. Raises AMQPError or OSError if it can't be opened."""
        self._loop = asyncio.get_running_loop()
        self._use(await self._open_channel())
        self._open = True
        self._keepers = [
            asyncio.create_task(self._keep_connected(), name="publisher-connection"),
            asyncio.create_task(self._watch(), name="publisher-watch"),
        ]

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        return self._channel is not None

    @property
    def unconfirmed(self) -> int:
        """How many messages wait to be confirmed."""
        return len(self._window)

    @property
    def silent_for(self) -> float:
        """How many seconds messages have waited without any confirm; 0 if none waits."""
        return self._loop.time() - self._heard_at if len(self._window) else 0.0

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        """Queue messages for writing, in order, and return a future of their outcomes, in the same order.

        What is sent within one turn of the event loop leaves in one write. The future raises PublisherClosed.
        Raises at once, with nothing queued: PublisherClosed, PublisherFull, and ValueError for
        a message that AMQP cannot carry.
        """
        if not self._open:
            raise PublisherClosed("the publisher is not connected")
        if len(self._window) + len(messages) > self._capacity:
            raise PublisherFull(f"{len(self._window)} messages are waiting for their confirms already")
        batch = Batch(len(messages), self._loop.create_future())
        entries = [
            Entry(message, publish_frames(CHANNEL, message, self._frame_max), batch, index)
            for index, message in enumerate(messages)
        ]
        if not entries:
            batch.future.set_result([])
            return batch.future
        if not len(self._window):
            self._heard_at = self._loop.time()
        self._window.add(entries)
        self._flush_soon()
        return batch.future

    async def room(self, messages: int) -> None:
        """Wait until this many messages can be sent."""
        if messages > self._capacity:
            raise ValueError(f"{messages} messages never fit, the capacity is {self._capacity}")
        while len(self._window) + messages > self._capacity:
            await self._settling()

    async def close(self, patience: float = 10.0) -> None:
        """Wait for the outstanding confirms, `patience` seconds at most, and close the connection.

        Messages still unconfirmed end in PublisherClosed.
        """
        self._open = False
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._window.batches:
                    await self._settling()
        await cancelled(self._keepers)
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()
        for batch in self._window.batches:
            batch.future.set_exception(PublisherClosed("closed before the broker confirmed"))

    # What the channel reports

    def confirmed(self, tag: int, *, multiple: bool, positive: bool) -> None:
        """Settle confirmed messages; retry refused ones, up to a limit."""
        self._retry_delay = 0.0
        self._heard_at = self._loop.time()
        for entry in self._window.take(tag, multiple=multiple):
            self._suspects = max(0, self._suspects - 1)
            if positive:
                entry.conclude(Outcome.UNROUTABLE if entry.returned else Outcome.CONFIRMED)
            else:
                self._retry(entry)
        self._settled()

    def returned(self, exchange: str, routing_key: str, message_id: str | None) -> None:
        """Note the return until the confirm of the same message comes."""
        self._window.mark_returned(exchange, routing_key, message_id)

    def writable(self) -> None:
        """Go on writing."""
        self._heard_at = self._loop.time()
        self._flush_soon()

    def lost(self, channel: ConfirmChannel, fault: Fault | None) -> None:
        """Requeue everything unconfirmed in front, except what the broker refuses."""
        if channel is not self._channel:
            return
        self._channel = None
        if fault is not None:
            self._blame(fault)
        self._window.rewind()
        self._settled()
        self._lost_channels.put_nowait(channel)

    def _blame(self, fault: Fault) -> None:
        _log.error("publish_refused", code=fault.code, reason=fault.text)
        if fault.code == _NOT_FOUND and self._prepare is not None:
            return
        # The text names the exchange, as in "no exchange 'x' in vhost '/'"; all messages to it are refused.
        named = self._refuse(lambda entry: f"'{entry.message.exchange}'" in fault.text)
        if not named and self._window.unconfirmed == 1:
            self._refuse(lambda _: True)
        self._suspects = 0 if named else self._window.unconfirmed

    def _refuse(self, at_fault: Callable[[Entry], bool]) -> bool:
        refused = self._window.withdraw(at_fault)
        for entry in refused:
            entry.conclude(Outcome.REFUSED)
        return bool(refused)

    def _retry(self, entry: Entry) -> None:
        if _worn_out(entry):
            entry.conclude(Outcome.REFUSED)
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
        limit = 1 if self._suspects else self._in_flight
        while channel is not None and channel.ready:
            frames = self._window.advance(limit, _WRITE_BYTES)
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

    async def _watch(self) -> None:
        """Abort a connection without confirms; heartbeats would notice later."""
        while True:
            await asyncio.sleep(min(_WATCH_SECONDS, self._silence))
            channel = self._channel
            if channel is None or channel.blocked or not self._window.unconfirmed:
                continue
            if self._loop.time() - self._heard_at >= self._silence:
                _log.warning("publisher_connection_silent", seconds=self._silence)
                channel.abort()

    # The connection

    async def _open_channel(self) -> ConfirmChannel:
        channel = ConfirmChannel(self._url, self)
        await channel.open()
        return channel

    def _use(self, channel: ConfirmChannel) -> None:
        if channel.frame_max != self._frame_max:
            self._frame_max = channel.frame_max
            self._window.encode(partial(publish_frames, CHANNEL, frame_max=self._frame_max))
        self._channel = channel
        self._heard_at = self._loop.time()
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
                    if self._prepare is not None:
                        await self._prepare()
                    self._use(await self._open_channel())
                    self.reconnects += 1
                except (*LOST, RuntimeError) as error:
                    _log.warning("publisher_reconnect_failed", error=repr(error), retry_in=self._retry_delay)


def _worn_out(entry: Entry) -> bool:
    entry.attempts += 1
    return entry.attempts >= _MAX_ATTEMPTS
