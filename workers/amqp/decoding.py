"""Reading the fields of content frames: short strings, property lists and header tables (AMQP 0-9-1, 4.2).

Reading never fails, whatever another client wrote: an error would close the connection, and the message would be
redelivered with all others. What can't be read is left out and reported as damage. Size and depth of a header table are
bounded before it is walked.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workers.amqp.messages import Damage

UINT16 = struct.Struct(">H")
UINT32 = struct.Struct(">I")
UINT64 = struct.Struct(">Q")

_FIXED = {
    ord(kind): struct.Struct(layout)
    for kind, layout in {
        "t": ">?", "b": ">b", "B": ">B", "s": ">h", "u": ">H", "I": ">i", "i": ">I", "l": ">q", "L": ">q",
        "f": ">f", "d": ">d", "T": ">Q",
    }.items()
}  # fmt: skip
_STRING, _BYTES, _TABLE, _ARRAY, _DECIMAL, _TIMESTAMP, _VOID = b"SxFADTV"

_LAST_SECOND = 253402300799
"""The end of year 9999: what is later is as late as that."""
MAX_TABLE_BYTES = 16 * 1024
"""Maximum size of a header table on the wire: names, types, lengths and values."""
MAX_DEPTH = 32
"""Maximum nesting of tables and arrays, the header table included."""


PROPERTIES = (
    "content_type",
    "content_encoding",
    "headers",
    "delivery_mode",
    "priority",
    "correlation_id",
    "reply_to",
    "expiration",
    "message_id",
    "timestamp",
    "type",
    "user_id",
    "app_id",
    "cluster_id",
)
"""Names of the properties in wire order; the first has the highest bit of the flags."""


def read_short_string(data: bytes, at: int) -> tuple[str, int]:
    """Return the string at `at` and where it ends. Bytes that are not UTF-8 are replaced, never an error."""
    start = at + 1
    end = start + data[at]
    return data[start:end].decode("utf-8", "replace"), end


def read_table(data: bytes, at: int, depth: int = MAX_DEPTH) -> tuple[dict[str, object], int]:
    """Return the field table at `at` and where it ends.

    Raises ValueError, IndexError or `struct.error` if it is not a table, or is nested more than `depth` deep.
    """
    at, end = _enter(data, at, depth)
    table: dict[str, object] = {}
    while at < end:
        name, at = read_short_string(data, at)
        if name in table:
            raise ValueError("a table names a field twice")
        table[name], at = _read_field(data, at, depth)
    return table, _leave(at, end)


def _read_array(data: bytes, at: int, depth: int) -> tuple[list[object], int]:
    at, end = _enter(data, at, depth)
    values = []
    while at < end:
        value, at = _read_field(data, at, depth)
        values.append(value)
    return values, _leave(at, end)


def _enter(data: bytes, at: int, depth: int) -> tuple[int, int]:
    """Where the table or array at `at` has its first field, and where it ends."""
    if not depth:
        raise ValueError("tables are nested too deeply")
    (size,) = UINT32.unpack_from(data, at)
    return at + 4, at + 4 + size


def _leave(at: int, end: int) -> int:
    if at != end:
        raise ValueError("a field reaches beyond its table")
    return end


def _read_field(data: bytes, at: int, depth: int) -> tuple[object, int]:
    kind = data[at]
    at += 1
    if kind in {_STRING, _BYTES}:
        start = at + 4
        end = start + int(UINT32.unpack_from(data, at)[0])
        raw = data[start:end]
        return (raw if kind == _BYTES else raw.decode("utf-8", "replace")), end
    if (fixed := _FIXED.get(kind)) is not None:
        value = fixed.unpack_from(data, at)[0]
        return (_time(value) if kind == _TIMESTAMP else value), at + fixed.size
    if kind == _TABLE:
        return read_table(data, at, depth - 1)
    if kind == _ARRAY:
        return _read_array(data, at, depth - 1)
    if kind == _DECIMAL:
        scale, unscaled = struct.unpack_from(">Bi", data, at)
        return Decimal(unscaled).scaleb(-scale), at + 5
    if kind == _VOID:
        return None, at
    raise ValueError(f"unknown field type {chr(kind)!r} in a header table")


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC)


def _read_headers(data: bytes, at: int) -> tuple[dict[str, object] | Damage, int]:
    """Return the header table at `at`, or what is wrong with it, and where it ends."""
    (size,) = UINT32.unpack_from(data, at)
    end = at + 4 + size
    if size > MAX_TABLE_BYTES:
        return Damage.TOO_LARGE, end
    try:
        return read_table(data, at)
    except (ValueError, IndexError, struct.error):
        return Damage.HEADERS, end


def _read_octet(data: bytes, at: int) -> tuple[int, int]:
    return data[at], at + 1


def _read_timestamp(data: bytes, at: int) -> tuple[int, int]:
    return UINT64.unpack_from(data, at)[0], at + 8


_READERS: dict[str, Callable[[bytes, int], tuple[object, int]]] = {
    "headers": _read_headers,
    "delivery_mode": _read_octet,
    "priority": _read_octet,
    "timestamp": _read_timestamp,
}
_PROPERTIES = tuple(
    (1 << 15 - index, name, _READERS.get(name, read_short_string)) for index, name in enumerate(PROPERTIES)
)
_FLAGS_AT = 12

Properties = dict[str, Any]
"""Properties of a message by their AMQP names; each has a type of its own."""


def read_properties(header: bytes) -> Properties:
    """Return the properties present in a content header frame's payload, by name; never raises.

    What could not be read is missing, and "damage" says why.
    """
    properties: Properties = {}
    try:
        (flags,) = UINT16.unpack_from(header, _FLAGS_AT)
        at = _FLAGS_AT + 2
        for bit, name, read in _PROPERTIES:
            if flags & bit:
                properties[name], at = read(header, at)
        cut_off = at > len(header)
    except (IndexError, struct.error):
        cut_off = True
    if isinstance(properties.get("headers"), Damage):
        properties["damage"] = properties.pop("headers")
    if cut_off:
        properties["damage"] = Damage.PROPERTIES
    return properties
