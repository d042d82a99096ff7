"""Writes the journal. A few entries wait a moment for more: one insert costs about the same for one as for twenty.

No sender waits for this: replies are sent before. Entries that are not yet written can be looked up here.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from storage.ports import Journal
from storage.records import CommandKey, Entry

ENOUGH = 16
"""This many entries are written without waiting for more."""
GATHERING = 0.02
RETRY_PAUSE = 0.5

_log = structlog.get_logger(__name__)


class JournalWriter:
    """Appends committed entries to the journal, and gathers them while they are few."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.gathering_seconds = GATHERING
        self._unwritten: dict[CommandKey, Entry] = {}
        self._gathered: list[Entry] = []
        self._gathering: asyncio.Task[None] | None = None
        self.failing = False
        """Whether the last write failed; it is retried."""

    def unwritten(self, keys: Iterable[CommandKey]) -> dict[CommandKey, Entry]:
        """Entries of these commands that are not written yet."""
        return {key: self._unwritten[key] for key in keys if key in self._unwritten}

    async def write_soon(self, entries: Sequence[Entry]) -> None:
        """Append, together with others if they are few; retry until it succeeds."""
        self._unwritten |= {entry.key: entry for entry in entries}
        if len(entries) >= ENOUGH:
            await self._insist(entries)
            return
        self._gathered += entries
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._write_gathered())
        # A cancelled caller must not cancel the writing of others' entries.
        await asyncio.shield(self._gathering)

    async def _write_gathered(self) -> None:
        await asyncio.sleep(self.gathering_seconds)
        entries, self._gathered, self._gathering = self._gathered, [], None
        await self._insist(entries)

    async def _insist(self, entries: Sequence[Entry]) -> None:
        while True:
            try:
                await self._journal.append(entries)
                self.failing = False
                break
            except Exception as error:  # noqa: BLE001 (whatever the database says: what is not written is not settled)
                self.failing = True
                _log.warning("journal_waits", error=repr(error), entries=len(entries))
                await asyncio.sleep(RETRY_PAUSE)
        for entry in entries:
            self._unwritten.pop(entry.key, None)
