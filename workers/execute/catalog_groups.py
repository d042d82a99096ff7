"""Catalog commands: folded like a cart's, saved record by record."""

from storage.ports import Catalog
from storage.records import CommandKey, StorageUnavailable
from workers.clock import Clock
from workers.consume.work import Answered, Work
from workers.execute.catalog_subject import CatalogSubject
from workers.execute.facts_cache import FactsCache
from workers.execute.fold import MAX_REFOLDS, fold


class CatalogGroups:
    """Executes the waiting commands of one tenant's catalog."""

    def __init__(self, catalog: Catalog, facts: FactsCache, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock
        self._facts = facts

    async def run(self, tenant: str, works: list[Work]) -> list[Answered]:
        """The answers in order; raises `StorageUnavailable` if the outcome is not known."""
        keys = [CommandKey(tenant, work.command.id) for work in works if work.command.id is not None]
        for _ in range(MAX_REFOLDS):
            await self._facts.refresh({tenant})
            remembered = await self._catalog.of_commands(keys)
            subject = CatalogSubject(self._facts.latest(tenant), remembered)
            answers = fold(subject, works, self._clock())
            if await self._commit(subject):
                return answers
        raise StorageUnavailable("the catalog kept changing under the worker")

    async def _commit(self, subject: CatalogSubject) -> bool:
        """Append the new records; False as soon as another worker was faster, for then the catalog may differ."""
        for record in subject.new:
            if not await self._catalog.append(record):
                return False
        return True
