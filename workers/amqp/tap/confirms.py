"""One connection with one channel in confirm mode, as the publisher uses it."""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import aiormq

from workers.amqp.answering import LOST, answering, with_heartbeat
from workers.amqp.decoding import UINT16, UINT64, read_properties, read_short_string
from workers.amqp.encoding import BASIC_ACK, BASIC_CLASS, METHOD
from workers.amqp.tap.content import ContentReader
from workers.amqp.tap.tap import Tap, TapFactory

CHANNEL = 1
"""The publisher's channel. It never opens a second one on a connection, so encoded frames stay valid."""

_BASIC_NACK = struct.pack(">HH", BASIC_CLASS, 120)
_BASIC_RETURN = struct.pack(">HH", BASIC_CLASS, 50)
_CHANNEL_CLOSE = struct.pack(">HH", 20, 40)
_CONNECTION_CLOSE = struct.pack(">HH", 10, 50)
_CONNECTION_BLOCKED = struct.pack(">HH", 10, 60)
_CONNECTION_UNBLOCKED = struct.pack(">HH", 10, 61)
_METHOD_SIZE = 4
_OPEN_SECONDS = 3.0
_LARGEST_FRAME = 2**17
_GOODBYE_SECONDS = 3.0
_CONNECTION_FORCED = 320
"""The operator or a shutdown ended the connection; no message is to blame."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the broker closed a channel or the connection: code and text."""

    code: int
    text: str


class Events(Protocol):
    """What the channel reports to the publisher."""

    def confirmed(self, tag: int, *, multiple: bool, positive: bool) -> None:
        """Take a positive or negative confirm."""

    def returned(self, exchange: str, routing_key: str, message_id: str | None) -> None:
        """Take note of a mandatory message that no queue wanted; its confirm follows."""

    def writable(self) -> None:
        """Go on writing."""

    def lost(self, channel: ConfirmChannel, fault: Fault | None) -> None:
        """Stop using the channel; `fault` is what the broker found wrong with a message, if anything."""


class ConfirmChannel:
    """An open channel in confirm mode. Tags count the messages written on it, from 1."""

    def __init__(self, url: str, events: Events) -> None:
        self._events = events
        self._connection = aiormq.Connection(with_heartbeat(url), transport_factory=TapFactory(self))
        self._content = ContentReader(self._returned)
        self._tap: Tap | None = None
        self._usable = False
        self.blocked = False
        """Whether an alarm keeps the broker from reading what we publish."""

    async def open(self) -> None:
        """Connect and enter confirm mode. Raises AMQPError or OSError; then nothing is left open."""
        try:
            async with answering(_OPEN_SECONDS):
                await self._connection.connect()
                await self._connection.channel(CHANNEL, publisher_confirms=True)
        except BaseException:
            await self.close()
            raise
        if self._tap is None:
            raise ConnectionResetError("the connection was lost while it was being opened")
        self._usable = True

    @property
    def ready(self) -> bool:
        """Whether the broker takes messages now: open, not blocked by an alarm, socket not full."""
        return self._usable and not self.blocked and self._tap is not None and not self._tap.full

    @property
    def frame_max(self) -> int:
        """Return the size of the largest frame allowed, in bytes."""
        return self._connection.connection_tune.frame_max or _LARGEST_FRAME

    def write(self, frames: bytes) -> None:
        """Send whole frames."""
        if self._tap is not None:
            self._tap.write(frames)

    def abort(self) -> None:
        """Cut the connection; it is reported as lost."""
        if self._tap is not None:
            self._tap.abort()

    async def close(self) -> None:
        """Close the connection, properly if the broker still answers."""
        self._usable = False
        with suppress(*LOST):
            async with answering(_GOODBYE_SECONDS):
                await self._connection.close(None)
        self.abort()

    def attached(self, tap: Tap) -> None:
        """Take the tap of the connection being opened."""
        self._tap = tap

    def writable(self) -> None:
        """Pass on that the socket has room again."""
        self._events.writable()

    def lost(self, tap: Tap) -> None:
        """Pass on that the connection is gone."""
        if tap is self._tap:
            self._tap = None
            self._end(None)

    def received(self, kind: int, channel: int, payload: bytes) -> bool:
        """Take confirms and returns; watch for blocking and for the channel's end, which aiormq answers."""
        if kind != METHOD:
            return channel == CHANNEL and self._content.feed(kind, payload)
        method = payload[:_METHOD_SIZE]
        if method in {BASIC_ACK, _BASIC_NACK}:
            (tag,) = UINT64.unpack_from(payload, _METHOD_SIZE)
            multiple = bool(payload[_METHOD_SIZE + UINT64.size] & 1)
            if self._usable:
                self._events.confirmed(tag, multiple=multiple, positive=method == BASIC_ACK)
            return True
        if method == _BASIC_RETURN:
            self._content.begin(payload)
            return True
        if method in {_CHANNEL_CLOSE, _CONNECTION_CLOSE}:
            (code,) = UINT16.unpack_from(payload, _METHOD_SIZE)
            text, _ = read_short_string(payload, _METHOD_SIZE + 2)
            self._end(None if code == _CONNECTION_FORCED else Fault(code, text))
        elif method == _CONNECTION_BLOCKED:
            self.blocked = True
        elif method == _CONNECTION_UNBLOCKED:
            self.blocked = False
            self._events.writable()
        return False

    def _end(self, fault: Fault | None) -> None:
        if self._usable:
            self._usable = False
            self._events.lost(self, fault)

    def _returned(self, method: bytes, header: bytes, body: bytes) -> None:  # noqa: ARG002 - the body is ours
        _, exchange_at = read_short_string(method, _METHOD_SIZE + 2)
        exchange, routing_key_at = read_short_string(method, exchange_at)
        routing_key, _ = read_short_string(method, routing_key_at)
        self._events.returned(exchange, routing_key, read_properties(header).get("message_id"))
