"""The door: takes deliveries in order, and holds them while the broker is asked about a reply address."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

import structlog

from cartwright.cancelling import cancelled
from workers.amqp import Delivery
from workers.amqp.answering import LOST
from workers.consume.direct_replies import DirectReplies
from workers.consume.probe import Probe

ASK_AGAIN_SECONDS = 0.2
Receive = Callable[[Delivery], None]

_log = structlog.get_logger(__name__)


class Door:
    """Passes deliveries on; one that waits holds up all later ones."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._replies = DirectReplies(probe.survives)
        self._waiting: deque[tuple[Delivery, Receive]] = deque()
        self._asking: asyncio.Task[None] | None = None

    def refused(self, address: str) -> bool:
        """Whether the broker would close a connection over this direct reply address."""
        return self._replies.refused(address)

    def way_to(self, receive: Receive) -> Receive:
        """A callback that passes deliveries on to `receive`, which must not raise, now or in turn."""
        return partial(self._enter, receive)

    def _enter(self, receive: Receive, delivery: Delivery) -> None:
        if not self._waiting and not self._replies.doubtful(delivery.reply_to):
            receive(delivery)
            return
        self._waiting.append((delivery, receive))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="reply-addresses")

    async def close(self) -> None:
        """Stop asking; deliveries that still wait will be redelivered."""
        if self._asking is not None:
            await cancelled([self._asking])
        await self._probe.close()

    async def _ask(self) -> None:
        while self._waiting:
            delivery, receive = self._waiting[0]
            # If the link is closed, the broker has requeued the message: there is nothing to acknowledge.
            if delivery.link.open:
                await self._settle_doubt(delivery)
                receive(delivery)
            self._waiting.popleft()

    async def _settle_doubt(self, delivery: Delivery) -> None:
        address = delivery.reply_to or ""
        while self._replies.doubtful(address) and delivery.link.open:
            try:
                await self._replies.ask(address)
            except LOST as error:
                _log.warning("reply_address_unknown", error=repr(error), again_in=ASK_AGAIN_SECONDS)
                await asyncio.sleep(ASK_AGAIN_SECONDS)
