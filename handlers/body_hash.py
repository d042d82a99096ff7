"""What makes two bodies one command: the same JSON value, however it is written down (contract, "Clarifications").

Key order, white space and escapes say nothing; nor does an envelope field that names its own default. A number spelt
otherwise (`1.0` for `1`) does make another command, for nobody but its sender knows whether it means the same.
"""

import hashlib
import json
from typing import Any

import orjson

from cartwright.models.command import Envelope

_DEFAULTS = {
    field.alias or name: field.default for name, field in Envelope.model_fields.items() if not field.is_required()
}


def body_hash(fields: dict[str, Any], body: bytes) -> bytes:
    """The hash of a command's JSON value; `fields` are the strictly decoded `body`."""
    untold = [name for name in fields if name in _DEFAULTS and fields[name] == _DEFAULTS[name]]
    told = {name: fields[name] for name in fields if name not in untold} if untold else fields
    try:
        canonical = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a fraction, or an integer beyond 64 bit
        spelt = json.loads(body, parse_float=_Number, parse_int=_Number)
        canonical = orjson.dumps(
            {name: spelt[name] for name in told}, option=orjson.OPT_SORT_KEYS, default=_Number.fragment
        )
    return _digest(canonical)


def is_same_body(remembered: bytes, told: bytes, body: bytes) -> bool:
    """Whether a remembered hash is that of the body with hash `told`.

    It used to be the hash of the bytes themselves, and what was remembered then stays remembered.
    """
    return remembered in (told, _digest(body))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


class _Number:
    """A number as it was spelt."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def fragment(self) -> orjson.Fragment:
        """As JSON."""
        return orjson.Fragment(self._digits)
