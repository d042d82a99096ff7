"""A gate with few places, before which the tenants take turns."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from workers.consume.turns import Turns
from workers.consume.work import LaneKey


class Gate:
    """Lets so many in at once; each of a tenant's lanes is one command of its turn."""

    def __init__(self, places: int, weights: Mapping[str, int]) -> None:
        self._free = places
        self._turns = Turns(weights)
        self._waiting: dict[LaneKey, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def place(self, key: LaneKey) -> AsyncIterator[None]:
        """Have a place, after waiting for it in turn."""
        await self._enter(key)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, key: LaneKey) -> None:
        if self._free:
            self._free -= 1
            return
        entering = self._waiting[key] = asyncio.get_running_loop().create_future()
        self._turns.add(key)
        try:
            await entering
        except asyncio.CancelledError:
            if entering.cancelled():
                self._turns.discard(key)
                self._waiting.pop(key, None)
            else:
                self._leave()
            raise

    def _leave(self) -> None:
        """Give the place to the next one in turn."""
        turn = self._turns.next(1)
        if turn is None:
            self._free += 1
            return
        key, _ = turn
        self._turns.charge(key.tenant, 1, 1)
        self._waiting.pop(key).set_result(None)
