"""Writes the journal. Few entries wait a moment for others: one insert costs about the same for one as for twenty.

Nobody waits for this: the replies are out by then. An entry that is not yet written is known here.
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog

from storage.ports import Journal
from storage.records import CommandKey, Entry, StorageUnavailable

ENOUGH = 16
"""Entries that need not wait for company."""
GATHERING = 0.02
RETRY_PAUSE = 0.5

_log = structlog.get_logger(__name__)


class JournalWriter:
    """Appends to the journal what was committed; gathers it where it is little."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._unwritten: dict[CommandKey, Entry] = {}
        self._gathered: list[Entry] = []
        self._gathering: asyncio.Task[None] | None = None
        self.failing = False
        """Whether the database did not take the last entries; they are tried again."""

    def unwritten(self, keys: Iterable[CommandKey]) -> dict[CommandKey, Entry]:
        """Entries of these commands that the journal will have."""
        return {key: self._unwritten[key] for key in keys if key in self._unwritten}

    async def write_soon(self, entries: Sequence[Entry]) -> None:
        """Append, together with others if they are few, and as often as it takes."""
        self._unwritten |= {entry.key: entry for entry in entries}
        if len(entries) >= ENOUGH:
            await self._insist(entries)
            return
        self._gathered += entries
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._write_gathered())
        # Whoever stops waiting must not stop the others' entries.
        await asyncio.shield(self._gathering)

    async def _write_gathered(self) -> None:
        await asyncio.sleep(GATHERING)
        entries, self._gathered, self._gathering = self._gathered, [], None
        await self._insist(entries)

    async def _insist(self, entries: Sequence[Entry]) -> None:
        while True:
            try:
                await self._journal.append(entries)
                self.failing = False
                break
            except StorageUnavailable as error:
                self.failing = True
                _log.warning("journal_waits", error=str(error), entries=len(entries))
                await asyncio.sleep(RETRY_PAUSE)
        for entry in entries:
            self._unwritten.pop(entry.key, None)
