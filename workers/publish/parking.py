"""The parking queue as a worker sees it: what it parked there, how full the queue is, and who waits for room.

The broker takes whatever comes: it would drop dead letters that find a full queue. So the workers keep the bound. A
worker that finds the queue full keeps the command, unacknowledged, until there is room; nothing is dropped. The bound
is not sharp: workers measure once per heartbeat, and what the broker parks itself is always taken.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog

from cartwright.wire.headers import CART_ID
from cartwright.wire.parked import PARKED_CODE, PARKED_ROUTING_KEY
from cartwright.wire.refusals import ErrorCode
from workers.amqp import Outgoing

_log = structlog.get_logger(__name__)


class Parking:
    """Counts what is parked by code, and holds back what would be more than `limit` messages in the queue."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parked: Counter[str] = Counter(dict.fromkeys((each.value for each in ErrorCode), 0))
        self.messages = 0
        """How many messages are in the queue, or on their way from here, as far as is known."""
        self.held = 0
        """How many commands of this worker wait for room."""
        self._admitted = 0
        self._turn = asyncio.Lock()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        """Whether no more messages may be parked."""
        return self.messages >= self.limit

    @property
    def confirmed(self) -> int:
        """How many messages of this worker the broker has confirmed."""
        return self.parked.total()

    def measured(self, messages: int, confirmed: int) -> None:
        """Take note of how many messages are in the queue, when so many of ours were confirmed before it was asked."""
        self.messages = messages + self._admitted - confirmed
        if not self.full and not self._room.is_set():
            self._room.set()
            _log.info("parking_has_room", messages=messages, limit=self.limit)

    async def admit(self, messages: int) -> None:
        """Wait until this many messages may be parked, in turn; they may exceed the bound if there is room for one."""
        self.held += messages
        try:
            async with self._turn:
                while self.full:
                    self._hold()
                    await self._room.wait()
                self.messages += messages
                self._admitted += messages
        finally:
            self.held -= messages

    def note(self, messages: Iterable[Outgoing]) -> None:
        """Take note that the broker has these messages: a line in the log for each."""
        for each in messages:
            tenant, _, command = str(each.headers.get(PARKED_ROUTING_KEY)).partition(".")
            code = str(each.headers.get(PARKED_CODE))
            self.parked[code] += 1
            _log.warning(
                "message_parked",
                code=code,
                tenant=tenant,
                command=command,
                message_id=each.message_id,
                cart_id=each.headers.get(CART_ID),
            )

    def _hold(self) -> None:
        if self._room.is_set():
            self._room.clear()
            _log.error(
                "parking_full",
                messages=self.messages,
                limit=self.limit,
                consequence="commands that can't be answered or applied wait, unacknowledged",
                remedy="cart parking list, then replay or drop; or a higher CART_PARKING_MESSAGES",
            )
