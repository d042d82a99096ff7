"""The in-memory twin of the carts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from cartwright.wire.status import CHANGEABLE, CartStatus
from models.cart.brief import CartBrief
from models.cart.keys import EXCLUSIVE, RELEASED, live_keys, lookup_keys
from storage.records import (
    CartKey,
    CartVersion,
    CartWrite,
    LiveKey,
    Run,
    StoredCart,
    WriteResult,
)


class MemoryCarts:
    """`Carts` in a dictionary."""

    def __init__(self) -> None:
        self.stored: dict[CartKey, StoredCart] = {}
        self._idling: set[str] = set()

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, StoredCart]:
        """Look up."""
        return {key: self.stored[key] for key in keys if key in self.stored}

    async def briefs(self, keys: Collection[CartKey]) -> dict[CartKey, CartBrief]:
        """Make them."""
        return {key: CartBrief.of(self.stored[key].cart) for key in keys if key in self.stored}

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        """Compare and set, one by one."""
        return [self._commit(write) for write in writes]

    def _commit(self, write: CartWrite) -> WriteResult:
        current = self.stored.get(write.stored.key)
        if (current.cart.version if current else 0) != write.expected_version:
            return WriteResult.CONFLICT
        if write.expected_stamp is not None and current is not None and current.stamp != write.expected_stamp:
            return WriteResult.CONFLICT
        if self._taken(write.stored):
            return WriteResult.KEY_TAKEN
        self.stored[write.stored.key] = write.stored
        return WriteResult.COMMITTED

    def _taken(self, stored: StoredCart) -> bool:
        """Whether another cart has one of its keys."""
        own = _own_keys(stored)
        others = (each for each in self.stored.values() if each.key != stored.key) if own else ()
        return any(each.cart.tenant == stored.cart.tenant and own & _own_keys(each) for each in others)

    async def with_key(self, tenant: str, name: str, value: str) -> list[CartKey]:
        """Scan."""
        found = [
            stored.cart
            for key, stored in self.stored.items()
            if key.tenant == tenant and lookup_keys(stored.cart).get(name) == value
        ]
        there = [cart for cart in found if cart.status is not CartStatus.DELETED]
        open_ones = [cart for cart in there if name in EXCLUSIVE and cart.status not in RELEASED]
        newest = sorted(open_ones or there, key=lambda cart: (cart.created.at, cart.id), reverse=True)
        return [CartKey(cart.tenant, cart.id) for cart in newest[:10]]

    async def holders(self, keys: Collection[LiveKey]) -> dict[LiveKey, set[CartKey]]:
        """Scan."""
        holders: dict[LiveKey, set[CartKey]] = {}
        for stored in self.stored.values():
            for text in live_keys(stored.cart):
                key = LiveKey(stored.cart.tenant, text)
                if key in keys:
                    holders.setdefault(key, set()).add(stored.key)
        return holders

    async def due(self, time: datetime, limit: int) -> list[CartVersion]:
        """Scan."""
        found = [
            (stored.cart.suppress_at, CartVersion(stored.key, stored.cart.version))
            for stored in self.stored.values()
            if stored.cart.suppress_at is not None
            and stored.cart.suppress_at <= time
            and stored.cart.status in CHANGEABLE
            and stored.cart.as_of(time).lock is None
        ]
        return [each for _, each in sorted(found)[:limit]]

    async def idle(self, tenant: str, since: datetime, limit: int) -> list[CartVersion]:
        """Scan."""
        found = [
            (stored.cart.updated.at, CartVersion(stored.key, stored.cart.version))
            for stored in self.stored.values()
            if stored.cart.tenant == tenant
            and (stored.idles or tenant in self._idling)
            and stored.cart.status in CHANGEABLE
            and stored.cart.updated.at <= since
            and stored.cart.as_of(since).lock is None
        ]
        return [each for _, each in sorted(found)[:limit]]

    async def let_idle(self, tenant: str) -> None:
        """Note the tenant."""
        self._idling.add(tenant)

    async def of_tenant(self, tenant: str, after: str, limit: int) -> list[StoredCart]:
        """Scan."""
        keys = sorted(key for key in self.stored if key.tenant == tenant and key.cart_id > after)
        return [self.stored[key] for key in keys[:limit]]

    async def to_purge(self, by: datetime, limit: int) -> list[StoredCart]:
        """Scan."""
        due = [(at, stored) for stored in self.stored.values() if (at := stored.purge_at) is not None and at <= by]
        return [stored for _, stored in sorted(due, key=lambda each: each[0])][:limit]

    async def unpublished(self, run: Run, before: datetime, limit: int) -> list[StoredCart]:
        """Scan."""
        found = [
            stored
            for stored in self.stored.values()
            if stored.stamp.run == run.id
            and (stored.stamp.group > run.settled or stored.stamp.group in run.abandoned)
            and stored.cart.updated.at < before
        ]
        return sorted(found, key=lambda stored: stored.stamp.group)[:limit]


def _own_keys(stored: StoredCart) -> frozenset[str]:
    return frozenset(live_keys(stored.cart)) - stored.given_up
