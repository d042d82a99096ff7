"""Catalogs in memory: the latest snapshot of each tenant, kept current by one query a group; older ones on demand."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from facts.snapshot import Facts
from handlers.registry import CatalogKey
from storage.ports import Catalog
from storage.records import Revision

OLD_SNAPSHOTS = 8


class FactsCache:
    """Snapshots of catalogs. A snapshot never changes, so whoever holds one may go on using it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._latest: dict[str, Facts] = {}
        self._old: OrderedDict[tuple[str, datetime | int], Facts] = OrderedDict()

    async def refresh(self, tenants: Collection[str]) -> None:
        """Take in every revision that came since; one round trip for all tenants."""
        self.learn(await self._catalog.since(self.revisions(tenants)))

    def revisions(self, tenants: Collection[str]) -> dict[str, int]:
        """The revision of each tenant's snapshot."""
        return {tenant: self.latest(tenant).revision for tenant in tenants}

    def learn(self, revisions: Iterable[Revision]) -> None:
        """Take in revisions that are newer, in order."""
        for each in revisions:
            facts = self.latest(each.tenant)
            # Two groups may ask side by side, and both be told of the same revisions.
            if each.revision == facts.revision + 1:
                self._latest[each.tenant] = facts.with_rows(each.rows, each.revision)

    def latest(self, tenant: str) -> Facts:
        """The snapshot as last refreshed."""
        return self._latest.get(tenant, Facts())

    async def state(self, tenant: str, key: CatalogKey) -> Facts:
        """The snapshot of a revision, the one that was in force at a time, or under None the latest."""
        if key is None:
            return self.latest(tenant)
        return await (self.at_revision(tenant, key) if isinstance(key, int) else self.as_of(tenant, key))

    async def as_of(self, tenant: str, time: datetime) -> Facts:
        """The snapshot that was in force at a time; the latest one for a time to come.

        Also for a time before the first: nothing had been written down by then, so only the rows' own dates count.
        """
        snapshot = await self._earlier(tenant, time, lambda each: each.at <= time)
        return snapshot if snapshot.revision else self.latest(tenant)

    async def at_revision(self, tenant: str, revision: int) -> Facts:
        """The snapshot with the changes up to a revision."""
        return await self._earlier(tenant, revision, lambda each: each.revision <= revision)

    async def _earlier(self, tenant: str, until: datetime | int, counts: Callable[[Revision], bool]) -> Facts:
        latest = self.latest(tenant)
        if until == latest.revision:
            return latest
        key = (tenant, until)
        if key not in self._old:
            facts = Facts()
            for each in await self._catalog.since({tenant: 0}):
                if counts(each) and each.revision <= latest.revision:
                    facts = facts.with_rows(each.rows, each.revision)
            if facts.revision == latest.revision:
                return latest
            self._old[key] = facts
            if len(self._old) > OLD_SNAPSHOTS:
                self._old.popitem(last=False)
        return self._old[key]
