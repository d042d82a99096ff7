"""Questions to the broker declare nothing that is missing and bind nothing."""

from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiormq.abc import AbstractChannel
from aiormq.exceptions import ChannelLockedResource, ChannelNotFoundEntity, ChannelPreconditionFailed

from workers.amqp import OpenChannel
from workers.broker.asking import QueueCounts, counts, is_empty, waiting
from workers.broker.declaration import difference
from workers.broker.locks import is_locked
from workers.broker.topology import Exchange, Queue, Topology
from workers.settings import Settings

TOPOLOGY = Topology(Settings(partitions=2))
PARTS: list[Exchange | Queue] = [*TOPOLOGY.exchanges(), *TOPOLOGY.queues()]


class FakeChannel:
    """A channel on which everything exists, or on which declarations fail: all of them, or those that are not passive.

    It has no way to bind.
    """

    def __init__(self, error: type[Exception] | None = None, *, passive_too: bool = True) -> None:
        self.declared: list[bool] = []
        self.waiting, self.consumers = 3, 2
        self.messages: list[str] = []
        self._error = error
        self._passive_too = passive_too

    async def queue_declare(self, name: str, *, passive: bool = False, **_: Any) -> Any:
        self._declare(passive)
        return SimpleNamespace(message_count=self.waiting, consumer_count=self.consumers)

    async def basic_qos(self, *, prefetch_count: int) -> None:
        """One at a time."""
        assert prefetch_count == 1

    async def basic_consume(self, _name: str, taken: Callable[[Any], Awaitable[None]]) -> None:
        for each in self.messages:
            await taken(each)

    async def exchange_declare(self, name: str, *, passive: bool = False, **_: Any) -> None:
        self._declare(passive)

    def _declare(self, passive: bool) -> None:
        self.declared.append(not passive)
        if self._error is not None and (self._passive_too or not passive):
            raise self._error

    async def close(self) -> None:
        """Nothing is left open."""


def opening(channel: FakeChannel) -> OpenChannel:
    async def open_channel() -> AbstractChannel:
        return cast("AbstractChannel", cast("Any", channel))

    return open_channel


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
async def test_what_is_wrong_with_a_part(part: Exchange | Queue) -> None:
    missing = FakeChannel(ChannelNotFoundEntity)
    assert await difference(opening(missing), part) == f"{part.name} is missing"
    assert missing.declared == [False]
    differing = FakeChannel(ChannelPreconditionFailed, passive_too=False)
    assert await difference(opening(differing), part) == f"{part.name} differs"
    assert await difference(opening(FakeChannel()), part) is None


async def test_what_waits_in_a_queue() -> None:
    there, missing = opening(FakeChannel()), opening(FakeChannel(ChannelNotFoundEntity))
    assert await counts(there, "q") == QueueCounts(waiting=3, consumers=2)
    assert await waiting(there, "q") == 3
    assert await counts(missing, "q") is None
    assert await waiting(missing, "q") is None


async def test_a_queue_is_empty_if_a_consumer_of_it_counts_and_gets_nothing() -> None:
    channel = FakeChannel()
    assert not await is_empty(opening(channel), "q")
    channel.waiting = 0
    assert await is_empty(opening(channel), "q")
    channel.messages = ["the only one"]
    assert not await is_empty(opening(channel), "q"), "it is no longer counted: it has been delivered"
    assert await is_empty(opening(FakeChannel(ChannelNotFoundEntity)), "q")


async def test_a_count_without_the_own_consumer_is_none() -> None:
    """As RabbitMQ tells it when the leader of a quorum queue does not answer in time."""
    channel = FakeChannel()
    channel.waiting = channel.consumers = 0
    assert not await is_empty(opening(channel), "q")


@pytest.mark.parametrize(("error", "locked"), [(ChannelLockedResource, True), (ChannelNotFoundEntity, False)])
async def test_a_lock_is_seen_by_being_kept_out(error: type[Exception], locked: bool) -> None:
    assert await is_locked(opening(FakeChannel(error)), "lock") is locked
