"""The publisher's bookkeeping: messages that wait to be written or confirmed, and for whom."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workers.amqp.messages import Outcome, Outgoing


class Batch:
    """The messages of one `send`: a future that resolves once each of them has an outcome."""

    __slots__ = ("_missing", "_outcomes", "future")

    def __init__(self, size: int, future: asyncio.Future[Sequence[Outcome]]) -> None:
        self._outcomes = [Outcome.CONFIRMED] * size
        self._missing = size
        self.future = future

    @property
    def waiting(self) -> bool:
        """Whether anybody still waits for it; nobody does after a cancellation."""
        return not self.future.done()

    def conclude(self, index: int, outcome: Outcome) -> None:
        """Note the outcome of one message; each is settled once."""
        self._outcomes[index] = outcome
        self._missing -= 1
        if not self._missing and not self.future.done():
            self.future.set_result(self._outcomes)


@dataclass(slots=True, eq=False)
class Entry:
    """One message of the window (not a journal entry), with its encoded frames."""

    message: Outgoing
    frames: bytes
    batch: Batch
    index: int
    attempts: int = 0
    returned: bool = False

    def conclude(self, outcome: Outcome) -> None:
        """Report its outcome."""
        self.batch.conclude(self.index, outcome)


class Window:
    """Messages in publishing order: those written on the current connection, by tag, and the backlog behind."""

    def __init__(self) -> None:
        self._backlog: deque[Entry] = deque()
        self._unconfirmed: dict[int, Entry] = {}
        self._oldest = self._next = 1

    def __len__(self) -> int:
        return len(self._backlog) + len(self._unconfirmed)

    @property
    def unconfirmed(self) -> int:
        """How many messages are on the wire."""
        return len(self._unconfirmed)

    @property
    def batches(self) -> set[Batch]:
        """The batches that have no outcome yet."""
        return {entry.batch for entry in (*self._unconfirmed.values(), *self._backlog) if entry.batch.waiting}

    def add(self, entries: Iterable[Entry]) -> None:
        """Queue entries behind all others."""
        self._backlog.extend(entries)

    def advance(self, unconfirmed_limit: int, size_limit: int) -> bytes:
        """Return the next frames to write, about `size_limit` bytes at most, and await their confirms.

        Empty when nothing is left to write or `unconfirmed_limit` messages are on their way already.
        """
        frames: list[bytes] = []
        size = 0
        while self._backlog and size < size_limit and len(self._unconfirmed) < unconfirmed_limit:
            entry = self._backlog.popleft()
            if entry.batch.waiting:
                self._unconfirmed[self._next] = entry
                self._next += 1
                frames.append(entry.frames)
                size += len(entry.frames)
        return b"".join(frames)

    def take(self, tag: int, *, multiple: bool) -> list[Entry]:
        """Remove and return what a confirm for `tag` covers: it alone, or everything up to it."""
        unconfirmed = self._unconfirmed
        if not multiple:
            return [unconfirmed.pop(tag)] if tag in unconfirmed else []
        tags = range(self._oldest, tag + 1)
        self._oldest = tag + 1
        return [unconfirmed.pop(tag) for tag in tags if tag in unconfirmed]

    def mark_returned(self, exchange: str, routing_key: str, message_id: str | None) -> None:
        """Note that the broker returned this message; it confirms the same message afterwards.

        A return names no tag. The oldest message that fits is meant, since returns come in publishing order.
        """
        for entry in self._unconfirmed.values():
            message = entry.message
            if (
                message.mandatory
                and not entry.returned
                and message.message_id == message_id
                and message.routing_key == routing_key
                and message.exchange == exchange
            ):
                entry.returned = True
                return

    def withdraw(self, at_fault: Callable[[Entry], bool]) -> list[Entry]:
        """Remove and return the entries that `at_fault` picks out of those written on this connection."""
        picked = {tag: entry for tag, entry in self._unconfirmed.items() if at_fault(entry)}
        for tag in picked:
            del self._unconfirmed[tag]
        return list(picked.values())

    def rewind(self) -> None:
        """Start over on a new connection: everything unconfirmed goes first again, in its old order."""
        self._backlog.extendleft(reversed(self._unconfirmed.values()))
        self._unconfirmed.clear()
        self._oldest = self._next = 1
        for entry in self._backlog:
            entry.returned = False

    def encode(self, encode: Callable[[Outgoing], bytes]) -> None:
        """Encode the backlog again for a connection with another frame size."""
        for entry in self._backlog:
            entry.frames = encode(entry.message)
