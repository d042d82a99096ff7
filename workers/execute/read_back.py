"""Committing when the database may not answer: what it left unsaid is read back."""

import asyncio
from collections.abc import Sequence

import structlog

from storage.ports import Carts
from storage.records import CartKey, CartWrite, CommitStamp, StorageUnavailable, StoredCart, WriteResult

PAUSES = (0.1, 0.5, 2.0)
"""Seconds before each attempt to read back."""

_log = structlog.get_logger(__name__)


async def commit_for_certain(carts: Carts, writes: Sequence[CartWrite]) -> list[WriteResult]:
    """What became of every write; raises `StorageUnavailable` if that can't be found out."""
    try:
        return await carts.commit(writes)
    except StorageUnavailable as error:
        _log.warning("commit_unknown", error=str(error), carts=len(writes))
    for pause in PAUSES:
        await asyncio.sleep(pause)
        try:
            found = await carts.load([write.stored.key for write in writes])
        except StorageUnavailable:
            continue
        return [_found(write, found) for write in writes]
    raise StorageUnavailable("what was committed can not be read back")


def _found(write: CartWrite, found: dict[CartKey, StoredCart]) -> WriteResult:
    """A cart with our stamp and our entries was written. Any other counts as a conflict, and is folded again."""
    stored = found.get(write.stored.key)
    ours = stored is not None and _making(stored) == _making(write.stored)
    return WriteResult.COMMITTED if ours else WriteResult.CONFLICT


def _making(stored: StoredCart) -> tuple[CommitStamp, int, list[bytes]]:
    """Which commit wrote a cart, and which deliveries it holds."""
    return stored.stamp, stored.cart.version, [entry.token for entry in stored.outbox]
