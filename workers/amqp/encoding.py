"""Hand-written frames for publishing and acknowledging, the two operations of the hot path.

Layouts are those of the AMQP 0-9-1 specification, 2.3.5 (frames) and 4.2 (fields). aiormq does all
rarer operations.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from functools import lru_cache

from workers.amqp.messages import Outgoing

METHOD, HEADER, BODY, HEARTBEAT = 1, 2, 3, 8
FRAME_END = b"\xce"
FRAME_OVERHEAD = 8
"""Bytes of a frame besides its payload: type, channel, size, end."""

BASIC_CLASS = 60
BASIC_PUBLISH = 40
BASIC_ACK = struct.pack(">HH", BASIC_CLASS, 80)

FRAME = struct.Struct(">BHI")
_ACK = struct.Struct(">BHI4sQ?c")
_CONTENT_HEADER = struct.Struct(">BHIHHQH")
_CONTENT_HEADER_FIXED = 14
_LONG = struct.Struct(">I")

# content-type, headers, delivery-mode, message-id and type are always sent; see 4.2.6.1 for the order of the bits.
_FLAGS = 1 << 15 | 1 << 13 | 1 << 12 | 1 << 7 | 1 << 5
_CORRELATION_ID = 1 << 10
_REPLY_TO = 1 << 9
_PERSISTENT = b"\x02"


def short_string(text: str) -> bytes:
    """Encode a string of at most 255 bytes; raise ValueError if it is longer."""
    encoded = text.encode()
    if len(encoded) > 255:
        raise ValueError(f"{text[:40]!r}… is longer than the 255 bytes AMQP allows")
    return bytes((len(encoded),)) + encoded


_CONTENT_TYPE = short_string("application/json")
_header_name = lru_cache(maxsize=256)(short_string)


@lru_cache(maxsize=4096)
def _publish(channel: int, exchange: str, routing_key: str, mandatory: bool) -> bytes:
    """Return the Basic.Publish frame. Exchanges and routing keys repeat, so it is cached."""
    payload = b"".join(
        (
            struct.pack(">HHH", BASIC_CLASS, BASIC_PUBLISH, 0),
            short_string(exchange),
            short_string(routing_key),
            b"\x01" if mandatory else b"\x00",
        )
    )
    return FRAME.pack(METHOD, channel, len(payload)) + payload + FRAME_END


def _table(headers: Mapping[str, str | int]) -> bytes:
    fields = []
    for name, value in headers.items():
        fields.append(_header_name(name))
        if isinstance(value, int):
            fields.append(struct.pack(">cq", b"l", value))
        else:
            text = value.encode()
            fields.append(b"S" + _LONG.pack(len(text)) + text)
    encoded = b"".join(fields)
    return _LONG.pack(len(encoded)) + encoded


def publish_frames(channel: int, message: Outgoing, frame_max: int) -> bytes:
    """Return the frames that publish one message: method, header and as many body frames as it takes.

    `frame_max` is the negotiated size of a whole frame in bytes. Raises ValueError for a string that is too long
    and `struct.error` for a header number beyond 64 bits.
    """
    flags, correlation_id, reply_to = _FLAGS, b"", b""
    if message.correlation_id is not None:
        flags, correlation_id = flags | _CORRELATION_ID, short_string(message.correlation_id)
    if message.reply_to is not None:
        flags, reply_to = flags | _REPLY_TO, short_string(message.reply_to)
    properties = b"".join(
        (
            _CONTENT_TYPE,
            _table(message.headers),
            _PERSISTENT,
            correlation_id,
            reply_to,
            short_string(message.message_id),
            _header_name(message.type),
        )
    )
    body = message.body
    header = _CONTENT_HEADER.pack(
        HEADER,
        channel,
        _CONTENT_HEADER_FIXED + len(properties),
        BASIC_CLASS,
        0,
        len(body),
        flags,
    )
    frames = [
        _publish(channel, message.exchange, message.routing_key, message.mandatory),
        header,
        properties,
        FRAME_END,
    ]
    room = frame_max - FRAME_OVERHEAD
    for start in range(0, len(body), room):
        chunk = body[start : start + room]
        frames += (FRAME.pack(BODY, channel, len(chunk)), chunk, FRAME_END)
    return b"".join(frames)


def ack_frames(channel: int, up_to: int | None, tags: Iterable[int]) -> bytes:
    """Acknowledge all deliveries up to and including `up_to` (None: none), and each of `tags` singly."""
    frames = [] if up_to is None else [_ack(channel, up_to, multiple=True)]
    frames += [_ack(channel, tag, multiple=False) for tag in tags]
    return b"".join(frames)


def _ack(channel: int, tag: int, *, multiple: bool) -> bytes:
    return _ACK.pack(METHOD, channel, 13, BASIC_ACK, tag, multiple, FRAME_END)
