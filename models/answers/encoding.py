"""JSON bytes, for everything that goes out."""

import orjson


def encode(value: object) -> bytes:
    """JSON bytes."""
    return orjson.dumps(value)
