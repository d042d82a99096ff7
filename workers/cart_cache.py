"""The carts that this worker last wrote, so that the next command on one of them needs no load.

A stale copy is harmless: its commit misses (compare-and-set), and what does not commit is not answered from it.
"""

from collections import OrderedDict
from dataclasses import replace

from cartwright.storage.records import CartKey, CommitStamp, StoredCart


class CartCache:
    """A bounded map of carts, the least recently used one dropped first. Counts its hits and misses."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._carts: OrderedDict[CartKey, StoredCart] = OrderedDict()
        self._groups: dict[int, list[CartKey]] = {}
        self.hits = 0
        self.misses = 0

    def get(self, key: CartKey) -> StoredCart | None:
        """The cart as last written, if it is here."""
        stored = self._carts.get(key)
        if stored is None:
            self.misses += 1
        else:
            self.hits += 1
            self._carts.move_to_end(key)
        return stored

    def put(self, stored: StoredCart) -> None:
        """Keep a cart that was just written."""
        key = stored.key
        self._carts[key] = stored
        self._carts.move_to_end(key)
        self._groups.setdefault(stored.stamp.group, []).append(key)
        if len(self._carts) > self._size:
            self._carts.popitem(last=False)

    def settled(self, stamp: CommitStamp) -> None:
        """Let go of the outboxes of a group that is settled; they would only take up room."""
        for key in self._groups.pop(stamp.group, ()):
            stored = self._carts.get(key)
            if stored is not None and stored.stamp == stamp:
                self._carts[key] = replace(stored, outbox=())

    def drop(self, key: CartKey) -> None:
        """Forget a cart that somebody else may have written."""
        self._carts.pop(key, None)
