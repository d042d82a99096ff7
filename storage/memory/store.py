"""The in-memory twin of the store: the same behaviour, for tests and for pricing without a database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from models.cart.cart import Cart
from models.catalog.configuration import Configuration
from storage.memory.budgets import MemoryBudgets
from storage.memory.carts import MemoryCarts
from storage.records import (
    REVISIONS_AT_ONCE,
    Briefing,
    CartKey,
    CatalogRecord,
    CatalogSnapshot,
    CommandKey,
    Entry,
    Revision,
    Run,
    Unchanged,
)


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


class MemoryArchive:
    """`Archive` in a dictionary."""

    def __init__(self) -> None:
        self.carts: dict[CartKey, Cart] = {}

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, Cart]:
        """Look up."""
        return {key: self.carts[key] for key in keys if key in self.carts}

    async def keep(self, cart: Cart) -> None:
        """Compare and set."""
        key = CartKey(cart.tenant, cart.id)
        if key not in self.carts or self.carts[key].version < cart.version:
            self.carts[key] = cart


class MemoryCatalog:
    """`Catalog` in lists of revisions and snapshots per tenant, and a dictionary of what changed nothing."""

    def __init__(self) -> None:
        self.revisions: dict[str, list[Revision]] = {}
        self.unchanged: dict[CommandKey, Unchanged] = {}
        self.snapshots: dict[tuple[str, int], CatalogSnapshot] = {}

    async def since(self, known: Mapping[str, int]) -> list[Revision]:
        """Slice."""
        return [each for tenant, revision in known.items() for each in self.revisions.get(tenant, [])[revision:]]

    async def append(self, record: CatalogRecord) -> bool:
        """Append if its command is new, and a revision is the next one."""
        key = CommandKey(record.tenant, record.command_id)
        if self._of_command(key):
            return False
        if isinstance(record, Unchanged):
            self.unchanged[key] = record
            return True
        revisions = self.revisions.setdefault(record.tenant, [])
        if record.revision != len(revisions) + 1:
            return False
        revisions.append(record)
        return True

    async def of_commands(self, keys: Collection[CommandKey]) -> dict[CommandKey, CatalogRecord]:
        """Look up, one by one."""
        return {key: record for key in keys if (record := self._of_command(key))}

    async def configurations(self) -> dict[str, Configuration]:
        """Scan."""
        return {
            tenant: each.rows.configuration[0]
            for tenant, revisions in self.revisions.items()
            for each in revisions
            if each.rows.configuration
        }

    async def between(self, tenant: str, after: int, until: int) -> list[Revision]:
        """Slice."""
        return self.revisions.get(tenant, [])[after:until]

    async def revision_at(self, tenant: str, at: datetime) -> int:
        """Scan."""
        return max((each.revision for each in self.revisions.get(tenant, []) if each.at <= at), default=0)

    async def snapshot(self, tenant: str, until: int) -> CatalogSnapshot | None:
        """Scan."""
        found = [revision for name, revision in self.snapshots if name == tenant and revision <= until]
        return self.snapshots[tenant, max(found)] if found else None

    async def keep(self, snapshot: CatalogSnapshot) -> None:
        """Set."""
        self.snapshots[snapshot.tenant, snapshot.revision] = snapshot

    def _of_command(self, key: CommandKey) -> CatalogRecord | None:
        made = (each for each in self.revisions.get(key.tenant, []) if each.command_id == key.command_id)
        return self.unchanged.get(key) or next(made, None)


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


class MemoryRuns:
    """`Runs` in a dictionary."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    async def record(self, run: Run) -> None:
        """Set."""
        self.runs[run.id] = run

    async def current(self, closed_since: datetime) -> list[Run]:
        """Scan."""
        return [run for run in self.runs.values() if not run.closed or run.seen_at >= closed_since]


class MemorySecrets:
    """`Secrets` in a dictionary."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}

    async def keep(self, name: str, proposed: bytes) -> bytes:
        """Keep the first."""
        return self.secrets.setdefault(name, proposed)


class MemoryStore:
    """`Store` without a database."""

    def __init__(self) -> None:
        self.carts = MemoryCarts()
        self.journal = MemoryJournal()
        self.archive = MemoryArchive()
        self.catalog = MemoryCatalog()
        self.briefings = MemoryBriefings(self.carts, self.journal, self.catalog)
        self.runs = MemoryRuns()
        self.budgets = MemoryBudgets()
        self.secrets = MemorySecrets()

    async def prepare(self) -> None:
        """Nothing to create."""

    async def close(self) -> None:
        """Nothing to close."""
