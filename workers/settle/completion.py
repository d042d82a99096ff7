"""Completion: what follows a commit. Publish events and replies, write the journal, acknowledge sources, in that order.

All of it is idempotent and derived from the commit, so a redelivery, a later command or the sweeper can repeat it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

import structlog

from cartwright.wire.refusals import ErrorCode, Refusal
from models.answers.answer import Refused
from storage.records import Entry
from workers.amqp import Outgoing
from workers.consume.spans import UNTRACED, Spans
from workers.consume.work import Answered, Source, Work
from workers.metrics.histogram import Histogram
from workers.publish.messages import Messages
from workers.publish.outbound import Sender
from workers.settle.journal_writer import JournalWriter
from workers.settle.outcome_counts import PARKED, POSTPONED, REFUSED, OutcomeCounts
from workers.settle.unsettled import Unsettled

Acknowledge = Callable[[Iterable[Source]], None]

_log = structlog.get_logger(__name__)
_NOT_WRITTEN = Refusal(ErrorCode.INTERNAL, "The answer of the command could not be written.")


class Completion:
    """Completes answered commands; `acknowledge` acknowledges their sources.

    Counts `outcomes`, and knows what is `unsettled`. `publish_seconds` is how long the messages of commands took until
    they were on their way, `settle_seconds` how long it took from there until the commands were acknowledged,
    `total_seconds` how long it took from reading a command that is of no job until its answer was on its way.
    """

    def __init__(self, journal: JournalWriter, messages: Messages, outbound: Sender, acknowledge: Acknowledge) -> None:
        self._journal = journal
        self._messages = messages
        self._outbound = outbound
        self._acknowledge = acknowledge
        self.spans: Spans = UNTRACED
        self.outcomes = OutcomeCounts()
        self.publish_seconds = Histogram()
        self.settle_seconds = Histogram()
        self.total_seconds = Histogram()
        self.unsettled = Unsettled()
        self._parking: set[asyncio.Task[None]] = set()

    async def begin(self, inherited: Sequence[Entry], answers: Sequence[Answered]) -> Awaitable[None]:
        """Queue all messages before those of later commands; await the result for the rest."""
        began = perf_counter()
        records = [each.record for each in answers if isinstance(each.record, Entry) and not each.repeated]
        # What was recalled from an outbox may be inherited, too.
        both = (*inherited, *records)
        committed = [*{(entry.cart_key, entry.key): entry for entry in both}.values()] if inherited else records
        unsettled = self.unsettled.begin()
        try:
            answers, replies, sources = self._replies(answers)
            confirmed = await self._outbound.send([*self._announced(committed), *replies])
        except BaseException:
            self.unsettled.end(unsettled)
            raise
        self._note(answers, began)
        self.spans.stage("publish", (each.work for each in answers), began)
        return self._settled(unsettled, self._finish(committed, confirmed, sources))

    async def _settled(self, unsettled: int, finishing: Awaitable[None]) -> None:
        try:
            await finishing
        finally:
            self.unsettled.end(unsettled)

    def _note(self, answers: Sequence[Answered], began: float) -> None:
        now, observe = perf_counter(), self.total_seconds.observe
        self.publish_seconds.observe(now - began, len(answers))
        for each in answers:
            if not each.work.of_job:
                observe(now - each.work.since)
        self.outcomes.note(answers)
        self.spans.answered(answers)

    async def _finish(self, committed: list[Entry], confirmed: Awaitable[None], sources: list[Source]) -> None:
        began = perf_counter()
        if committed:
            await self._journal.write_soon(committed)
        await confirmed
        _settle_entries(committed)
        self._acknowledge(sources)
        self.settle_seconds.observe(perf_counter() - began, len(sources))
        self.spans.end(sources)

    async def postpone(self, works: Sequence[Work]) -> Awaitable[None]:
        """Redeliver commands later, or give them up if they were put off too often."""
        messages = [message for work in works for message in work.source.put_off(work)]
        self.outcomes.postponed(works)
        for work in works:
            _trace_outcome(work.source, POSTPONED)
        return self._finish([], await self._outbound.send(messages), [work.source for work in works])

    async def give_up(self, source: Source, refused: Refused) -> None:
        """Answer a command that could not be processed, and park it."""
        self.outcomes.refused(refused.refusal)
        _trace_outcome(source, REFUSED, refused.refusal.code.value)
        await self._conclude(source, source.give_up(refused))

    async def refuse(self, source: Source, refused: Refused) -> None:
        """Refuse a delivery that never became a command."""
        self.outcomes.refused(refused.refusal)
        _trace_outcome(source, REFUSED, refused.refusal.code.value)
        await self._conclude(source, source.answer(refused))

    async def park(self, source: Source, code: str, reason: str) -> None:
        """Park a delivery that must not be answered."""
        self.outcomes.parked()
        _trace_outcome(source, PARKED, code)
        await self._conclude(source, source.park(code, reason))

    async def parked(self) -> None:
        """Wait until all commands of groups that are to be parked are."""
        while self._parking:
            await asyncio.wait(self._parking)

    def _replies(self, answers: Iterable[Answered]) -> tuple[list[Answered], list[Outgoing], list[Source]]:
        """The answers as they are told, their replies, and who gets them.

        Commands that are parked go their own way, for parking may take long. An answer that can't be written is
        `internal`, alone: what else the group did is done, and is told.
        """
        told: list[Answered] = []
        replies: list[Outgoing] = []
        sources = []
        for answered in answers:
            each, source = answered, answered.work.source
            try:
                messages = [*source.answer(each.answer)]
            except Exception:  # noqa: BLE001 (a bug in one answer is no reason to keep the others)
                command = each.work.command
                _log.exception("answer_not_written", type=command.type, command_id=command.id)
                each = replace(each, answer=each.work.refused(_NOT_WRITTEN))
                messages = [*source.answer(each.answer)]
            told.append(each)
            if any(message.parked for message in messages):
                self._park_soon(source, messages)
            else:
                replies += messages
                sources.append(source)
        return told, replies, sources

    def _park_soon(self, source: Source, messages: list[Outgoing]) -> None:
        task = asyncio.create_task(self._conclude(source, messages))
        self._parking.add(task)
        task.add_done_callback(self._set_aside)

    def _set_aside(self, task: asyncio.Task[None]) -> None:
        self._parking.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # It stays unacknowledged, and comes again.
            _log.error("not_parked", exc_info=error)

    async def _conclude(self, source: Source, messages: Iterable[Outgoing]) -> None:
        await (await self._outbound.send([*messages]))
        self._acknowledge([source])
        self.spans.end([source])

    def _announced(self, entries: Iterable[Entry]) -> Iterator[Outgoing]:
        """Events, and follow-ups, which an entry without a version may have too."""
        for entry in entries:
            if entry.status == "applied":
                yield from self._messages.events(entry)
            yield from self._messages.follow_ups(entry)


def _trace_outcome(source: Source, outcome: str, code: str | None = None) -> None:
    """Note in the trace of a delivery what became of it, whatever type it was."""
    if source.span is not None:
        source.span.note(None, outcome, code)


def _settle_entries(entries: Iterable[Entry]) -> None:
    """Mark them, so that the next write leaves them out of the outbox."""
    for entry in entries:
        entry.settle()
