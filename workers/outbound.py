"""Everything that leaves a worker goes through here: published in order, confirmed, tried again until it is out."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Protocol

import structlog

from cartwright.workers.amqp import Outcome, Outgoing, Publisher, PublishTimeout

REPUBLISH_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Sender(Protocol):
    """What brings messages out."""

    async def send(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        """Queue the messages behind all earlier ones; the result is to be awaited for the broker's confirms."""


class Outbound:
    """Publishes messages and waits for their confirms. Counts what was published and what nobody wanted."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.published = 0
        self.unroutable = 0

    async def send(self, messages: Sequence[Outgoing]) -> Awaitable[None]:
        """Queue the messages behind all earlier ones; the result is to be awaited for the broker's confirms."""
        if messages:
            await self._publisher.room(len(messages))
        return self._confirmed(list(messages), self._publisher.send(messages))

    async def _confirmed(self, messages: list[Outgoing], sending: Awaitable[Sequence[Outcome]]) -> None:
        missing = await self._missing(messages, sending)
        while missing:
            _log.error("not_published", messages=len(missing), exchange=missing[0].exchange)
            await asyncio.sleep(REPUBLISH_SECONDS)
            missing = await self._missing(missing, self._publisher.send(missing))

    async def _missing(self, messages: list[Outgoing], sending: Awaitable[Sequence[Outcome]]) -> list[Outgoing]:
        """Those of the messages that the broker does not have. A reply that nobody waits for any more is no loss."""
        try:
            outcomes = await sending
        except PublishTimeout:
            return messages
        self.published += len(messages)
        self.unroutable += sum(outcome is Outcome.UNROUTABLE for outcome in outcomes)
        return [each for each, outcome in zip(messages, outcomes, strict=True) if outcome is Outcome.REFUSED]
