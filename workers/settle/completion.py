"""Completion: what follows a commit. Events and replies out, journal written, deliveries acknowledged, in that order.

All of it is idempotent and derived from what was committed, so it may be done again by whoever comes next.
"""

from collections.abc import Awaitable, Iterable, Iterator, Sequence

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from storage.records import Entry
from workers.amqp import Delivery, Outgoing, settle
from workers.consume.tokens import attempts_of
from workers.consume.work import Answered, Work
from workers.publish.messages import Messages
from workers.publish.outbound import Sender
from workers.settle.journal_writer import JournalWriter


class Completion:
    """Brings answered commands to their end."""

    def __init__(
        self, journal: JournalWriter, messages: Messages, outbound: Sender, retry_delays: Sequence[int]
    ) -> None:
        self._retry_delays = retry_delays
        self._journal = journal
        self._messages = messages
        self._outbound = outbound

    async def begin(self, inherited: Sequence[Entry], answers: Sequence[Answered]) -> Awaitable[None]:
        """Queue all messages, so that those of later commands come behind; await the result for the rest."""
        records = [each.record for each in answers if isinstance(each.record, Entry) and not _repeated(each)]
        committed = [*inherited, *records]
        confirmed = await self._outbound.send([*self._announced(committed), *self._replies(answers)])
        return self._finish(committed, confirmed, [each.work.delivery for each in answers])

    async def _finish(self, committed: list[Entry], confirmed: Awaitable[None], deliveries: list[Delivery]) -> None:
        if committed:
            await self._journal.write_soon(committed)
        await confirmed
        _settle_entries(committed)
        settle(deliveries)

    async def postpone(self, works: Sequence[Work]) -> Awaitable[None]:
        """Send commands to a retry queue, or, when they were there often enough, park and refuse them."""
        messages = [message for work in works for message in self._postponed(work)]
        return self._finish([], await self._outbound.send(messages), [work.delivery for work in works])

    def _postponed(self, work: Work) -> Iterator[Outgoing]:
        attempts = attempts_of(work.delivery)
        if attempts < len(self._retry_delays):
            yield self._messages.retry(work, self._retry_delays[attempts], attempts + 1)
            return
        refusal = Refusal(ErrorCode.TEMPORARILY_UNAVAILABLE, "The command could not be executed in time; try again.")
        reply = self._messages.reply(work.delivery, Refused(refusal, work.command.cart_id or None))
        if reply is not None:
            yield reply
        yield self._messages.parked(work.delivery, refusal.code.value, refusal.message)

    async def give_up(self, delivery: Delivery, refusal: Refusal) -> None:
        """Answer a delivery that nobody could deal with, and set it aside."""
        reply = self._messages.reply(delivery, Refused(refusal))
        parked = self._messages.parked(delivery, refusal.code.value, refusal.message)
        await self._conclude(delivery, *([reply] if reply else []), parked)

    async def refuse(self, delivery: Delivery, refusal: Refusal) -> None:
        """Answer a delivery that never became a command."""
        await self._conclude(delivery, self._answer(delivery, Refused(refusal)))

    async def park(self, delivery: Delivery, code: str, message: str) -> None:
        """Set a delivery aside that nobody may be answered about."""
        await self._conclude(delivery, self._messages.parked(delivery, code, message))

    async def _conclude(self, delivery: Delivery, *messages: Outgoing) -> None:
        await (await self._outbound.send(messages))
        settle([delivery])

    def _announced(self, entries: Iterable[Entry]) -> Iterator[Outgoing]:
        """Events, and commands that follow, which an entry without a version may have, too."""
        for entry in entries:
            if entry.status == "applied":
                yield from self._messages.events(entry)
            yield from self._messages.follow_ups(entry)

    def _replies(self, answers: Sequence[Answered]) -> list[Outgoing]:
        replies = (self._reply(each) for each in answers)
        return [reply for reply in replies if reply is not None]

    def _reply(self, answered: Answered) -> Outgoing | None:
        delivery, answer = answered.work.delivery, answered.answer
        return self._answer(delivery, answer) if isinstance(answer, Refused) else self._messages.reply(delivery, answer)

    def _answer(self, delivery: Delivery, refused: Refused) -> Outgoing:
        """A refusal as a reply, or, where nobody can be told, a place in the parking queue."""
        reply, refusal = self._messages.reply(delivery, refused), refused.refusal
        return reply or self._messages.parked(delivery, refusal.code.value, refusal.message)


def _settle_entries(entries: Iterable[Entry]) -> None:
    """Let them leave their outboxes with the next write."""
    for entry in entries:
        entry.memo["settled"] = True


def _repeated(answered: Answered) -> bool:
    """Whether the record is older than this delivery."""
    return answered.record is not None and answered.record.token != answered.work.token
