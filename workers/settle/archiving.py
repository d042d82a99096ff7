"""The archive: journal entries older than `CART_HISTORY_DAYS` are removed, and the cart at the last of them is kept.

The cart is kept before the entries are removed, so whoever dies in between leaves entries that the next sweep removes.
Two workers may do it at once: a kept cart is only ever replaced by a later version of it.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import structlog

from engine.replay import replay
from storage.ports import Store
from storage.records import CartKey, CartWrite, WriteResult
from workers.clock import Clock
from workers.settle.watermark import Watermark

FOUND_AT_ONCE = 200
"""Entries that a sweep looks up; their carts are archived."""
ENTRIES_AT_ONCE = 500
"""Entries of one cart that a sweep removes at most."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)

_log = structlog.get_logger(__name__)


class ArchiveSweep:
    """Archives what is older than `days`; nothing without that. Each sweep goes on where the last one stopped."""

    def __init__(self, store: Store, watermark: Watermark, days: int | None, clock: Clock) -> None:
        self._store = store
        self._watermark = watermark
        self._life = timedelta(days=days) if days is not None else None
        self._clock = clock
        self._passed = _BEGINNING

    async def sweep(self) -> int:
        """Archive a page of old entries, and return of how many carts. Raises `StorageUnavailable`."""
        if self._life is None:
            return 0
        before = self._clock() - self._life
        found = await self._store.journal.made_between(self._passed, before, FOUND_AT_ONCE)
        # Carts that can't be archived yet must not keep the sweep from the others.
        self._passed = found[-1][1] if len(found) == FOUND_AT_ONCE else _BEGINNING
        archived = 0
        for key in dict.fromkeys(key for key, _ in found):
            try:
                archived += await self._archive(key, before)
            except ValueError as error:
                _log.error("archive_refused", tenant=key.tenant, cart_id=key.cart_id, error=str(error))
        return archived

    async def _archive(self, key: CartKey, before: datetime) -> bool:
        """Archive a cart's entries from before that time; False if its outbox still holds some of them."""
        if not await self._left_outbox(key, before):
            return False
        journal = await self._store.journal.history(key, limit=ENTRIES_AT_ONCE)
        base = (await self._store.archive.load([key])).get(key)
        later = (each for each in journal if base is None or each.version > base.version)
        cart = replay(takewhile(lambda each: each.at < before, later), base)
        if cart is None:
            return False
        await self._store.archive.keep(cart)
        await self._store.journal.remove(key, cart.version, before)
        return True

    async def _left_outbox(self, key: CartKey, before: datetime) -> bool:
        """Whether the cart's outbox holds no entry from before that time; a settled one is emptied for that."""
        stored = (await self._store.carts.load([key])).get(key)
        if stored is None or all(each.at >= before for each in stored.outbox):
            return True
        if not self._watermark.has_settled_outbox(stored):
            return False
        emptied = CartWrite(stored.cart.version, replace(stored, outbox=()), stored.stamp)
        return await self._store.carts.commit([emptied]) == [WriteResult.COMMITTED]
