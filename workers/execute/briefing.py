"""What a group needs to know before it is executed: facts, what its commands did before, what happened since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from time import perf_counter

from cartwright.wire.status import CartStatus
from facts.history import HistoryWanted
from handlers.needs import NOTHING, CatalogKey, Fetched, HistoryPage, Needs
from handlers.tokens import NO_TOKENS
from models.cart.amendment import AMENDS
from models.cart.cart import Cart
from queries.search import CartSearch, ElementSearch, Found, JobSearch, ReportSearch, Search, ValueSearch
from storage.ports import Store
from storage.records import REVISIONS_AT_ONCE, CartKey, CommandKey, CommitStamp, Entry, StoredCart
from workers.consume.spans import UNTRACED, Spans
from workers.consume.work import Work
from workers.execute.cart_history import Past
from workers.execute.cart_subject import CartSubject
from workers.execute.facts_cache import FactsCache
from workers.execute.offering_histories import Histories, ReadHistories
from workers.execute.reservations import NO_LIMITS, Room
from workers.execute.validity_tokens import TokenKeys
from workers.metrics.histogram import Histogram
from workers.settle.journal_writer import JournalWriter
from workers.settle.watermark import Watermark


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


class Briefer:
    """Fetches for groups; one query for all of a group's carts where one will do.

    `load_seconds` is how long commands have waited for it.
    """

    def __init__(
        self, store: Store, writer: JournalWriter, facts: FactsCache, watermark: Watermark, keys: TokenKeys
    ) -> None:
        self._histories = Histories(store.catalog, facts)
        self._store = store
        self._past = Past(store)
        self._keys = keys
        self._writer = writer
        self._facts = facts
        self._watermark = watermark
        self.load_seconds = Histogram()
        self.spans: Spans = UNTRACED

    async def news(self, pending: Mapping[CartKey, list[Work]], missing: Sequence[CartKey]) -> News:
        """Load what carts are missing, ask the journal for the commands, and take in what is new in the catalogs."""
        keys = [
            key
            for works in pending.values()
            for work in works
            if not work.registered.reads and (key := CommandKey.of(work.command)) is not None
        ]
        tenants = {key.tenant for key in pending}
        # Before the journal is asked: what is written meanwhile must not be missed by both.
        unwritten = self._writer.unwritten(keys)
        revisions = self._facts.revisions(tenants)
        began = perf_counter()
        briefing = await self._store.briefings.fetch(missing, keys, revisions)
        self.load_seconds.observe(perf_counter() - began, sum(map(len, pending.values())))
        self.spans.stage("load", chain.from_iterable(pending.values()), began)
        self._facts.learn(briefing.revisions)
        if len(briefing.revisions) == REVISIONS_AT_ONCE:
            await self._facts.catch_up(tenants)
        return News(briefing.carts, briefing.entries | unwritten, bool(briefing.revisions))

    async def subject(
        self,
        works: list[Work],
        stored: StoredCart | None,
        remembered: Mapping[CommandKey, Entry],
        room: Room = NO_LIMITS,
        taken: frozenset[str] = frozenset(),
        past: ReadHistories | None = None,
    ) -> CartSubject:
        """A cart in memory, with all that its commands may ask about; `past` is what was read because they want it."""
        history = await self._history(works, stored)
        fetched = await self._fetched(works, stored, _made_by(works, stored, remembered))
        if room.exhausted:
            catalogs = {key: replace(facts, exhausted=room.exhausted) for key, facts in fetched.catalogs.items()}
            fetched = replace(fetched, catalogs=catalogs, uses=room.uses)
        if taken:
            fetched = replace(fetched, taken_keys=taken)
        tenant = works[0].command.tenant
        if past or self._histories.knows(tenant):
            catalogs = {key: self._histories.told(tenant, facts, past or {}) for key, facts in fetched.catalogs.items()}
            fetched = replace(fetched, catalogs=catalogs)
        return CartSubject(stored, remembered, history, fetched, self._unsettled(stored))

    async def read_history(self, tenant: str, wanted: HistoryWanted) -> ReadHistories:
        """What pricing wants of a catalog's past; raises `StorageUnavailable`."""
        return await self._histories.read(tenant, wanted)

    async def named(self, work: Work) -> CartKey | None:
        """The cart that a command names by a key; the one that was created last, if there are several."""
        key = work.call.key if work.call is not None else None
        for name, value in (key,) if key is not None else work.registered.needs(work.command.data).keys:
            keys = await self._store.carts.with_key(work.command.tenant, name, value)
            if keys:
                return keys[0]
        return None

    async def executed(self, works: Iterable[Work]) -> Mapping[CommandKey, Entry]:
        """What these commands did before, where they did, as far as it has left the outbox of their cart."""
        keys = [key for each in works if (key := CommandKey.of(each.command)) is not None]
        unwritten = self._writer.unwritten(keys)
        return {**await self._store.journal.lookup(keys), **unwritten}

    def _unsettled(self, stored: StoredCart | None) -> tuple[Entry, ...]:
        """What stays in the outbox: single entries may be settled before the groups that came before theirs."""
        if stored is None or self._watermark.has_settled_outbox(stored):
            return ()
        return tuple(entry for entry in stored.outbox if not entry.settled)

    def inherited(self, stored: StoredCart | None, group: CommitStamp) -> tuple[Entry, ...]:
        """Entries that whoever committed them may not have lived to publish.

        What this group itself has written, without knowing it, may hold some that it had inherited.
        """
        if stored is None or self._watermark.has_settled_outbox(stored):
            return ()
        return stored.outbox if stored.stamp == group or not self._watermark.is_under_way(stored.stamp) else ()

    async def _history(self, works: list[Work], stored: StoredCart | None) -> list[Entry]:
        """What happened since the oldest version that a rebasing command expects."""
        if stored is None:
            return []
        envelopes = [work.command.envelope for work in works]
        expected = [each.version for each in envelopes if each.on_conflict == "rebase" and each.version is not None]
        oldest = min(expected, default=stored.cart.version)
        return await self._store.journal.history(stored.key, oldest) if oldest < stored.cart.version else []

    async def _fetched(self, works: list[Work], stored: StoredCart | None, versions: set[int]) -> Fetched:
        """What these commands need besides the cart itself, some of its versions among it."""
        tenant, needs = works[0].command.tenant, [work.registered.needs(work.command.data) for work in works]
        catalogs: set[CatalogKey] = {None}
        carts: set[str] = set()
        stretches: set[HistoryPage] = set()
        searches: set[Search] = set()
        for each in needs:
            if each is not NOTHING:
                catalogs |= {each.catalog, *each.catalogs}
                carts.update(each.carts)
                versions.update(each.versions)
                stretches |= {each.history} if each.history else set()
                searches |= {each.search} if each.search else set()
        if stored is not None and stored.cart.amendment is not None and any(each.order for each in needs):
            carts.add(stored.cart.amendment.amends)
        then = await self._past.versions(stored, versions) if versions and stored is not None else {}
        history = {each: await self._past.stretch(stored, each) for each in stretches} if stored is not None else {}
        archived = await self._past.archived(stored) if history and stored is not None else None
        if stored is not None and _counts_its_catalog(stored.cart, works, needs):
            catalogs.update(cart.pricing.stamp.catalog_revision for cart in (stored.cart, *then.values()))
        return Fetched(
            catalogs={key: await self._facts.state(tenant, key) for key in catalogs},
            carts=await self._others(tenant, carts) if carts else {},
            versions=then,
            history=history,
            archived=archived.version if archived is not None else 0,
            amendments=await self._amendments(stored) if any(each.amendments for each in needs) else (),
            tokens=await self._keys.tokens() if any(each.tokens for each in needs) else NO_TOKENS,
            found={each: await self._found(tenant, each) for each in searches},
        )

    async def _found(self, tenant: str, search: Search) -> Found[object]:
        match search:
            case CartSearch():
                return await self._store.searches.carts(tenant, search)
            case ValueSearch():
                return await self._store.searches.values(tenant, search)
            case ElementSearch():
                return await self._store.searches.elements(tenant, search)
            case JobSearch():
                return await self._store.jobs.find(tenant, search)
            case ReportSearch():
                return await self._store.jobs.report(tenant, search)

    async def _amendments(self, stored: StoredCart | None) -> tuple[Cart, ...]:
        """The carts that amend a submitted one."""
        if stored is None or stored.cart.status is not CartStatus.SUBMITTED:
            return ()
        keys = await self._store.carts.with_key(stored.key.tenant, AMENDS, stored.key.cart_id)
        found = await self._store.carts.load(keys) if keys else {}
        return tuple(found[key].cart for key in keys if key in found)

    async def _others(self, tenant: str, ids: Iterable[str]) -> dict[str, Cart]:
        found = await self._store.carts.load([CartKey(tenant, cart_id) for cart_id in ids])
        return {key.cart_id: stored.cart for key, stored in found.items()}


def _counts_its_catalog(cart: Cart, works: Iterable[Work], needs: Iterable[Needs]) -> bool:
    """Whether the catalog matters that the cart's prices come from."""
    if cart.frozen_until is not None or any(each.own_catalog for each in needs):
        return True
    return any(work.command.envelope.explain or work.call is not None for work in works)


def _made_by(works: Iterable[Work], stored: StoredCart | None, remembered: Mapping[CommandKey, Entry]) -> set[int]:
    """The versions to which calls in a dialect led that come again, and those before: they are answered once more."""
    if stored is None or stored.purged:
        return set()
    calls = [CommandKey(work.command.tenant, work.command.id or "") for work in works if work.call is not None]
    if not calls:
        return set()
    known = {**remembered, **{entry.key: entry for entry in stored.outbox}}
    made = [known[key].version for key in calls if key in known and known[key].cart_id == stored.cart.id]
    return {each for version in made for each in (version - 1, version) if 0 < each <= stored.cart.version}
