"""What a group needs to know before it is executed: facts, what its commands did before, what happened since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from facts.snapshot import Facts
from handlers.registry import CartCommand, CatalogKey
from models.cart.budgets import Budget
from storage.ports import Store
from storage.records import CartKey, CommandKey, Entry, StoredCart
from workers.consume.work import Work
from workers.execute.cart_subject import CartSubject
from workers.execute.facts_cache import FactsCache
from workers.settle.journal_writer import JournalWriter
from workers.settle.watermark import Settlement


@dataclass(frozen=True, slots=True)
class News:
    """Carts that were missing, what a group's commands did before, and whether a catalog has changed since."""

    carts: Mapping[CartKey, StoredCart]
    entries: Mapping[CommandKey, Entry]
    catalog: bool

    @property
    def empty(self) -> bool:
        """Whether commands and catalogs are as they were thought to be."""
        return not self.entries and not self.catalog


class Preparation:
    """Fetches for groups; one query for all of a group's carts where one will do."""

    def __init__(self, store: Store, writer: JournalWriter, facts: FactsCache, settlement: Settlement) -> None:
        self._store = store
        self._writer = writer
        self._facts = facts
        self._settlement = settlement

    async def news(self, pending: Mapping[CartKey, list[Work]], missing: Sequence[CartKey]) -> News:
        """Load what carts are missing, ask the journal for the commands, and take in what is new in the catalogs."""
        keys = [
            CommandKey(work.command.tenant, work.command.id)
            for works in pending.values()
            for work in works
            if work.command.id is not None and not work.registered.reads
        ]
        # Before the journal is asked: what is written meanwhile must not be missed by both.
        unwritten = self._writer.unwritten(keys)
        revisions = self._facts.revisions({key.tenant for key in pending})
        briefing = await self._store.briefings.fetch(missing, keys, revisions)
        self._facts.learn(briefing.revisions)
        return News(briefing.carts, briefing.entries | unwritten, bool(briefing.revisions))

    async def subject(
        self,
        works: list[Work],
        stored: StoredCart | None,
        remembered: Mapping[CommandKey, Entry],
        exhausted: frozenset[Budget] = frozenset(),
    ) -> CartSubject:
        """A cart in memory, with all that its commands may ask about."""
        history = await self._history(works, stored)
        snapshots = await self._snapshots(works, stored)
        if exhausted:
            snapshots = {time: replace(facts, exhausted=exhausted) for time, facts in snapshots.items()}
        return CartSubject(stored, remembered, history, snapshots, self._unsettled(stored))

    def _unsettled(self, stored: StoredCart | None) -> tuple[Entry, ...]:
        """What stays in the outbox: single entries may be settled before the groups that came before theirs."""
        if stored is None or self._settlement.is_settled(stored.stamp):
            return ()
        return tuple(entry for entry in stored.outbox if not entry.memo.get("settled"))

    def inherited(self, stored: StoredCart | None) -> tuple[Entry, ...]:
        """Entries that whoever committed them may not have lived to publish."""
        if stored is None or self._settlement.is_under_way(stored.stamp) or self._settlement.is_settled(stored.stamp):
            return ()
        return stored.outbox

    async def _history(self, works: list[Work], stored: StoredCart | None) -> list[Entry]:
        """What happened since the oldest version that a rebasing command expects."""
        if stored is None:
            return []
        envelopes = [work.command.envelope for work in works]
        expected = [each.version for each in envelopes if each.on_conflict == "rebase" and each.version is not None]
        oldest = min(expected, default=stored.cart.version)
        return await self._store.journal.history(stored.key, oldest) if oldest < stored.cart.version else []

    async def _snapshots(self, works: list[Work], stored: StoredCart | None) -> dict[CatalogKey, Facts]:
        """The catalog now, at every time that a command asks for, and as it priced the cart, to explain that."""
        tenant = works[0].command.tenant
        snapshots: dict[CatalogKey, Facts] = {None: self._facts.latest(tenant)}
        if stored is not None and any(work.command.envelope.explain for work in works):
            revision = stored.cart.pricing.stamp.catalog_revision
            snapshots[revision] = await self._facts.at_revision(tenant, revision)
        for work in works:
            if isinstance(work.registered, CartCommand):
                data = work.command.data
                for key in (work.registered.prices_as_of(data), *work.registered.catalogs_at(data)):
                    snapshots[key] = await self._facts.state(tenant, key)
        return snapshots
