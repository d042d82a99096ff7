"""The in-memory twin of the store: the same behaviour, for tests."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from facts.snapshot import CatalogRows
from models.catalog.configuration import Configuration
from storage.memory.budgets import MemoryBudgets
from storage.memory.carts import MemoryCarts
from storage.memory.jobs import MemoryJobs
from storage.memory.journal import MemoryArchive, MemoryJournal
from storage.memory.layouts import MemoryLayouts
from storage.memory.searches import MemorySearches
from storage.records import (
    REVISIONS_AT_ONCE,
    Briefing,
    CartKey,
    CatalogRecord,
    CatalogSnapshot,
    CommandKey,
    Concerning,
    Revision,
    Run,
    Unchanged,
)


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

    async def concerning(self, tenant: str, after: int, until: int, wanted: Concerning) -> list[Revision]:
        """Slice and filter."""
        found = [
            replace(each, rows=_concerning(each.rows, wanted)) for each in self.revisions.get(tenant, [])[after:until]
        ]
        return [each for each in found if each.rows.by_kind()]

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


def _concerning(rows: CatalogRows, wanted: Concerning) -> CatalogRows:
    offerings = tuple(row for row in rows.offerings if row.id in wanted.offering_ids)
    prices = tuple(row for row in rows.prices if row.offering_id in wanted.offering_ids or row.id in wanted.price_ids)
    whole = {kind: found for kind, found in rows.by_kind().items() if kind in wanted.kinds}
    return CatalogRows(offerings=offerings, prices=prices, **whole)  # type: ignore[arg-type]


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

    async def time(self) -> datetime:
        """By this machine's clock."""
        return datetime.now(UTC)


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
        self.layouts = MemoryLayouts()
        self.budgets = MemoryBudgets()
        self.searches = MemorySearches(self.carts.stored)
        self.jobs = MemoryJobs(self.carts.stored)
        self.secrets = MemorySecrets()

    async def prepare(self) -> None:
        """Nothing to create."""

    async def close(self) -> None:
        """Nothing to close."""
