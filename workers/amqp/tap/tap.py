"""A tap on an AMQP connection: chosen frames are taken off the stream as they arrive, the rest goes to aiormq.

aiormq keeps what it is good at (handshake, TLS, authentication, heartbeats, channels, declarations, closing) while
deliveries and confirms, thousands a second, reach their reader in one function call instead of two queues and
three tasks. It plugs into aiormq's own `transport_factory`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Protocol, cast

from aiormq.connection import TransportFactory
from aiormq.exceptions import AMQPConnectionError
from yarl import URL

from workers.amqp.encoding import FRAME, FRAME_END, FRAME_OVERHEAD, HEARTBEAT

_HEARTBEAT_FRAME = FRAME.pack(HEARTBEAT, 0, 0) + FRAME_END
_SIGN_OF_LIFE_SECONDS = 1.0
_READ_LIMIT_BYTES = 2**16
_FRAME_HEADER = FRAME.size


class Listener(Protocol):
    """Receives frames from the stream."""

    def attached(self, tap: Tap) -> None:
        """Take note of a new connection; nothing has been received on it yet."""

    def received(self, kind: int, channel: int, payload: bytes) -> bool:
        """Look at a frame; return True to keep it from aiormq."""

    def writable(self) -> None:
        """Take note that the socket, once too full, has room again."""

    def lost(self, tap: Tap) -> None:
        """Take note that the connection is gone."""


class Tap(asyncio.StreamReaderProtocol):
    """The protocol of a tapped connection. `write` takes whole frames only, so they mix with aiormq's."""

    def __init__(self, listener: Listener, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._listener = listener
        self._clock = asyncio.get_running_loop().time
        self._sign_of_life_at = 0.0
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self.full = False
        """Whether the socket's send buffer is above its high-water mark."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Announce the connection."""
        super().connection_made(transport)
        self._transport = cast("asyncio.Transport", transport)
        self._listener.attached(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Announce the end, to aiormq too."""
        self._transport = None
        self._listener.lost(self)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Note that the send buffer has passed its high-water mark."""
        self.full = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """Announce that there is room again."""
        self.full = False
        super().resume_writing()
        self._listener.writable()

    def write(self, frames: bytes) -> None:
        """Send whole frames in one write; dropped if the connection is gone."""
        if self._transport is not None:
            self._transport.write(frames)

    def pause_reading(self) -> None:
        """Stop reading from the socket, so that the sender has to wait; may be called repeatedly.

        The connection then counts as alive, however long that lasts.
        """
        if self._transport is not None and self._transport.is_reading():
            self._transport.pause_reading()
            self._live_unread()

    def resume_reading(self) -> None:
        """Resume reading; may be called repeatedly."""
        if self._transport is not None and not self._transport.is_reading():
            self._transport.resume_reading()

    def abort(self) -> None:
        """Cut the connection without a goodbye."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Split what arrived into frames and hand each to the listener or to aiormq, in order."""
        if self._rest:
            data = self._rest + data
        size = len(data)
        at = passed = 0
        received = self._listener.received
        while size - at >= FRAME_OVERHEAD:
            kind, channel, length = FRAME.unpack_from(data, at)
            payload_at = at + _FRAME_HEADER
            end = payload_at + length
            if kind > HEARTBEAT:  # not a frame: a server of another protocol version says "AMQP"; aiormq explains
                end = size - 1
            elif end >= size:
                break
            if received(kind, channel, data[payload_at:end]):
                self._pass_on(data, passed, at)
                passed = end + 1
            at = end + 1
        taken = passed > 0
        self._pass_on(data, passed, at)
        self._rest = data[at:]
        if taken:
            self._show_life()

    def _pass_on(self, data: bytes, start: int, end: int) -> None:
        if end > start:
            super().data_received(data[start:end])

    def _live_unread(self) -> None:
        # aiormq sees no heartbeats from the broker while nothing is read.
        if self._transport is not None and not self._transport.is_reading():
            self._show_life()
            asyncio.get_running_loop().call_later(_SIGN_OF_LIFE_SECONDS, self._live_unread)

    def _show_life(self) -> None:
        # aiormq considers a connection dead when it sees no frame for long, and a busy broker sends no
        # heartbeats: replace them.
        now = self._clock()
        if now >= self._sign_of_life_at:
            self._sign_of_life_at = now + _SIGN_OF_LIFE_SECONDS
            super().data_received(_HEARTBEAT_FRAME)


class TapFactory(TransportFactory):
    """Opens tapped connections for aiormq, over TLS where the URL says `amqps`."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    async def create(self, url: URL, **kwargs: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect; raise AMQPConnectionError when that fails, as aiormq's own factories do."""
        provider = kwargs.pop("ssl_context_provider")
        context = await provider.get_context() if url.scheme == "amqps" else None
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_READ_LIMIT_BYTES, loop=loop)
        tap = Tap(self._listener, reader)
        try:
            transport, _ = await loop.create_connection(
                lambda: tap, str(url.host), url.port or 0, ssl=context, **kwargs
            )
        except OSError as error:
            raise AMQPConnectionError(*error.args) from error
        return reader, asyncio.StreamWriter(transport, tap, reader, loop)
