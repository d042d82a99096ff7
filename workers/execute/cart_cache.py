"""The carts that this worker last wrote, so that the next command on one of them needs no load.

A stale copy is harmless: its commit misses (compare-and-set), and what does not commit is not answered from it.
"""

from collections import OrderedDict

from storage.records import CartKey, CommitStamp, StoredCart


class CartCache:
    """Carts up to so many line items in all, the least recently used one dropped first. Counts hits and misses."""

    def __init__(self, lines: int) -> None:
        self._lines = self._room = lines
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
        self.drop(key)
        self._carts[key] = stored
        self._room -= _lines(stored)
        self._groups.setdefault(stored.stamp.group, []).append(key)
        while self._room < 0:
            _, dropped = self._carts.popitem(last=False)
            self._room += _lines(dropped)

    @property
    def carts(self) -> int:
        """How many carts are here."""
        return len(self._carts)

    @property
    def lines(self) -> int:
        """The line items of all carts, and one for each cart."""
        return self._lines - self._room

    def published(self, stamp: CommitStamp) -> None:
        """Let go of the outboxes of a group that is settled; they would only take up room."""
        for key in self._groups.pop(stamp.group, ()):
            stored = self._carts.get(key)
            if stored is not None and stored.stamp == stamp:
                self._carts[key] = StoredCart(stored.cart, stored.stamp)

    def drop(self, key: CartKey) -> None:
        """Forget a cart that somebody else may have written."""
        stored = self._carts.pop(key, None)
        if stored is not None:
            self._room += _lines(stored)


def _lines(stored: StoredCart) -> int:
    """What a cart takes up; one without items takes up something too."""
    return 1 + len(stored.cart.items)
