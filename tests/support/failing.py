"""A store that fails when it is told to."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any

from storage.ports import Briefings, Store
from storage.records import Briefing, CartKey, CartWrite, StorageUnavailable, StoredCart, WriteResult


class FailingCarts:
    """Carts that can't be loaded, are written without anybody learning of it, or only once they may be."""

    def __init__(self, carts: Any) -> None:
        self._carts = carts
        self.failing_loads = 0
        self.unknown_commits = 0
        self.fail_after_unknown = 0
        self.broken = False
        self.committing = asyncio.Event()
        self.committing.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._carts, name)

    async def load(self, keys: Collection[CartKey]) -> dict[CartKey, StoredCart]:
        self.check_load()
        return await self._carts.load(keys)

    def check_load(self) -> None:
        if self.broken:
            raise RuntimeError("a bug, for the test")
        if self.failing_loads > 0:
            self.failing_loads -= 1
            raise StorageUnavailable("the test says so")

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        await self.committing.wait()
        results = await self._carts.commit(writes)
        if self.unknown_commits > 0:
            self.unknown_commits -= 1
            self.failing_loads, self.fail_after_unknown = self.fail_after_unknown, 0
            raise StorageUnavailable("committed, but nobody knows")
        return results


class FailingBriefings:
    """Briefings that fail as loads of carts do."""

    def __init__(self, briefings: Briefings, carts: FailingCarts) -> None:
        self._briefings = briefings
        self._carts = carts

    async def fetch(self, *arguments: Any) -> Briefing:
        self._carts.check_load()
        return await self._briefings.fetch(*arguments)


class FailingStore:
    """A store whose carts fail on request; the rest is the real one's."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.carts = FailingCarts(store.carts)
        self.briefings = FailingBriefings(store.briefings, self.carts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def failing(stores: list[FailingStore]) -> Callable[[Store], Store]:
    """What `running_worker` wraps a store in; every store made is appended to `stores`."""

    def wrap(store: Store) -> Store:
        stores.append(FailingStore(store))
        return stores[-1]

    return wrap
