"""Signs of life: a queue that is quiet is sent a message of our own, which must come to us.

A broker may stop sending what a queue has, and not say so. RabbitMQ 3.10 does when a quorum queue is deleted and at
once declared again: its consumer stays, without a cancel; messages are taken for sent, and never arrive.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from workers.amqp import Delivery, Outcome, Outgoing, PublisherClosed, PublisherFull

QUIET_SECONDS = 1.0
MOST_PER_SECOND = 16
"""Signs of one worker: each of them is a message that the broker stores."""
ANSWER_SECONDS = 1.2
CONFIRMS_TO_ARRIVE = 20
"""At least so many times as long as the broker took to confirm."""
POLL_SECONDS = 0.02
LAST_SECONDS = 1.0
"""How long a sign that is under way is waited for when the queue is left."""
_HEADER = "sign-of-life"
Send = Callable[[Sequence[Outgoing]], Awaitable[Sequence[Outcome]]]
"""Publishes messages, over another connection than the one that consumes: a broker with an alarm reads nothing more
from connections that publish, and the consumers' must go on."""


def is_sign(delivery: Delivery) -> bool:
    """Whether a delivery is a sign of life, ours or that of a worker which is gone."""
    return not delivery.body and _HEADER in delivery.headers


def quiet_seconds(queues: int) -> float:
    """How long a queue must have been quiet to be asked, if there are so many of them."""
    return max(QUIET_SECONDS, queues / MOST_PER_SECOND)


class SignsOfLife:
    """Of one queue, which is asked after so many `quiet` seconds. `clock` counts seconds."""

    def __init__(self, queue: str, send: Send, clock: Callable[[], float], quiet: float = QUIET_SECONDS) -> None:
        self._sign = Outgoing("", queue, b"", message_id=_HEADER, type=_HEADER, headers={_HEADER: 1}, mandatory=True)
        self._send = send
        self._clock = clock
        self._quiet = quiet
        self._sending: asyncio.Future[Sequence[Outcome]] | None = None
        self._due_at: float | None = None
        self._heard_at = self._asked_at = clock()

    def heard(self) -> None:
        """Take note that the queue has sent something."""
        self._heard_at = self._clock()
        self._sending = self._due_at = None

    def overdue(self) -> bool:
        """Whether a sign has not come for too long; another one is sent if the queue stays quiet.

        The one that is due first counts: a broker that was slow for a moment need not be waited for as if it still was.
        """
        now = self._clock()
        if self._due_at is not None and now > self._due_at:
            return True
        if self._sending is None and now - max(self._heard_at, self._asked_at) >= self._quiet:
            self._ask()
        return False

    async def arrived(self) -> None:
        """Wait a moment for a sign that is under way, so that it is not left in the queue."""
        until = self._clock() + LAST_SECONDS
        while (self._sending is not None or self._due_at is not None) and self._clock() < until:  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)

    def _ask(self) -> None:
        try:
            sending = asyncio.ensure_future(self._send([self._sign]))
        except (PublisherClosed, PublisherFull):
            return
        self._sending = sending
        sending.add_done_callback(partial(self._sent, self._clock()))

    def _sent(self, began: float, sending: "asyncio.Future[Sequence[Outcome]]") -> None:
        """Take note that a sign is in the queue, unless something has come meanwhile."""
        is_there = not sending.cancelled() and sending.exception() is None and sending.result() == [Outcome.CONFIRMED]
        if self._sending is sending:
            self._sending = None
            if is_there:
                now = self._asked_at = self._clock()
                due_at = now + max(ANSWER_SECONDS, CONFIRMS_TO_ARRIVE * (now - began))
                self._due_at = due_at if self._due_at is None else min(due_at, self._due_at)
