"""The in-memory twin of the briefings."""

from collections.abc import Collection, Mapping

from storage.memory.carts import MemoryCarts
from storage.memory.catalog import MemoryCatalog
from storage.memory.journal import MemoryJournal
from storage.records import REVISIONS_AT_ONCE, Briefing, CartKey, CommandKey


class MemoryBriefings:
    """`Briefings` from what is in memory."""

    def __init__(self, carts: MemoryCarts, journal: MemoryJournal, catalog: MemoryCatalog) -> None:
        self._carts = carts
        self._journal = journal
        self._catalog = catalog

    async def fetch(
        self, carts: Collection[CartKey], commands: Collection[CommandKey], revisions: Mapping[str, int]
    ) -> Briefing:
        """One after the other."""
        stored = await self._carts.load(carts)
        newer = sorted(await self._catalog.since(revisions), key=lambda each: each.revision)
        return Briefing(stored, await self._journal.lookup(commands), newer[:REVISIONS_AT_ONCE])
