"""What makes two bodies one command: the same JSON value, however it is written down (contract, "Clarifications").

Key order, white space and escapes say nothing; nor does an envelope field that names its own default. A number spelt
otherwise (`1.0` for `1`) does make another command, for nobody but its sender knows whether it means the same.
"""

import hashlib
import json

import orjson

from cartwright.wire.command import Envelope

_SORTED = orjson.OPT_SORT_KEYS
_DEFAULTS = {
    field.alias or name: field.default for name, field in Envelope.model_fields.items() if not field.is_required()
}


def body_hash(fields: dict[str, object], body: bytes) -> bytes:
    """The hash of a command's JSON value; `fields` are the strictly decoded `body`."""
    return _digest(_canonical(_told(fields), body))


def call_hash(dialect: str, operation: str, cart_id: str | None, fields: dict[str, object], body: bytes) -> bytes:
    """The hash of a call in a dialect: the same operation of it, about the same cart, with the same JSON value.

    A member that is null says the same as one that is absent.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    return _digest(orjson.dumps([dialect, operation, cart_id]) + _canonical(given, body))


def _told(fields: dict[str, object]) -> dict[str, object]:
    """The fields that say something."""
    for name, value in fields.items():
        if name in _DEFAULTS and value == _DEFAULTS[name]:
            return _without_defaults(fields)
    return fields


def _canonical(told: dict[str, object], body: bytes) -> bytes:
    """These fields of the body in one spelling."""
    try:
        canonical = orjson.dumps(told, None, _SORTED)
    except orjson.JSONEncodeError:  # a fraction, or an integer beyond 64 bit
        spelt = json.loads(body, parse_float=_Number, parse_int=_Number)
        canonical = orjson.dumps({name: spelt[name] for name in told}, _Number.fragment, _SORTED)
    return canonical


def _without_defaults(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}


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
