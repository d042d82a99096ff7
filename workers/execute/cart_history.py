"""A cart's past: from its journal, from what its outbox has more, and from where its archived history ends.

A worker writes a cart first and moves its outbox into the journal afterwards; the archive keeps a cart before entries
are removed. So the cart is read first, then the journal, then the archive: what one of them lacks is in another.
"""

from collections.abc import Set

from engine.replay import replayed
from handlers.needs import HistoryPage
from models.cart.cart import Cart
from storage.ports import Store
from storage.records import Entry, StoredCart

ENTRIES_AT_ONCE = 500


class Past:
    """Reads what happened to carts."""

    def __init__(self, store: Store) -> None:
        self._journal = store.journal
        self._archive = store.archive

    async def stretch(self, stored: StoredCart, asked: HistoryPage) -> list[Entry]:
        """The entries of a part of the history, as far as they are not archived."""
        until = stored.cart.version if asked.until is None else min(asked.until, stored.cart.version)
        journaled = await self._journal.history(stored.key, asked.after, until, asked.limit)
        waiting = [each for each in stored.outbox if each.status == "applied" and asked.after < each.version <= until]
        entries = {each.version: each for each in (*journaled, *waiting)}
        return [entries[version] for version in sorted(entries)][: asked.limit]

    async def archived(self, stored: StoredCart) -> Cart | None:
        """The cart at the last version whose history is archived."""
        return (await self._archive.load([stored.key])).get(stored.key)

    async def versions(self, stored: StoredCart, numbers: Set[int]) -> dict[int, Cart]:
        """The cart at these versions, as far as they were, and can still be worked out."""
        until = max((number for number in numbers if number <= stored.cart.version), default=0)
        found: dict[int, Cart] = {}
        last: Cart | None = None
        reached = 0
        while reached < until:
            entries = await self.stretch(stored, HistoryPage(reached, until, ENTRIES_AT_ONCE))
            base = await self.archived(stored)
            if base is not None and base.version > reached:
                last, reached = base, base.version
                found[reached] = base
            elif not entries:
                raise ValueError(f"the history of cart {stored.cart.id} ends at version {reached}")
            for cart in replayed([each for each in entries if each.version > reached], last):
                last, reached = cart, cart.version
                found |= {reached: cart} if reached in numbers else {}
        return found
