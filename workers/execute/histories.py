"""Histories of offerings: what earlier revisions of a catalog said of them, read when pricing wants it, and kept.

Of all revisions only the rows come that concern the offerings; the server leaves out the rest. A history that is known
is continued with the revisions that came since. Only so many are kept, those that were wanted last.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from facts.concerning import COMMON_KINDS, continued, offering_history, price_ids_of
from facts.history import CatalogHistory, HistoryWanted, OfferingHistory
from facts.snapshot import Facts
from storage.ports import Catalog
from storage.records import Concerning, Revision
from workers.execute.facts_cache import EMPTY, FactsCache

MOST_OFFERINGS = 5000
"""Offerings whose histories are kept, over all tenants."""
REVISIONS_AT_ONCE = 1000
"""Revisions that are read at once: hardly any of their rows are left, and those are read in some milliseconds."""
WORK_AT_ONCE = 2000
"""Revisions of which histories are put together without a thread, times offerings."""
SLACK = timedelta(days=60)
"""How much further back than it must a history may reach before it is read anew, and shorter."""

Made = TypeVar("Made")


class Histories:
    """The histories of offerings that pricing has wanted, by tenant."""

    def __init__(self, catalog: Catalog, facts: FactsCache) -> None:
        self._catalog = catalog
        self._facts = facts
        self._known: OrderedDict[tuple[str, str], OfferingHistory] = OrderedDict()
        self._of_tenant: dict[str, dict[str, OfferingHistory]] = {}

    def told(self, tenant: str, facts: Facts) -> Facts:
        """The facts with what is known of earlier ones."""
        known = self._of_tenant.get(tenant)
        return facts if known is None else replace(facts, history=CatalogHistory(MappingProxyType(known)))

    async def read(self, tenant: str, wanted: HistoryWanted) -> None:
        """Read what pricing lacks, or go on with what takes long; raises `StorageUnavailable`."""
        for _ in wanted.steps:
            await asyncio.sleep(0)
        known = self._of_tenant.get(tenant, {})
        to_continue, to_read = dict[str, OfferingHistory](), list[str]()
        for offering_id in sorted(wanted.offering_ids):
            found = known.get(offering_id)
            if found is not None and found.reaches(wanted.since) and not _too_long(found, wanted.since):
                to_continue[offering_id] = found
            else:
                to_read.append(offering_id)
        if to_continue:
            await self._continue(tenant, to_continue)
        if to_read:
            await self._read(tenant, to_read, wanted.since)

    async def _continue(self, tenant: str, known: dict[str, OfferingHistory]) -> None:
        after, until = min(each.until for each in known.values()), self._facts.latest(tenant).revision
        price_ids = {row.id for each in known.values() for dated in each.dated for row in dated.rows.get("prices", ())}
        revisions = await self._revisions(tenant, known, price_ids, after, until)

        def made() -> dict[str, OfferingHistory]:
            return {each: continued(each, history, revisions, until) for each, history in known.items()}

        self._keep(tenant, await _in_good_time(made, len(revisions) * len(known)))

    async def _read(self, tenant: str, offering_ids: Collection[str], since: datetime) -> None:
        until, first = self._facts.latest(tenant).revision, await self._catalog.revision_at(tenant, since)
        base = await self._facts.at_revision(tenant, first) if first else EMPTY
        price_ids = {point.id for each in offering_ids for group in base.prices_of.get(each, ()) for point in group}
        revisions = await self._revisions(tenant, offering_ids, price_ids, first, until)

        def made() -> dict[str, OfferingHistory]:
            start = since if first else None
            return {each: offering_history(each, base, start, revisions, until) for each in offering_ids}

        self._keep(tenant, await _in_good_time(made, len(revisions) * len(offering_ids)))

    async def _revisions(
        self, tenant: str, offering_ids: Collection[str], price_ids: Collection[str], after: int, until: int
    ) -> list[Revision]:
        """What concerns these offerings. A price that is new among theirs may become another's: it is asked again."""
        known = frozenset(price_ids)
        while True:
            wanted = Concerning(frozenset(offering_ids), known, COMMON_KINDS)
            found: list[Revision] = []
            for start in range(after, until, REVISIONS_AT_ONCE):
                end = min(start + REVISIONS_AT_ONCE, until)
                found += await self._catalog.concerning(tenant, start, end, wanted)
            new = price_ids_of(offering_ids, [each.rows for each in found])
            if new <= known:
                return found
            known |= new

    def _keep(self, tenant: str, histories: Mapping[str, OfferingHistory]) -> None:
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


def _too_long(history: OfferingHistory, since: datetime) -> bool:
    """Whether it holds much that is no longer wanted."""
    return history.since is not None and history.since < since - SLACK
