"""JSON texts of objects that are kept as sent: every number in them stays exactly as it was written."""

import json
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from pydantic_core import PydanticCustomError

MAX_DEPTH = 20
SAFE_DIGITS = 19
"""Integers of fewer digits fit into 64 bits."""


def encode_kept(value: object, depth: int = 1) -> str:
    """Compact JSON of a value at this level; raises `PydanticCustomError` for too many levels."""
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, dict | list | Mapping):
        return json.dumps(value)
    if depth > MAX_DEPTH:
        raise PydanticCustomError("too-deep", f"at most {MAX_DEPTH} levels are kept")
    if isinstance(value, list):
        return f"[{','.join([encode_kept(each, depth + 1) for each in value])}]"
    fields = [f"{encode_basestring(name)}:{encode_kept(each, depth + 1)}" for name, each in value.items()]
    return f"{{{','.join(fields)}}}"


def decode_kept(text: str) -> dict[str, Any]:
    """The object of a text.

    Fractions are `Decimal`, and so are integers that don't fit into 64 bits, which few writers of JSON take.
    """
    found: dict[str, Any] = _DECODER.decode(text)
    return found


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < SAFE_DIGITS else Decimal(digits)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_integer)
