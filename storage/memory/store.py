"""The in-memory twin of the store: the same behaviour, for tests and for pricing without a database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cartwright.wire.status import CHANGEABLE, CartStatus
from models.cart.keys import EXCLUSIVE, RELEASED, live_keys, lookup_keys
from models.catalog.configuration import Configuration
from storage.memory.budgets import MemoryBudgets
from storage.memory.journal import MemoryArchive, MemoryJournal
from storage.records import (
    REVISIONS_AT_ONCE,
    Briefing,
    CartKey,
    CartVersion,
    CartWrite,
    CatalogRecord,
    CatalogSnapshot,
    CommandKey,
    LiveKey,
    Revision,
    Run,
    StoredCart,
    Unchanged,
    WriteResult,
)


class MemoryCarts:
    """`Carts` in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[CartKey, StoredCart] = {}
        self._idling: set[str] = set()

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, StoredCart]:
        """Look up."""
        return {key: self.stored[key] for key in keys if key in self.stored}

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        """Compare and set, one by one."""
        return [self._commit(write) for write in writes]

    def _commit(self, write: CartWrite) -> WriteResult:
        current = self.stored.get(write.stored.key)
        if (current.cart.version if current else 0) != write.expected_version:
            return WriteResult.CONFLICT
        if write.expected_stamp is not None and current is not None and current.stamp != write.expected_stamp:
            return WriteResult.CONFLICT
        if self._taken(write.stored):
            return WriteResult.KEY_TAKEN
        self.stored[write.stored.key] = write.stored
        return WriteResult.COMMITTED

    def _taken(self, stored: StoredCart) -> bool:
        """Whether another cart has one of its keys."""
        own = _own_keys(stored)
        others = (each for each in self.stored.values() if each.key != stored.key) if own else ()
        return any(each.cart.tenant == stored.cart.tenant and own & _own_keys(each) for each in others)

    async def with_key(self, tenant: str, name: str, value: str) -> list[CartKey]:
        """Scan."""
        found = [
            stored.cart
            for key, stored in self.stored.items()
            if key.tenant == tenant and lookup_keys(stored.cart).get(name) == value
        ]
        there = [cart for cart in found if cart.status is not CartStatus.DELETED]
        open_ones = [cart for cart in there if name in EXCLUSIVE and cart.status not in RELEASED]
        latest = sorted(open_ones or there, key=lambda cart: cart.updated.at, reverse=True)
        return [CartKey(cart.tenant, cart.id) for cart in latest[:10]]

    async def holders(self, keys: Collection[LiveKey]) -> dict[LiveKey, set[CartKey]]:
        """Scan."""
        holders: dict[LiveKey, set[CartKey]] = {}
        for stored in self.stored.values():
            for text in live_keys(stored.cart):
                key = LiveKey(stored.cart.tenant, text)
                if key in keys:
                    holders.setdefault(key, set()).add(stored.key)
        return holders

    async def due(self, time: datetime, limit: int) -> list[CartVersion]:
        """Scan."""
        found = [
            (stored.cart.suppress_at, CartVersion(stored.key, stored.cart.version))
            for stored in self.stored.values()
            if stored.cart.suppress_at is not None
            and stored.cart.suppress_at <= time
            and stored.cart.status in CHANGEABLE
            and stored.cart.as_of(time).lock is None
        ]
        return [each for _, each in sorted(found)[:limit]]

    async def idle(self, tenant: str, since: datetime, limit: int) -> list[CartVersion]:
        """Scan."""
        found = [
            (stored.cart.updated.at, CartVersion(stored.key, stored.cart.version))
            for stored in self.stored.values()
            if stored.cart.tenant == tenant
            and (stored.idles or tenant in self._idling)
            and stored.cart.status in CHANGEABLE
            and stored.cart.updated.at <= since
            and stored.cart.as_of(since).lock is None
        ]
        return [each for _, each in sorted(found)[:limit]]

    async def let_idle(self, tenant: str) -> None:
        """Note the tenant."""
        self._idling.add(tenant)

    async def of_tenant(self, tenant: str, after: str, limit: int) -> list[StoredCart]:
        """Scan."""
        keys = sorted(key for key in self.stored if key.tenant == tenant and key.cart_id > after)
        return [self.stored[key] for key in keys[:limit]]

    async def to_purge(self, by: datetime, limit: int) -> list[StoredCart]:
        """Scan."""
        due = [(at, stored) for stored in self.stored.values() if (at := stored.purge_at) is not None and at <= by]
        return [stored for _, stored in sorted(due, key=lambda each: each[0])][:limit]

    async def unpublished(self, run: Run, before: datetime, limit: int) -> list[StoredCart]:
        """Scan."""
        found = [
            stored
            for stored in self.stored.values()
            if stored.stamp.run == run.id
            and (stored.stamp.group > run.settled or stored.stamp.group in run.abandoned)
            and stored.cart.updated.at < before
        ]
        return sorted(found, key=lambda stored: stored.stamp.group)[:limit]


def _own_keys(stored: StoredCart) -> frozenset[str]:
    return frozenset(live_keys(stored.cart)) - stored.given_up


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
