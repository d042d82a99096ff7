"""Cursors of the queries about jobs: where a page ended, as text."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from cartwright.wire.refusals import ErrorCode, Refusal


def place_text(*values: str | int) -> str:
    """A place as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_place(cursor: str, types: Sequence[type]) -> Any:
    """The values of a place; raises `invalid` for a text that is none, with values of these types."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(types):
        message = "The cursor does not belong to this query."
        raise Refusal.at("/data/cursor", ErrorCode.INVALID, message, "wrong-cursor")
    return values
