"""Earlier states of catalogs in memory: those that were last asked for, each built once.

Groups of many carts ask side by side for the same few states, and carts of many tenants for one each. Who asks while a
state is being built waits for it. What nobody has asked for the longest goes first; a few stay whatever their size.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from facts.snapshot import Facts

Build = Callable[[str, int], Awaitable[Facts]]
"""Makes the catalog of a tenant at a revision; may raise."""

LEAST = 8
"""So many are kept, however large they are."""
MOST = 256
MOST_ROWS = 20_000
"""Of more than the least, together: about 40 MB."""


class OldCatalogs:
    """Catalogs by tenant and revision, the least recently used one dropped first."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._kept: OrderedDict[tuple[str, int], Facts] = OrderedDict()
        self._coming: dict[tuple[str, int], asyncio.Task[Facts]] = {}
        self._rows = 0

    async def get(self, tenant: str, revision: int) -> Facts:
        """The catalog of a tenant at a revision; raises what building it raises, and builds it anew the next time."""
        key = (tenant, revision)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        if key not in self._coming:
            self._coming[key] = asyncio.create_task(self._made(tenant, revision), name=f"catalog-{tenant}-{revision}")
        # Whoever stops waiting does not stop it for the others.
        return await asyncio.shield(self._coming[key])

    async def _made(self, tenant: str, revision: int) -> Facts:
        key = (tenant, revision)
        try:
            self._kept[key] = facts = await self._build(tenant, revision)
        finally:
            del self._coming[key]
        self._rows += facts.size
        while len(self._kept) > LEAST and (len(self._kept) > MOST or self._rows > MOST_ROWS):
            _, dropped = self._kept.popitem(last=False)
            self._rows -= dropped.size
        return facts
