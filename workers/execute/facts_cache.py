"""Catalogs in memory: the latest snapshot of each tenant, kept current by one query a group; older ones on demand.

A catalog is stored as its revisions. Rebuilding it from the first one takes longer with every change, so once enough
has changed, the next catalog command stores a snapshot, and whatever is rebuilt later starts from the nearest earlier
snapshot. Revisions are read so many at once, so that a long history does not keep the event loop from other commands.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from facts.history import UNREAD
from facts.snapshot import CatalogRows, Facts
from handlers.needs import CatalogKey, Supposed
from storage.ports import Catalog
from storage.records import REVISIONS_AT_ONCE, CatalogSnapshot, Revision, StorageUnavailable
from workers.execute.old_catalogs import OldCatalogs

KNOWN_TIMES = 1000
"""Times of which it is remembered which revision was in force."""
REVISION_COST = 10
"""What it takes to read a revision besides its rows, in rows."""
SNAPSHOT_COST = 1000
"""A snapshot is stored when rebuilding costs more rows than this, and more than the catalog has."""
EMPTY = Facts(history=UNREAD)
"""Pricing that wants to know of earlier revisions says so; the worker can read them."""
ROWS_AT_ONCE = 5000
"""Of more rows the indexes are built in a thread: the event loop goes on in between."""
LATEST = 2**53

_log = structlog.get_logger(__name__)


class FactsCache:
    """Snapshots of catalogs. A snapshot never changes, so whoever holds one may go on using it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._latest: dict[str, Facts] = {}
        self._cost: dict[str, int] = {}
        self._old = OldCatalogs(self._rebuilt)
        self._with_drafts: dict[tuple[str, int, frozenset[str]], Facts] = {}
        self._times: OrderedDict[tuple[str, datetime], int] = OrderedDict()

    async def refresh(self, tenants: Collection[str]) -> None:
        """Take in every revision that came since, and store a snapshot where one is due."""
        await self.catch_up(tenants)
        for tenant in tenants:
            await self._keep_if_due(tenant)

    async def catch_up(self, tenants: Collection[str]) -> None:
        """Take in every revision that came since: one round trip a tenant, and more where there are many."""
        await asyncio.gather(*map(self._catch_up, tenants))

    async def _catch_up(self, tenant: str) -> None:
        known = self.latest(tenant).revision
        page = await self._catalog.between(tenant, known, known + REVISIONS_AT_ONCE)
        self.learn(page)
        if len(page) < REVISIONS_AT_ONCE:
            return
        snapshot = await self._snapshot(tenant, LATEST)
        if snapshot.revision > self.latest(tenant).revision:
            self._latest[tenant], self._cost[tenant] = snapshot, 0
        latest = self.latest(tenant)
        newer = await self._between(tenant, latest.revision, LATEST)
        facts = await _folded(latest, newer)
        if facts.revision > self.latest(tenant).revision:
            self._latest[tenant] = facts
            self._cost[tenant] = self._cost.get(tenant, 0) + sum(map(_cost, newer))

    async def _keep_if_due(self, tenant: str) -> None:
        facts = self.latest(tenant)
        if self._cost.get(tenant, 0) <= max(SNAPSHOT_COST, facts.size):
            return
        try:
            await self._catalog.keep(CatalogSnapshot(tenant, facts.revision, facts.rows(), facts.since, facts.left))
        except StorageUnavailable as error:
            # No command waits for a snapshot; the next catalog command tries again.
            _log.warning("snapshot_not_stored", error=str(error), tenant=tenant)
        else:
            self._cost[tenant] = 0

    def revisions(self, tenants: Collection[str]) -> dict[str, int]:
        """The revision of each tenant's snapshot."""
        return {tenant: self.latest(tenant).revision for tenant in tenants}

    def learn(self, revisions: Iterable[Revision]) -> None:
        """Take in revisions that are newer, in order."""
        new: dict[str, list[Revision]] = {}
        for each in revisions:
            found = new.setdefault(each.tenant, [])
            # Two groups may ask side by side, and both get the same revisions.
            if each.revision == self.latest(each.tenant).revision + len(found) + 1:
                found.append(each)
        for tenant, found in new.items():
            self._latest[tenant] = _after(self.latest(tenant), found)
            self._cost[tenant] = self._cost.get(tenant, 0) + sum(map(_cost, found))

    def latest(self, tenant: str) -> Facts:
        """The snapshot as last refreshed."""
        return self._latest.get(tenant, EMPTY)

    async def state(self, tenant: str, key: CatalogKey) -> Facts:
        """The snapshot of a revision, the one that was in force at a time, or under None the latest."""
        if key is None:
            return self.latest(tenant)
        if isinstance(key, Supposed):
            return self._supposed(tenant, await self.state(tenant, key.at), key.drafts)
        return await (self.at_revision(tenant, key) if isinstance(key, int) else self.as_of(tenant, key))

    def _supposed(self, tenant: str, facts: Facts, drafts: frozenset[str]) -> Facts:
        """The snapshot with these drafts; the last one is remembered, for a job asks for it with every cart."""
        key = (tenant, facts.revision, drafts)
        if key not in self._with_drafts:
            self._with_drafts = {key: facts.with_drafts(drafts)}
        return self._with_drafts[key]

    async def as_of(self, tenant: str, time: datetime) -> Facts:
        """The snapshot that was in force at a time; the latest one for a time to come.

        Also for a time before the first: nothing had been written down by then, so only the rows' own dates count.
        """
        revision = await self._revision_at(tenant, time)
        return await self.at_revision(tenant, revision) if revision else self.latest(tenant)

    async def at_revision(self, tenant: str, revision: int) -> Facts:
        """The snapshot with the changes up to a revision."""
        latest = self.latest(tenant)
        if revision >= latest.revision:
            return latest
        return await self._old.get(tenant, revision)

    async def _rebuilt(self, tenant: str, revision: int) -> Facts:
        earlier = await self._snapshot(tenant, revision)
        return await _folded(earlier, await self._between(tenant, earlier.revision, revision))

    async def _revision_at(self, tenant: str, time: datetime) -> int:
        key = (tenant, time)
        if key in self._times:
            return self._times[key]
        revision = await self._catalog.revision_at(tenant, time)
        # While it is the latest one, a later one may still be in force by then.
        if revision < self.latest(tenant).revision:
            self._times[key] = revision
            if len(self._times) > KNOWN_TIMES:
                self._times.popitem(last=False)
        return revision

    async def _snapshot(self, tenant: str, until: int) -> Facts:
        """The nearest snapshot that is stored; an empty catalog if there is none."""
        found = await self._catalog.snapshot(tenant, until)
        if found is None:
            return EMPTY
        given = found.rows, found.since, found.left, found.revision
        if sum(map(len, found.since.values())) <= ROWS_AT_ONCE:
            return _restored(*given)
        return await asyncio.to_thread(_restored, *given)

    async def _between(self, tenant: str, after: int, until: int) -> list[Revision]:
        """Revisions count without a hole, so a page that is not full is the last one."""
        found: list[Revision] = []
        while after < until:
            page = await self._catalog.between(tenant, after, min(after + REVISIONS_AT_ONCE, until))
            found += page
            if len(page) < REVISIONS_AT_ONCE:
                break
            after += REVISIONS_AT_ONCE
        return found


def _restored(
    rows: CatalogRows, since: Mapping[str, Mapping[str, int]], left: Mapping[str, int], revision: int
) -> Facts:
    return replace(Facts.restored(rows, since, left, revision), history=UNREAD)


async def _folded(facts: Facts, revisions: list[Revision]) -> Facts:
    """The snapshot after these revisions; many rows are indexed in a thread, so that the event loop goes on."""
    if sum(map(_cost, revisions)) <= ROWS_AT_ONCE:
        return _after(facts, revisions)
    return await asyncio.to_thread(_after, facts, revisions)


def _after(facts: Facts, revisions: Iterable[Revision]) -> Facts:
    return facts.with_changes((each.rows, each.revision) for each in revisions)


def _cost(revision: Revision) -> int:
    return REVISION_COST + sum(map(len, revision.rows.by_kind().values()))
