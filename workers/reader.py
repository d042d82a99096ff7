"""Reads deliveries: each becomes a command in its lane, or is answered or parked at once."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime

import structlog

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from workers.amqp import Delivery
from workers.clock import Clock
from workers.consume.dead_letters import DeadLetters
from workers.consume.intake import Intake, Parked
from workers.consume.lanes import Lanes
from workers.consume.named_cart import named_cart
from workers.consume.work import Source
from workers.metrics.histogram import Histogram
from workers.settle.completion import Completion

SENT_AT_HEADER = "timestamp_in_ms"
"""What RabbitMQ writes when it is told to set timestamps (`message_interceptors.incoming.set_header_timestamp`)."""

_log = structlog.get_logger(__name__)


class Reader:
    """Commands and dead letters on their way in.

    `source` makes the source of a delivery; `queue_seconds` is how long commands were under way that say when they were
    sent.
    """

    def __init__(
        self,
        intake: Intake,
        lanes: Lanes,
        completion: Completion,
        source: Callable[[Delivery], Source],
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._lanes = lanes
        self._completion = completion
        self._source = source
        self._clock = clock
        self._dead_letters = DeadLetters(intake, lanes, self._give_up, self._turn_away, source, clock)
        self._answering: set[asyncio.Task[None]] = set()
        self.answered = 0
        """How many deliveries never became commands."""
        self.queue_seconds = Histogram()

    def read(self, delivery: Delivery) -> None:
        """Read a command; it always ends answered or parked."""
        source = self._source(delivery)
        try:
            self._intake.check_address(delivery)
            now = self._clock()
            work = self._intake.read(delivery, source, now)
            if delivery.timestamp is not None:
                self._note_queue(delivery, now)
            self._lanes.put(work)
        except (Parked, Refusal) as why:
            self._turn_away(delivery, source, why)
        except Exception:  # noqa: BLE001 (whatever a message contains, the next one is read)
            _log.exception("intake_failed", message_id=delivery.message_id)
            self._turn_away(delivery, source, Refusal(ErrorCode.INTERNAL, "The command could not be read."))

    def read_dead_letter(self, letter: Delivery) -> None:
        """Read what a queue gave up."""
        self._dead_letters.receive(letter)

    def _note_queue(self, delivery: Delivery, now: datetime) -> None:
        """Note how long a command was under way; a timestamp of AMQP has whole seconds."""
        milliseconds = delivery.headers.get(SENT_AT_HEADER)
        sent = milliseconds / 1000 if isinstance(milliseconds, int) else delivery.timestamp
        if sent is not None:
            self.queue_seconds.observe(max(0.0, now.timestamp() - sent))

    async def idle(self) -> None:
        """Wait until all that was refused is answered."""
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _give_up(self, delivery: Delivery, source: Source, refusal: Refusal) -> None:
        """Refuse what can't be processed, and park it."""
        self._answer(self._completion.give_up(source, Refused(refusal, named_cart(delivery))))

    def _turn_away(self, delivery: Delivery, source: Source, why: Parked | Refusal) -> None:
        """Park what must not be answered, and refuse the rest."""
        if isinstance(why, Parked):
            self._answer(self._completion.park(source, why.code.value, why.message))
        else:
            self._answer(self._completion.refuse(source, Refused(why, named_cart(delivery))))

    def _answer(self, answering: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(answering)
        self._answering.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        self.answered += 1
        if not task.cancelled() and (error := task.exception()) is not None:
            # The delivery stays unacknowledged; after the delivery limit the broker parks it.
            _log.error("answer_failed", exc_info=error)
