"""The in-memory twin of the journal."""

from collections.abc import Collection, Sequence
from datetime import datetime

from storage.records import CartKey, CommandKey, Entry


class MemoryJournal:
    """`Journal` in a dictionary."""

    def __init__(self) -> None:
        self.entries: dict[CommandKey, Entry] = {}

    async def lookup(self, keys: Collection[CommandKey]) -> dict[CommandKey, Entry]:
        """Look up."""
        return {key: self.entries[key] for key in keys if key in self.entries}

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep the first of each."""
        for entry in entries:
            self.entries.setdefault(entry.key, entry)

    async def history(
        self, key: CartKey, after_version: int = 0, until: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """Scan."""
        own = [entry for entry in self.entries.values() if entry.cart_key == key and entry.status == "applied"]
        within = [each for each in own if each.version > after_version and (until is None or each.version <= until)]
        return sorted(within, key=lambda entry: entry.version)[:limit]

    async def made_between(self, after: datetime, before: datetime, limit: int) -> list[tuple[CartKey, datetime]]:
        """Scan."""
        found = sorted((entry.at, entry.cart_key) for entry in self.entries.values() if after < entry.at < before)
        return [(key, at) for at, key in found[:limit]]

    async def remove(self, key: CartKey, until: int, before: datetime) -> None:
        """Scan."""
        for each in list(self.entries.values()):
            if each.cart_key == key and each.version <= until and each.at < before:
                del self.entries[each.key]
