"""What the database holds about everything that a history mentions."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.history import History
from storage.ports import Store
from storage.records import CartKey, CommandKey, Entry, Revision, StoredCart


@dataclass(frozen=True, slots=True)
class Kept:
    """Carts and their journals by cart id, journal entries and catalog revisions by the command that made them."""

    carts: Mapping[str, StoredCart]
    journals: Mapping[str, Sequence[Entry]]
    entries: Mapping[str, Entry]
    revisions: Mapping[str, Revision]


async def read_kept(store: Store, history: History) -> Kept:
    """Read it; raises `StorageUnavailable`."""
    tenant = history.tenant
    keys = [CartKey(tenant, cart_id) for cart_id in sorted(history.cart_ids)]
    carts = await store.carts.load(keys)
    journals = await asyncio.gather(*(store.journal.history(key) for key in keys))
    entries = await store.journal.lookup([CommandKey(tenant, message_id) for message_id in history.sent])
    revisions = await store.catalog.since({tenant: 0})
    return Kept(
        carts={key.cart_id: stored for key, stored in carts.items()},
        journals={key.cart_id: journal for key, journal in zip(keys, journals, strict=True)},
        entries={key.command_id: entry for key, entry in entries.items()},
        revisions={revision.command_id: revision for revision in revisions},
    )
