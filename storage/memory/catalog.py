"""The in-memory twin of the catalog."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from facts.snapshot import CatalogRows
from models.catalog.configuration import Configuration
from storage.records import CatalogRecord, CatalogSnapshot, CommandKey, Concerning, Revision, Unchanged


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
