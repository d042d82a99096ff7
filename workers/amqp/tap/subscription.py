"""Turning the frames of a consumer's channel into deliveries."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from workers.amqp.decoding import UINT64, read_properties, read_short_string
from workers.amqp.encoding import BASIC_CLASS, METHOD, ack_frames
from workers.amqp.link import Link
from workers.amqp.messages import Delivery
from workers.amqp.tap.content import ContentReader
from workers.amqp.tap.tap import Tap

_DELIVER = struct.pack(">HH", BASIC_CLASS, 60)
_CONSUME_OK = struct.pack(">HH", BASIC_CLASS, 21)
_CANCELLED = {struct.pack(">HH", BASIC_CLASS, 30), struct.pack(">HH", BASIC_CLASS, 31)}
"""Cancelled by the broker, because the queue is gone, or by us."""
_CHANNEL_OPEN_OK = struct.pack(">HH", 20, 11)
_CHANNEL_CLOSE = struct.pack(">HH", 20, 40)
_CHANNEL_CLOSED = {_CHANNEL_CLOSE, struct.pack(">HH", 20, 41)}
_METHOD_SIZE = 4

_log = structlog.get_logger(__name__)


class Subscription:
    """A consumer's side of one channel: follows its openings and assembles its deliveries."""

    def __init__(self, channel: int, on_delivery: Callable[[Delivery], None], on_lost: Callable[[], None]) -> None:
        self.channel = channel
        self.consuming = False
        self._on_delivery = on_delivery
        self._on_lost = on_lost
        self._content = ContentReader(self._deliver)
        self._tap: Tap | None = None
        self._link: Link | None = None

    def attached(self, tap: Tap) -> None:
        """Expect the channel on this connection from now on."""
        self._close()
        self._tap = tap

    def lost(self, tap: Tap) -> None:
        """Close the link if it ran over this connection."""
        if tap is self._tap:
            self._close()

    def received(self, kind: int, payload: bytes) -> bool:
        """Take deliveries; watch the channel and the consumer start and end, which aiormq handles."""
        if kind != METHOD:
            return self._content.feed(kind, payload)
        method = payload[:_METHOD_SIZE]
        if method == _DELIVER:
            self._content.begin(payload)
            return True
        if method == _CHANNEL_OPEN_OK:
            assert self._tap is not None  # noqa: S101 - attached before anything is received
            self._link = Link(partial(_write_acks, self._tap, self.channel))
        elif method in _CHANNEL_CLOSED:
            if method == _CHANNEL_CLOSE:
                reason, _ = read_short_string(payload, _METHOD_SIZE + 2)
                _log.warning("consumer_channel_closed", channel=self.channel, reason=reason)
            self._close()
        elif method == _CONSUME_OK:
            self.consuming = True
        elif method in _CANCELLED:
            self.consuming = False
        return False

    def _close(self) -> None:
        self.consuming = False
        self._content.reset()
        if self._link is not None and self._link.open:
            self._link.open = False
            self._on_lost()

    def hold(self) -> None:
        """Hold acknowledgements back until `release`."""
        if self._link is not None:
            self._link.hold()

    def release(self) -> None:
        """Send the acknowledgements that were held back."""
        if self._link is not None:
            self._link.release()

    @property
    def unacknowledged(self) -> int:
        """How many deliveries are not acknowledged yet."""
        return self._link.unacknowledged if self._link is not None and self._link.open else 0

    def _deliver(self, method: bytes, header: bytes, body: bytes) -> None:
        assert self._link is not None  # noqa: S101 - a channel delivers only once it is open
        tag_at = _METHOD_SIZE + 1 + method[_METHOD_SIZE]
        (tag,) = UINT64.unpack_from(method, tag_at)
        exchange_at = tag_at + 9
        routing_key, _ = read_short_string(method, exchange_at + 1 + method[exchange_at])
        present = read_properties(header).get
        self._link.delivered(tag)
        self._on_delivery(
            Delivery(
                self._link,
                tag,
                method[exchange_at - 1] == 1,
                routing_key,
                body,
                present("headers", {}),
                present("message_id"),
                present("correlation_id"),
                present("reply_to"),
                present("content_type"),
                present("content_encoding"),
                present("expiration"),
                present("timestamp"),
                present("user_id"),
                present("damage"),
            )
        )


def _write_acks(tap: Tap, channel: int, covered: int | None, singles: Sequence[int]) -> None:
    """All frames in one write."""
    tap.write(ack_frames(channel, covered, singles))
