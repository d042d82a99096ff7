"""Cursors: where a page of an answer ended, as text that callers send back.

A place is made of texts, whole numbers, times and nulls. What comes back may be anything, so all that no database
could compare with is refused here.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime

from cartwright.wire.refusals import ErrorCode, Refusal

CursorValue = str | int | datetime | None
_BEYOND = 1 << 63


def cursor_text(values: Sequence[CursorValue]) -> str:
    """The values of a place as a cursor."""
    written = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(written).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[CursorValue]:
    """The values of a place; raises `invalid` for a text that is no cursor."""
    try:
        written = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(each) for each in _values(written)]
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise wrong_cursor() from None


def wrong_cursor() -> Refusal:
    """The refusal of a cursor that leads nowhere in this answer."""
    return Refusal.at("/data/cursor", ErrorCode.INVALID, "The cursor does not belong to this query.", "wrong-cursor")


def _values(written: object) -> list[object]:
    if isinstance(written, list):
        return written
    raise TypeError("a cursor is a list")


def _value(written: object) -> CursorValue:
    match written:
        case {"at": str(time)}:
            return datetime.fromisoformat(time)
        case str():
            written.encode()
            return written
        case int() if not isinstance(written, bool) and -_BEYOND <= written < _BEYOND:
            return written
        case None:
            return None
    raise TypeError("no value of a place")
