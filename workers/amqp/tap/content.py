"""Putting a message back together from the frames it came in."""

from __future__ import annotations

from collections.abc import Callable

from workers.amqp.decoding import UINT64
from workers.amqp.encoding import BODY, HEADER

_BODY_SIZE_AT = 4


class ContentReader:
    """Collects a method that carries content, its header and its body; then calls `complete` with the three.

    The frames of one message follow each other on their channel, so one reader per channel is enough.
    """

    __slots__ = ("_chunks", "_complete", "_header", "_method", "_missing")

    def __init__(self, complete: Callable[[bytes, bytes, bytes], None]) -> None:
        self._complete = complete
        self.reset()

    def reset(self) -> None:
        """Forget a message that was cut off."""
        self._method = self._header = b""
        self._chunks: list[bytes] = []
        self._missing = 0

    def begin(self, method: bytes) -> None:
        """Start a message with its method frame's payload."""
        self._method = method

    def feed(self, kind: int, payload: bytes) -> bool:
        """Take a header or body frame; return False if no message of ours is open."""
        if not self._method:
            return False
        if kind == HEADER:
            self._header = payload
            (self._missing,) = UINT64.unpack_from(payload, _BODY_SIZE_AT)
        elif kind == BODY:
            self._chunks.append(payload)
            self._missing -= len(payload)
        if not self._missing:
            method, header, chunks = self._method, self._header, self._chunks
            self.reset()
            self._complete(method, header, chunks[0] if len(chunks) == 1 else b"".join(chunks))
        return True
