"""The one loop: what may not be executed any more is not, and what shall leave no trace leaves none."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from cartwright.wire.command import Command
from cartwright.wire.replies import Status
from models.answers.answer import CatalogAnswer, Refused
from support.deliveries import command_delivery, read
from support.records import START
from workers.consume.work import Work
from workers.execute.fold import fold


@dataclass(frozen=True, slots=True)
class Note:
    """What is remembered of a command."""

    status = "applied"
    command_id: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """The result of a command: how many were executed."""

    number: int
    unchanged: bool = False


class Ledger:
    """A subject that counts what is executed and what is kept."""

    def __init__(self) -> None:
        self.executed = 0
        self.kept: list[str | None] = []

    def ask(self, work: Work, now: datetime) -> CatalogAnswer:
        raise AssertionError(work)

    def recall(self, command: Command[Any]) -> None:
        """Nothing was done before."""

    def repeat(self, work: Work, record: Any, status: Status) -> CatalogAnswer:
        raise AssertionError(record)

    def decide(self, work: Work, now: datetime) -> Count:
        self.executed += 1
        return Count(self.executed)

    def keep(self, work: Work, result: Count, status: Status, now: datetime) -> Any:
        self.kept.append(work.command.id)
        return Note(work.command.id)

    def answer(self, work: Work, result: Count, status: Status) -> CatalogAnswer:
        return CatalogAnswer(status, result.number)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def work(*, deadline: datetime | None = None, **envelope: Any) -> Work:
    given = command_delivery("empty-cart", "c-1", {}, message_id="m-1", **envelope)
    return replace(read(given, START), deadline=deadline)


def test_a_deadline_that_passed_while_the_command_waited_counts(ledger: Ledger) -> None:
    late, in_time = (work(deadline=START + timedelta(seconds=seconds)) for seconds in (10, 11))
    refused, applied = fold(ledger, [late, in_time], START + timedelta(seconds=10))
    assert isinstance(refused.answer, Refused)
    assert refused.answer.refusal.code == "deadline-exceeded"
    assert applied.answer == CatalogAnswer("applied", 1)
    assert ledger.kept == ["m-1"]


def test_a_dry_run_is_executed_and_not_kept(ledger: Ledger) -> None:
    (answered,) = fold(ledger, [work(dryRun=True)], START)
    assert answered.answer == CatalogAnswer("dry-run", 1)
    assert answered.record is None
    assert ledger.kept == []
