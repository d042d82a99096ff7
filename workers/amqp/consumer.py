"""A consumer: FastStream's subscriber starts and stops it, an inbox knows what it has delivered."""

import asyncio
from typing import Any, Protocol

from faststream.rabbit import RabbitQueue

_QUIET_SECONDS = 0.25
_POLL_SECONDS = 0.02


def as_it_is(queue: str) -> RabbitQueue:
    """A queue as FastStream consumes it: it exists already, perhaps as an earlier build declared it."""
    return RabbitQueue(queue, durable=True, declare=False)


class Inbox(Protocol):
    """The deliveries of one consumer."""

    @property
    def consuming(self) -> bool:
        """Whether the broker is, to our knowledge, sending us this queue's messages."""

    @property
    def unacknowledged(self) -> int:
        """How many deliveries are not acknowledged yet."""

    def hold(self) -> None:
        """Hold acknowledgements back until `release`."""

    def release(self) -> None:
        """Send the acknowledgements that were held back."""


class SubscribedConsumer:
    """One queue's consumer, started and stopped with its broker."""

    def __init__(self, subscriber: Any, inbox: Inbox) -> None:
        self._subscriber = subscriber
        self._inbox = inbox

    @property
    def consuming(self) -> bool:
        """Whether the broker is, to our knowledge, sending us this queue's messages."""
        return self._inbox.consuming

    @property
    def unacknowledged(self) -> int:
        """How many deliveries are not acknowledged yet."""
        return self._inbox.unacknowledged

    async def resume(self) -> None:
        """Receive again after a cancel, behind others that wait for the queue."""
        await self._subscriber.start()

    async def drained(self) -> None:
        """Wait until every delivery is acknowledged."""
        while self._inbox.unacknowledged:  # noqa: ASYNC110 (happens once in a while, and takes milliseconds)
            await asyncio.sleep(_POLL_SECONDS)

    async def renew(self) -> None:
        """Receive again after the broker has cancelled us."""
        await self._subscriber.stop()
        await self._subscriber.start()

    async def cancel(self) -> None:
        """Stop receiving; the channel stays open, so that received deliveries can still be acknowledged.

        Every acknowledgement makes the broker pick the next message. One that is picked when the cancel arrives comes
        back as redelivered, although it was never sent. So acknowledgements wait until the cancel is done.
        """
        self._inbox.hold()
        await asyncio.sleep(_QUIET_SECONDS)
        await self._subscriber.stop()
        self._inbox.release()
