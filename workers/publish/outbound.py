"""Everything that leaves a worker goes through here: published in order, confirmed, tried again until it is out.

Replies have a connection of their own. What happens to the exchanges of events and retries, such as that somebody
deletes them, must not have a caller told twice; and what a caller writes as its address must not touch an event.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

import structlog

from workers.amqp import Outcome, Outgoing, Publisher
from workers.publish.parking import Parking

REPUBLISH_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Sender(Protocol):
    """What brings messages out."""

    async def send(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        """Queue the messages behind all earlier ones; the result is to be awaited for the broker's confirms."""


async def hand_out(outbound: Sender, messages: Sequence[Outgoing]) -> None:
    """Publish messages, and return when the broker has them."""
    await (await outbound.send(messages))


class Outbound:
    """Publishes messages and waits for their confirms. Counts what was published, and replies that nobody wanted.

    What is parked has to be admitted by `parking`, if there is one.
    """

    def __init__(self, replies: Publisher, others: Publisher, parking: Parking | None = None) -> None:
        self._replies = replies
        self._others = others
        self._publishers = {"replies": replies, "events": others}
        self._parking = parking
        self.published = 0
        self.unroutable = 0

    async def connect(self) -> None:
        """Open both connections; raises AMQPError or OSError."""
        await self._others.connect()
        await self._replies.connect()

    @property
    def connected(self) -> Mapping[str, bool]:
        """Whether each connection is open."""
        return {name: each.connected for name, each in self._publishers.items()}

    @property
    def reconnects(self) -> Mapping[str, int]:
        """How often each connection was replaced."""
        return {name: each.reconnects for name, each in self._publishers.items()}

    @property
    def unconfirmed(self) -> int:
        """How many messages wait to be confirmed."""
        return sum(each.unconfirmed for each in self._publishers.values())

    @property
    def silent_for(self) -> float:
        """How many seconds the messages of a connection have waited without any confirm; the longer of both."""
        return max(each.silent_for for each in self._publishers.values())

    async def close(self) -> None:
        """Close both connections."""
        await asyncio.gather(self._replies.close(), self._others.close())

    async def send(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        """Queue the messages behind all earlier ones; the result is to be awaited for the broker's confirms.

        While the parking queue is full, what is to be parked is queued once there is room.
        """
        if self._parking is None or not any(each.parked for each in messages):
            return await self._queue(messages)
        # A task, so that they take their turns in the order of the calls.
        parked = asyncio.create_task(self._set_aside(self._parking, [each for each in messages if each.parked]))
        others = [each for each in messages if not each.parked]
        return _both(await self._queue(others), parked) if others else parked

    async def _set_aside(self, parking: Parking, messages: list[Outgoing]) -> None:
        await parking.admit(len(messages))
        await self._repeated(messages, await self._queued(self._others, messages))
        parking.note(messages)

    async def _queue(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        replies = [each for each in messages if each.to_caller]
        others = [each for each in messages if not each.to_caller] if len(replies) < len(messages) else []
        if not others:
            return self._confirmed(replies, await self._queued(self._replies, replies))
        confirmed = self._repeated(others, await self._queued(self._others, others))
        if not replies:
            return confirmed
        return _both(confirmed, self._confirmed(replies, await self._queued(self._replies, replies)))

    async def _queued(self, publisher: Publisher, messages: list[Outgoing]) -> Awaitable[Sequence[Outcome]]:
        if messages:
            await publisher.room(len(messages))
        return publisher.send(messages)

    async def _confirmed(self, messages: list[Outgoing], sending: Awaitable[Sequence[Outcome]]) -> None:
        """A reply that nobody waits for any more is no loss, nor one whose address the broker can't read."""
        outcomes = await sending
        self.published += len(messages)
        self.unroutable += sum(outcome is not Outcome.CONFIRMED for outcome in outcomes)

    async def _repeated(self, messages: list[Outgoing], sending: Awaitable[Sequence[Outcome]]) -> None:
        while missing := await self._missing(messages, sending):
            _log.error("not_published", messages=len(missing), exchange=missing[0].exchange)
            await asyncio.sleep(REPUBLISH_SECONDS)
            messages, sending = missing, await self._queued(self._others, missing)

    async def _missing(self, messages: list[Outgoing], sending: Awaitable[Sequence[Outcome]]) -> list[Outgoing]:
        """Those of the messages that the broker does not have."""
        outcomes = await sending
        self.published += len(messages)
        return [each for each, outcome in zip(messages, outcomes, strict=True) if outcome is not Outcome.CONFIRMED]


async def _both(first: Awaitable[None], second: Awaitable[None]) -> None:
    await asyncio.gather(first, second)
