"""Counters around what a worker talks to: database, publisher, encoders. No clock: every machine counts the same."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import bson
from pymongo import monitoring

from models.answers import encoding
from workers.amqp import Outcome, Outgoing

_encode = bson.encode
"""The original, which does not count."""
_DATA_COMMANDS = frozenset({"find", "getMore", "insert", "update", "delete", "findAndModify", "aggregate"})


class DatabaseCounter(monitoring.CommandListener):
    """Round trips to one database, and the bytes that were sent to it; while `counting` only."""

    def __init__(self, database: str) -> None:
        self._database = database
        self.counting = False
        self.round_trips = 0
        self.bytes = 0

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Count a command as it leaves."""
        if self.counting and event.database_name == self._database and event.command_name in _DATA_COMMANDS:
            self.round_trips += 1
            self.bytes += len(_encode(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Counted when it left."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Counted when it left."""


class CountingPublisher:
    """A publisher that confirms everything at once and only counts it."""

    def __init__(self) -> None:
        self.connected = True
        self.messages = 0
        self.bytes = 0

    async def connect(self) -> None:
        """There is nothing to connect to."""

    async def close(self, patience: float = 10.0) -> None:
        """There is nothing to close."""

    async def room(self, messages: int) -> None:
        """There always is room."""

    def send(self, messages: Sequence[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        """Count the messages and their bodies."""
        self.messages += len(messages)
        self.bytes += sum(len(message.body) for message in messages)
        return _confirmed(len(messages))


class Acknowledgements:
    """The link of all deliveries; knows how many of them were acknowledged."""

    def __init__(self) -> None:
        self.tags: set[int] = set()
        self.open = True

    def acknowledge(self, tags: Iterable[int], /) -> None:
        """Note the acknowledged deliveries."""
        self.tags.update(tags)


@contextmanager
def counted_encodings() -> Iterator[dict[str, Callable[[], int]]]:
    """Count how often something is encoded as JSON for the wire, and as BSON by storage itself."""
    with (
        patch.object(encoding, "encode", wraps=encoding.encode) as wire,
        patch.object(bson, "encode", wraps=bson.encode) as document,
    ):
        yield {"JSON": lambda: _calls(wire), "BSON": lambda: _calls(document)}


def _calls(spy: Any) -> int:
    return int(spy.call_count)


async def _confirmed(many: int) -> list[Outcome]:
    return [Outcome.CONFIRMED] * many
