"""Commands that come from no broker: from a list in memory, as a job's would from its documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Answer, Refused
from workers.amqp import Outgoing
from workers.consume.dialect_calls import DialectCall
from workers.consume.work import Work


@dataclass(eq=False)
class MemoryLink:
    """Where sources of memory come from; keeps in which calls they were acknowledged."""

    open: bool = True
    acknowledged: list[list[int]] = field(default_factory=list)

    def acknowledge(self, numbers: Iterable[int]) -> None:
        """Note the numbers of one call."""
        self.acknowledged.append(list(numbers))


@dataclass(eq=False)
class MemorySource:
    """One command in memory. What is put off is handed to `again` at once, `attempts` times."""

    link: MemoryLink
    number: int
    body: bytes
    again: Callable[[Work], None]
    attempts: int = 10
    answers: list[Answer] = field(default_factory=list)
    parked: list[tuple[str, str]] = field(default_factory=list)
    call: DialectCall | None = None
    span: None = None

    def answer(self, answer: Answer) -> Iterable[Outgoing]:
        """Keep the answer; nothing has to be published for it."""
        self.answers.append(answer)
        return ()

    def put_off(self, work: Work) -> Iterable[Outgoing]:
        """Have the command again, or give it up."""
        self.attempts -= 1
        if self.attempts < 0:
            refusal = Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, "It was put off too often.")
            return self.give_up(Refused(refusal))
        self.again(work)
        return ()

    def give_up(self, refused: Refused) -> Iterable[Outgoing]:
        """Keep the refusal, and park the command."""
        self.answer(refused)
        return self.park(refused.refusal.code.value, refused.refusal.message)

    def park(self, code: str, reason: str) -> Iterable[Outgoing]:
        """Keep why the command was parked."""
        self.parked.append((code, reason))
        return ()
