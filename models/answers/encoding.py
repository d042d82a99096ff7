"""JSON bytes, for everything that goes out."""

from decimal import Decimal

import orjson


def encode(value: object) -> bytes:
    """JSON bytes; a decimal is a number with just its digits."""
    return orjson.dumps(value, default=_number)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(f"{value:f}")
    raise TypeError
