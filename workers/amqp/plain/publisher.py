"""Publishing with aio-pika, one message at a time: each is confirmed before the next one is written.

So it is clear which message ended a connection, and the order is kept. A broker that confirms within a millisecond
takes a thousand messages a second.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import ChannelClosed, ChannelNotFoundEntity, ConnectionClosed, PublishError

from cartwright.cancelling import cancelled
from workers.amqp.answering import LOST, answering, with_heartbeat
from workers.amqp.connecting import connect
from workers.amqp.encoding import publish_frames
from workers.amqp.messages import Outcome, Outgoing
from workers.amqp.ports import PublisherClosed, PublisherFull

_OPEN_SECONDS = 3.0
_MAX_ATTEMPTS = 3
_FIRST_RETRY_SECONDS = 0.1
_LAST_RETRY_SECONDS = 1.0
_LOOK_SECONDS = 1.0
"""How often a connection over which nothing is sent is looked at."""
_LARGEST_FRAME = 2**17
_CONNECTION_FORCED = 320

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Send:
    """The messages of one `send`, and the outcomes known so far, in order."""

    messages: Sequence[Outgoing]
    future: asyncio.Future[Sequence[Outcome]]
    outcomes: list[Outcome] = field(default_factory=list)


class PlainPublisher:
    """Publishes persistent messages over its own connection and reports the outcome of each.

    `capacity` counts messages not yet confirmed; `silence` seconds without a confirm end a connection. `prepare`
    is awaited before each connection but the first; it makes sure that exchanges and queues exist, or raises AMQPError
    or OSError. Without it, a message to a missing exchange is refused.
    """

    def __init__(
        self,
        url: str,
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
        silence: float = 10.0,
        capacity: int = 20_000,
    ) -> None:
        self._url = with_heartbeat(url)
        self._prepare = prepare
        self._silence = silence
        self._capacity = capacity
        self._sends: deque[_Send] = deque()
        self._unconfirmed = 0
        self._wake = asyncio.Event()
        self._progress = asyncio.Event()
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None
        self._pump: asyncio.Task[None] | None = None
        self._open = False
        self._heard_at = 0.0
        self.reconnects = 0

    async def connect(self) -> None:
        """Open the connection and keep it open. Raises AMQPError or OSError if it can't be opened."""
        await self._connect()
        self._open = True
        self._pump = asyncio.create_task(self._publish_all(), name="publisher")

    @property
    def connected(self) -> bool:
        """Whether there is a connection right now."""
        return self._channel is not None and not self._channel.is_closed

    @property
    def unconfirmed(self) -> int:
        """How many messages wait to be confirmed."""
        return self._unconfirmed

    @property
    def silent_for(self) -> float:
        """How many seconds messages have waited without any confirm; 0 if none waits."""
        return time.monotonic() - self._heard_at if self._unconfirmed else 0.0

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        """Queue messages, in order, and return a future of their outcomes, in the same order."""
        if not self._open:
            raise PublisherClosed("the publisher is not connected")
        if self._unconfirmed + len(messages) > self._capacity:
            raise PublisherFull(f"{self._unconfirmed} messages are waiting for their confirms already")
        for message in messages:
            publish_frames(1, message, _LARGEST_FRAME)  # raises what AMQP cannot carry
        sent = _Send(messages, asyncio.get_running_loop().create_future())
        if not messages:
            sent.future.set_result([])
            return sent.future
        if not self._unconfirmed:
            self._heard_at = time.monotonic()
        self._sends.append(sent)
        self._unconfirmed += len(messages)
        self._wake.set()
        return sent.future

    async def room(self, messages: int) -> None:
        """Wait until this many messages can be sent."""
        if messages > self._capacity:
            raise ValueError(f"{messages} messages never fit, the capacity is {self._capacity}")
        await self._until(lambda: self._unconfirmed + messages <= self._capacity)

    async def close(self, patience: float = 10.0) -> None:
        """Wait for the outstanding confirms, `patience` seconds at most, and close the connection.

        Messages still unconfirmed end in PublisherClosed.
        """
        self._open = False
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._until(lambda: not self._sends)
        if self._pump is not None:
            await cancelled([self._pump])
        await self._disconnect()
        for sent in self._sends:
            if not sent.future.done():
                sent.future.set_exception(PublisherClosed("closed before the broker confirmed"))

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._progress.clear()
            await self._progress.wait()

    async def _publish_all(self) -> None:
        while True:
            while not self._sends:
                self._wake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_SECONDS):
                        await self._wake.wait()
                await self._look_after()
            sent = self._sends[0]
            # Nobody waits for a send after a cancellation.
            if not sent.future.done():
                sent.outcomes.append(await self._publish(sent.messages[len(sent.outcomes)]))
                self._unconfirmed -= 1
                self._heard_at = time.monotonic()
            self._finish(sent)
            self._progress.set()

    async def _look_after(self) -> None:
        """Replace a connection that was lost; if that fails, it is tried again when something is to be sent."""
        if not self.connected:
            try:
                await self._reopen()
            except LOST as error:
                _log.warning("publisher_reconnect_failed", error=repr(error), retry_in=_LOOK_SECONDS)
                await self._disconnect()

    def _finish(self, sent: _Send) -> None:
        missing = len(sent.messages) - len(sent.outcomes)
        if not missing and not sent.future.done():
            sent.future.set_result(sent.outcomes)
        if sent.future.done():
            self._unconfirmed -= missing
            self._sends.popleft()

    async def _publish(self, message: Outgoing) -> Outcome:
        """Publish until the outcome is known."""
        attempts, pause = 0, 0.0
        while True:
            try:
                outcome = await self._attempt(message)
            except LOST as error:
                if self._blames(error):
                    _log.error("publish_refused", reason=str(error))
                    await self._disconnect()
                    return Outcome.REFUSED
                _log.warning("publisher_connection_lost", error=repr(error), retry_in=pause)
                await self._disconnect()
                await asyncio.sleep(pause)
                pause = min(max(pause * 2, _FIRST_RETRY_SECONDS), _LAST_RETRY_SECONDS)
                continue
            except Exception:  # noqa: BLE001 (whatever a library raises, the messages behind this one are published)
                _log.exception("publish_failed", message_id=message.message_id)
                await self._disconnect()
                outcome = Outcome.REFUSED
            attempts += 1
            if outcome is not Outcome.REFUSED or attempts >= _MAX_ATTEMPTS:
                return outcome

    async def _attempt(self, message: Outgoing) -> Outcome:
        if not self.connected:
            await self._reopen()
        assert self._channel is not None  # noqa: S101 - connected by now
        try:
            async with answering(self._silence):
                exchange = self._channel.default_exchange
                if message.exchange:
                    exchange = await self._channel.get_exchange(message.exchange, ensure=False)
                await exchange.publish(_message(message), message.routing_key, mandatory=message.mandatory)
        except PublishError:
            return Outcome.UNROUTABLE
        except DeliveryError:
            return Outcome.REFUSED
        return Outcome.CONFIRMED

    def _blames(self, error: BaseException) -> bool:
        """Whether the broker closed the channel or connection because of this message, the only one in flight."""
        if isinstance(error, ChannelNotFoundEntity):
            return self._prepare is None
        if isinstance(error, ConnectionClosed):
            return error.args[:1] != (_CONNECTION_FORCED,)
        return isinstance(error, ChannelClosed)

    async def _reopen(self) -> None:
        await self._disconnect()
        if self._prepare is not None:
            await self._prepare()
        await self._connect()
        self.reconnects += 1

    async def _connect(self) -> None:
        self._connection = await connect(self._url, _OPEN_SECONDS)
        async with answering(_OPEN_SECONDS):
            self._channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)

    async def _disconnect(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(*LOST):
                async with answering(_OPEN_SECONDS):
                    await connection.close()


def _message(message: Outgoing) -> Message:
    return Message(
        message.body,
        headers=dict(message.headers),
        content_type="application/json",
        delivery_mode=DeliveryMode.PERSISTENT,
        correlation_id=message.correlation_id,
        reply_to=message.reply_to,
        message_id=message.message_id,
        type=message.type,
    )
