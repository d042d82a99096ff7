"""Histories of offerings: what earlier revisions of a catalog said of them, read when pricing wants it, and kept.

Of all revisions only the rows come that concern the offerings; the server leaves out the rest. A history that is known
is continued with the revisions that came since. Only so many are kept, those that were wanted last.
"""

import asyncio
from collections import ChainMap, OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from facts.history import CatalogHistory, HistoryWanted, OfferingHistory
from facts.offering_history import COMMON_KINDS, continued, offering_history, price_ids_of
from facts.snapshot import Facts
from storage.ports import Catalog
from storage.records import Concerning, Revision
from workers.execute.facts_cache import EMPTY, FactsCache

MOST_OFFERINGS = 5000
"""Offerings whose histories are kept, over all tenants."""
HISTORY_REVISIONS_AT_ONCE = 1000
"""Revisions that are read at once: hardly any of their rows are left, and those are read in some milliseconds."""
WORK_AT_ONCE = 2000
"""Revisions of which histories are put together without a thread, times offerings."""
MUCH = 5000
"""Revisions in a history that are too many to be kept for longer than they are wanted."""
SLACK = timedelta(days=60)
"""How much further back than it must a history of so many may reach before it is read again, and shorter."""

Made = TypeVar("Made")
ReadHistories = dict[str, OfferingHistory]
"""Histories of offerings of one tenant, by their ids."""


class Histories:
    """The histories of offerings that pricing has wanted, by tenant."""

    def __init__(self, catalog: Catalog, facts: FactsCache) -> None:
        self._catalog = catalog
        self._facts = facts
        self._known: OrderedDict[tuple[str, str], OfferingHistory] = OrderedDict()
        self._of_tenant: dict[str, dict[str, OfferingHistory]] = {}

    def knows(self, tenant: str) -> bool:
        """Whether anything of a tenant has been read."""
        return tenant in self._of_tenant

    def told(self, tenant: str, facts: Facts, past: ReadHistories) -> Facts:
        """The facts with what is known of earlier ones: here, and by who has just had it read."""
        return replace(facts, history=CatalogHistory(ChainMap(past, self._of_tenant.get(tenant, {}))))

    async def read(self, tenant: str, wanted: HistoryWanted) -> ReadHistories:
        """Read what pricing lacks, or go on with what takes long; raises `StorageUnavailable`."""
        for _ in wanted.steps:
            await asyncio.sleep(0)
        known, until = self._of_tenant.get(tenant, {}), self._facts.latest(tenant).revision
        to_continue, to_read = dict[str, OfferingHistory](), list[str]()
        for offering_id in sorted(wanted.offering_ids):
            found = known.get(offering_id)
            if found is not None and found.reaches(wanted.since) and not _too_long(found, wanted.since):
                to_continue[offering_id] = found
            else:
                to_read.append(offering_id)
        read = {
            **(await self._continued(tenant, to_continue, until) if to_continue else {}),
            **(await self._read(tenant, to_read, wanted.since, until) if to_read else {}),
        }
        self._keep(tenant, read)
        return read

    async def _continued(self, tenant: str, known: ReadHistories, until: int) -> ReadHistories:
        after = min(each.until for each in known.values())
        price_ids = {row.id for each in known.values() for dated in each.dated for row in dated.rows.get("prices", ())}
        price_ids |= _price_ids(known, self._facts.latest(tenant))
        revisions = await self._revisions(tenant, known, price_ids, after, until)

        def made() -> ReadHistories:
            return {each: continued(each, history, revisions, until) for each, history in known.items()}

        return await _in_good_time(made, len(revisions) * len(known))

    async def _read(self, tenant: str, offering_ids: Collection[str], since: datetime, until: int) -> ReadHistories:
        first = await self._catalog.revision_at(tenant, since)
        base = await self._facts.at_revision(tenant, first) if first else EMPTY
        price_ids = _price_ids(offering_ids, base) | _price_ids(offering_ids, self._facts.latest(tenant))
        revisions = await self._revisions(tenant, offering_ids, price_ids, first, until)

        def made() -> ReadHistories:
            start = since if first else None
            return {each: offering_history(each, base, start, revisions, until) for each in offering_ids}

        return await _in_good_time(made, len(revisions) * len(offering_ids))

    async def _revisions(
        self, tenant: str, offering_ids: Collection[str], price_ids: Collection[str], after: int, until: int
    ) -> list[Revision]:
        """What concerns these offerings. A price that is new among theirs may become another's: it is asked again."""
        known = frozenset(price_ids)
        while True:
            wanted = Concerning(frozenset(offering_ids), known, COMMON_KINDS)
            found: list[Revision] = []
            for start in range(after, until, HISTORY_REVISIONS_AT_ONCE):
                end = min(start + HISTORY_REVISIONS_AT_ONCE, until)
                found += await self._catalog.concerning(tenant, start, end, wanted)
            new = price_ids_of(offering_ids, [each.rows for each in found])
            if new <= known:
                return found
            known |= new

    def _keep(self, tenant: str, histories: ReadHistories) -> None:
        for offering_id, history in histories.items():
            key = tenant, offering_id
            self._known[key] = history
            self._known.move_to_end(key)
            self._of_tenant.setdefault(tenant, {})[offering_id] = history
        while len(self._known) > MOST_OFFERINGS:
            (other_tenant, other), _ = self._known.popitem(last=False)
            of_other = self._of_tenant[other_tenant]
            del of_other[other]
            if not of_other:
                del self._of_tenant[other_tenant]


async def _in_good_time(make: Callable[[], Made], work: int) -> Made:
    """What is made at once, or, if it is much, in a thread: the event loop goes on in between."""
    return make() if work <= WORK_AT_ONCE else await asyncio.to_thread(make)


def _price_ids(offering_ids: Collection[str], facts: Facts) -> set[str]:
    return {point.id for each in offering_ids for group in facts.prices_of.get(each, ()) for point in group}


def _too_long(history: OfferingHistory, since: datetime) -> bool:
    """Whether it holds much that is no longer wanted."""
    return len(history.dated) > MUCH and (history.since is None or history.since < since - SLACK)
