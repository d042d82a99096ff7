"""What the database holds for one tenant: everything that a history mentions, or all carts page by page.

A worker writes a cart first and moves its outbox into the journal afterwards. We read in the same order: an entry that
was not in the outbox when the cart was read is in the journal already. So the pages are right even while workers write.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from audit.history import History
from facts.history import OfferingHistory
from facts.offering_history import offering_history
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.jobs.job import Job
from queries.search import JobSearch
from storage.ports import Store
from storage.records import CartKey, CatalogRecord, CommandKey, Entry, Revision, StoredCart

PAGE = 100
"""Carts of one page."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Carts and their journals by cart id; what commands left in the journal and the catalog, by message id.

    `job_entries` are entries of what jobs did, whose ids are apart from those of messages. `archived` are carts at
    the version after which their journals begin, if earlier entries are archived. `revisions` are all revisions of
    the catalog, in order; `snapshots` is the catalog at each of them, `past` what it told of offerings, as far as
    pricing wanted that.
    """

    tenant: str
    carts: Mapping[str, StoredCart]
    journals: Mapping[str, Sequence[Entry]]
    archived: Mapping[str, Cart]
    entries: Mapping[str, Entry]
    job_entries: Mapping[str, Entry]
    catalog: Mapping[str, CatalogRecord]
    revisions: Sequence[Revision]
    snapshots: Mapping[int, Facts]
    jobs: Sequence[Job] = ()
    past: dict[str, OfferingHistory] = field(default_factory=dict)

    def read_past(self, offering_ids: Iterable[str]) -> None:
        """Note what the catalog has told of offerings since its first revision."""
        for each in offering_ids:
            self.past[each] = offering_history(each, Facts(), None, self.revisions, len(self.revisions))

    @property
    def steered(self) -> set[str]:
        """The message ids of the commands that jobs remember: those that started or steered them."""
        return {record.command_id for job in self.jobs for record in job.commands}

    @property
    def settled(self) -> bool:
        """Whether the journal has all entries of the carts' outboxes: no worker is about to write more."""
        queued = [entry for stored in self.carts.values() for entry in stored.outbox]
        known = {entry.key for entry in (*self.entries.values(), *self.job_entries.values())}
        return all(entry.key in known for entry in queued)


async def read_kept(store: Store, history: History) -> Kept:
    """Everything about the carts and commands of a history, once all have ended; raises `StorageUnavailable`."""
    tenant = history.tenant
    keys = [CartKey(tenant, cart_id) for cart_id in sorted(history.cart_ids)]
    carts = await store.carts.load(keys)
    commands = [CommandKey(tenant, message_id) for message_id in history.sent]
    queued = [entry.key for stored in carts.values() for entry in stored.outbox]
    entries = await store.journal.lookup([*commands, *queued])
    journals, archived = await _journals(store, keys)
    revisions = await store.catalog.since({tenant: 0})
    return Kept(
        tenant=tenant,
        carts={key.cart_id: stored for key, stored in carts.items()},
        journals=journals,
        archived=archived,
        entries=_of_messages(entries),
        job_entries=_of_jobs(entries),
        catalog={key.command_id: record for key, record in (await store.catalog.of_commands(commands)).items()},
        revisions=revisions,
        snapshots={facts.revision: facts for facts in _snapshots(Facts(), revisions)},
        jobs=[job async for job in _jobs(store, tenant)],
    )


async def read_pages(store: Store, tenant: str) -> AsyncIterator[Kept]:
    """All carts of a tenant, a page at a time; raises `StorageUnavailable`. Carts created meanwhile may be missing."""
    last, revisions, snapshots = "", list[Revision](), {0: Facts()}
    while True:
        carts = await store.carts.of_tenant(tenant, last, PAGE)
        journals, archived = await _journals(store, [stored.key for stored in carts])
        queued = [entry for stored in carts for entry in stored.outbox]
        entries = await store.journal.lookup([entry.key for entry in queued])
        # Read after the carts, so that every revision that priced one of them is included.
        newer = await store.catalog.since({tenant: len(revisions)})
        snapshots |= {facts.revision: facts for facts in _snapshots(snapshots[len(revisions)], newer)}
        revisions += newer
        yield Kept(
            tenant=tenant,
            carts={stored.cart.id: stored for stored in carts},
            journals={stored.cart.id: _complete(stored, journals[stored.cart.id]) for stored in carts},
            archived=archived,
            entries=_of_messages(entries),
            job_entries=_of_jobs(entries),
            catalog={revision.command_id: revision for revision in revisions},
            revisions=tuple(revisions),
            snapshots=snapshots,
        )
        if len(carts) < PAGE:
            return
        last = carts[-1].cart.id


def _of_messages(entries: Mapping[CommandKey, Entry]) -> dict[str, Entry]:
    return {key.command_id: entry for key, entry in entries.items() if not key.by_job}


def _of_jobs(entries: Mapping[CommandKey, Entry]) -> dict[str, Entry]:
    return {key.command_id: entry for key, entry in entries.items() if key.by_job}


async def _jobs(store: Store, tenant: str) -> AsyncIterator[Job]:
    """All jobs of a tenant, the newest first."""
    search = JobSearch(size=PAGE)
    while True:
        found = await store.jobs.find(tenant, search)
        for job in found.rows:
            yield job
        if not found.more:
            return
        search = replace(search, after=(job.created.at, job.id))


def _snapshots(first: Facts, revisions: Iterable[Revision]) -> Iterator[Facts]:
    return accumulate(revisions, lambda facts, each: facts.with_rows(each.rows, each.revision), initial=first)


async def _journals(store: Store, keys: Sequence[CartKey]) -> tuple[dict[str, Sequence[Entry]], dict[str, Cart]]:
    """The journals, and the carts with which those begin that are archived in part.

    A worker keeps the cart before it removes entries, so the carts are read after the journals.
    """
    journals = await asyncio.gather(*(store.journal.history(key) for key in keys))
    archived = {key.cart_id: cart for key, cart in (await store.archive.load(keys)).items()}
    begins = {cart_id: cart.version for cart_id, cart in archived.items()}
    kept: dict[str, Sequence[Entry]] = {
        key.cart_id: [entry for entry in journal if entry.version > begins.get(key.cart_id, 0)]
        for key, journal in zip(keys, journals, strict=True)
    }
    return kept, archived


def _complete(stored: StoredCart, journal: Iterable[Entry]) -> list[Entry]:
    """The journal up to the version that was read, with what still waits in the outbox."""
    journaled = [entry for entry in journal if entry.version <= stored.cart.version]
    known = {entry.key for entry in journaled}
    waiting = [entry for entry in stored.outbox if entry.status == "applied" and entry.key not in known]
    return sorted([*journaled, *waiting], key=lambda entry: entry.version)
