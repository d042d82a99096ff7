"""Dead letters: commands that a partition's queue gave up. Their senders still get an answer.

A command that expired in the queue takes the usual path, with a deadline that has passed: if an earlier delivery of it
was applied, it is answered with that outcome, otherwise with `deadline-exceeded`; nothing is written. One that was
delivered too often is not parsed, because it may be what killed the workers: it is answered and parked as it is. First
each letter gets back its original routing key, which the broker has overwritten.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from cartwright.wire.parked import EXPIRED, cause_of
from cartwright.wire.refusals import ErrorCode, Refusal
from workers.amqp import Delivery
from workers.clock import Clock
from workers.consume.intake import Intake, Parked
from workers.consume.lanes import Lanes
from workers.consume.work import Source

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Processes the queue of dead letters.

    `give_up` answers and parks a letter, `turn_away` refuses or parks one; `source` makes the source of a delivery.
    """

    intake: Intake
    lanes: Lanes
    give_up: Callable[[Delivery, Source, Refusal], None]
    turn_away: Callable[[Delivery, Source, Parked | Refusal], None]
    source: Callable[[Delivery], Source]
    clock: Clock

    def receive(self, letter: Delivery) -> None:
        """Take a dead letter; it always ends answered or parked."""
        reason, delivery = _as_it_was(letter)
        source = self.source(delivery)
        try:
            self.intake.check_address(delivery)
            if reason == EXPIRED:
                self._expired(delivery, source)
            else:
                self.give_up(delivery, source, _given_up(reason))
        except (Parked, Refusal) as why:
            self.turn_away(delivery, source, why)
        except Exception:  # noqa: BLE001 (whatever a message contains, the next one is read)
            _log.exception("dead_letter_failed", message_id=delivery.message_id)
            self.give_up(delivery, source, _given_up(reason))

    def _expired(self, delivery: Delivery, source: Source) -> None:
        time = self.clock()
        work = self.intake.read(delivery, source, time)
        work.deadline = time
        self.lanes.put(work)


def _as_it_was(letter: Delivery) -> tuple[str, Delivery]:
    """Why a letter died last, and the command with its original routing key, without the broker's headers."""
    reason, routing_key = _last_death(letter.headers.get("x-death"))
    headers = {name: value for name, value in letter.headers.items() if not name.startswith("x-")}
    return reason, replace(letter, headers=headers, routing_key=routing_key or letter.routing_key)


def _last_death(deaths: object) -> tuple[str, str | None]:
    """Reason and routing key of the newest death, which the broker puts first."""
    newest = deaths[0] if isinstance(deaths, list) and deaths else None
    if not isinstance(newest, dict):
        return "unknown", None
    keys = newest.get("routing-keys")
    key = keys[0] if isinstance(keys, list) and keys else None
    return str(newest.get("reason")), key if isinstance(key, str) else None


def _given_up(reason: str) -> Refusal:
    return Refusal(
        ErrorCode.INTERNAL,
        f"The command was given up by its queue: {cause_of(reason)}."
        " It may have been applied; sent again under its message id it is told so.",
    )
