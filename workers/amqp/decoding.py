"""Reading the fields of content frames: short strings, property lists and header tables (AMQP 0-9-1, 4.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

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
_STRING, _BYTES, _TABLE, _ARRAY, _DECIMAL, _VOID = b"SxFADV"

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
    """Return the string at ``at`` and where it ends. Bytes that are not UTF-8 are replaced, never an error."""
    start = at + 1
    end = start + data[at]
    return data[start:end].decode("utf-8", "replace"), end


def read_table(data: bytes, at: int) -> tuple[dict[str, object], int]:
    """Return the field table at ``at`` and where it ends. Raises ValueError for an unknown field type."""
    (size,) = UINT32.unpack_from(data, at)
    at += 4
    end = at + size
    table: dict[str, object] = {}
    while at < end:
        name, at = read_short_string(data, at)
        table[name], at = _read_field(data, at)
    return table, end


def _read_field(data: bytes, at: int) -> tuple[object, int]:
    kind = data[at]
    at += 1
    if kind in {_STRING, _BYTES}:
        start = at + 4
        end = start + int(UINT32.unpack_from(data, at)[0])
        raw = data[start:end]
        return (raw if kind == _BYTES else raw.decode("utf-8", "replace")), end
    if (fixed := _FIXED.get(kind)) is not None:
        return fixed.unpack_from(data, at)[0], at + fixed.size
    if kind == _TABLE:
        return read_table(data, at)
    if kind == _ARRAY:
        return _read_array(data, at)
    if kind == _DECIMAL:
        scale, unscaled = struct.unpack_from(">Bi", data, at)
        return Decimal(unscaled).scaleb(-scale), at + 5
    if kind == _VOID:
        return None, at
    raise ValueError(f"unknown field type {chr(kind)!r} in a header table")


def _read_array(data: bytes, at: int) -> tuple[list[object], int]:
    (size,) = UINT32.unpack_from(data, at)
    at += 4
    end = at + size
    values = []
    while at < end:
        value, at = _read_field(data, at)
        values.append(value)
    return values, end


def _read_octet(data: bytes, at: int) -> tuple[int, int]:
    return data[at], at + 1


def _read_timestamp(data: bytes, at: int) -> tuple[int, int]:
    return UINT64.unpack_from(data, at)[0], at + 8


_READERS: dict[str, Callable[[bytes, int], tuple[object, int]]] = {
    "headers": read_table,
    "delivery_mode": _read_octet,
    "priority": _read_octet,
    "timestamp": _read_timestamp,
}
_PROPERTIES = tuple(
    (1 << 15 - index, name, _READERS.get(name, read_short_string)) for index, name in enumerate(PROPERTIES)
)
_FLAGS_AT = 12


def read_properties(header: bytes) -> dict[str, Any]:
    """Return the properties present in a content header frame's payload, by name."""
    (flags,) = UINT16.unpack_from(header, _FLAGS_AT)
    at = _FLAGS_AT + 2
    properties: dict[str, Any] = {}
    for bit, name, read in _PROPERTIES:
        if flags & bit:
            properties[name], at = read(header, at)
    return properties
