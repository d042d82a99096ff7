"""Counts what became of commands: by type and outcome, and refusals by code."""

from collections.abc import Iterable

from cartwright.wire.headers import STATUS
from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Answer, Refused
from workers.consume.work import Answered, Work

UNREAD = "unread"
"""The type of what was refused or parked before it became a command: its sender may have called it anything."""
REFUSED, PARKED, POSTPONED = "refused", "parked", "postponed"


class OutcomeCounts:
    """`by_type` counts by type of command and outcome, `refusals` by error code, from 0: a first one is an increase.

    Only the event loop adds.
    """

    def __init__(self) -> None:
        self.by_type: dict[tuple[str, str], int] = {}
        self.refusals = dict.fromkeys((code.value for code in ErrorCode), 0)

    def note(self, answers: Iterable[Answered]) -> None:
        """Count answers."""
        counts = self.by_type
        for each in answers:
            outcome, code = outcome_of(each.answer)
            key = (each.work.registered.kind, outcome)
            counts[key] = counts.get(key, 0) + 1
            if code is not None:
                self._add_refusal(code)

    def refused(self, refusal: Refusal) -> None:
        """Count a refusal of what never became a command."""
        self._add_refusal(refusal.code.value)
        self._add(UNREAD, REFUSED)

    def parked(self) -> None:
        """Count a delivery that must not be answered."""
        self._add(UNREAD, PARKED)

    def postponed(self, works: Iterable[Work]) -> None:
        """Count commands that come again, or are given up."""
        for work in works:
            self._add(work.registered.kind, POSTPONED)

    def _add(self, kind: str, outcome: str) -> None:
        key = (kind, outcome)
        self.by_type[key] = self.by_type.get(key, 0) + 1

    def _add_refusal(self, code: str) -> None:
        self.refusals[code] = self.refusals.get(code, 0) + 1


def outcome_of(answer: Answer) -> tuple[str, str | None]:
    """What became of a command, as its reply says it, and the code of a refusal."""
    if isinstance(answer, Refused):
        return REFUSED, answer.refusal.code.value
    # An answer in a dialect has it in its headers only.
    status: str | None = getattr(answer, "status", None)
    return (status if status is not None else str(answer.headers.get(STATUS, "answered"))), None
