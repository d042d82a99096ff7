"""Completion: what follows a commit. Events and replies out, journal written, sources acknowledged, in that order.

All of it is idempotent and derived from what was committed, so it may be done again by whoever comes next.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

from cartwright.wire.refusals import Refusal
from models.answers.answer import Refused
from storage.records import Entry
from workers.amqp import Outgoing
from workers.consume.work import Answered, Source, Work
from workers.publish.messages import Messages
from workers.publish.outbound import Sender
from workers.settle.journal_writer import JournalWriter

Acknowledge = Callable[[Iterable[Source]], None]


class Completion:
    """Brings answered commands to their end; `acknowledge` ends their sources."""

    def __init__(self, journal: JournalWriter, messages: Messages, outbound: Sender, acknowledge: Acknowledge) -> None:
        self._journal = journal
        self._messages = messages
        self._outbound = outbound
        self._acknowledge = acknowledge

    async def begin(self, inherited: Sequence[Entry], answers: Sequence[Answered]) -> Awaitable[None]:
        """Queue all messages, so that those of later commands come behind; await the result for the rest."""
        records = [each.record for each in answers if isinstance(each.record, Entry) and not _repeated(each)]
        committed = [*inherited, *records]
        confirmed = await self._outbound.send([*self._announced(committed), *_replies(answers)])
        return self._finish(committed, confirmed, [each.work.source for each in answers])

    async def _finish(self, committed: list[Entry], confirmed: Awaitable[None], sources: list[Source]) -> None:
        if committed:
            await self._journal.write_soon(committed)
        await confirmed
        _settle_entries(committed)
        self._acknowledge(sources)

    async def postpone(self, works: Sequence[Work]) -> Awaitable[None]:
        """Have commands again later, or, when they were put off often enough, give them up."""
        messages = [message for work in works for message in work.source.put_off(work)]
        return self._finish([], await self._outbound.send(messages), [work.source for work in works])

    async def give_up(self, source: Source, refusal: Refusal) -> None:
        """Answer a command that nobody could deal with, and set it aside."""
        await self._conclude(source, source.give_up(Refused(refusal)))

    async def refuse(self, source: Source, refusal: Refusal) -> None:
        """Answer what never became a command."""
        await self._conclude(source, source.answer(Refused(refusal)))

    async def park(self, source: Source, code: str, reason: str) -> None:
        """Set aside what nobody may be answered about."""
        await self._conclude(source, source.park(code, reason))

    async def _conclude(self, source: Source, messages: Iterable[Outgoing]) -> None:
        await (await self._outbound.send([*messages]))
        self._acknowledge([source])

    def _announced(self, entries: Iterable[Entry]) -> Iterator[Outgoing]:
        """Events, and commands that follow, which an entry without a version may have, too."""
        for entry in entries:
            if entry.status == "applied":
                yield from self._messages.events(entry)
            yield from self._messages.follow_ups(entry)


def _replies(answers: Iterable[Answered]) -> Iterator[Outgoing]:
    for each in answers:
        yield from each.work.source.answer(each.answer)


def _settle_entries(entries: Iterable[Entry]) -> None:
    """Let them leave their outboxes with the next write."""
    for entry in entries:
        entry.memo["settled"] = True


def _repeated(answered: Answered) -> bool:
    """Whether the record is older than this delivery."""
    return answered.record is not None and answered.record.token != answered.work.token
