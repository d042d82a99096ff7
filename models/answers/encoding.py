"""JSON bytes, for everything that goes out."""

from typing import Any

import orjson


def encode(value: Any) -> bytes:
    """JSON bytes."""
    return orjson.dumps(value)
