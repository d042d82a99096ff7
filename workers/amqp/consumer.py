"""A consumer: FastStream's subscriber starts and stops it, an inbox knows what it has delivered."""

import asyncio
from typing import Any, Protocol

_QUIET_SECONDS = 0.25
_POLL_SECONDS = 0.02


class Inbox(Protocol):
    """The deliveries of one consumer."""

    @property
    def consuming(self) -> bool:
        """Whether the broker is, to our knowledge, sending us this queue's messages."""

    @property
    def unacknowledged(self) -> int:
        """How many deliveries still have to be settled."""

    def hold(self) -> None:
        """Keep acknowledgements back until `release`."""

    def release(self) -> None:
        """Send the acknowledgements that were kept back."""


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
        """How many deliveries still have to be settled."""
        return self._inbox.unacknowledged

    async def resume(self) -> None:
        """Receive again after a cancel, behind others that wait for the queue."""
        await self._subscriber.start()

    async def drained(self) -> None:
        """Wait until everything that was delivered is settled."""
        while self._inbox.unacknowledged:  # noqa: ASYNC110 (happens once in a while, and takes milliseconds)
            await asyncio.sleep(_POLL_SECONDS)

    async def renew(self) -> None:
        """Receive again after the broker has cancelled us."""
        await self._subscriber.stop()
        await self._subscriber.start()

    async def cancel(self) -> None:
        """Stop receiving; the channel stays open, so that what was received can still be settled.

        Every acknowledgement makes the broker pick the next message, and what it has picked when the cancel reaches it
        comes back as redelivered without ever having been sent. So acknowledgements wait until the cancel is through.
        """
        self._inbox.hold()
        await asyncio.sleep(_QUIET_SECONDS)
        await self._subscriber.stop()
        self._inbox.release()
