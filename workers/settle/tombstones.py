"""Tombstones: of a deleted cart only its id stays, so that nobody creates a cart with it again."""

from dataclasses import replace

from models.cart.tombstone import tombstone
from storage.ports import Store
from storage.records import CartWrite, StoredCart
from workers.clock import Clock
from workers.settle.watermark import Watermark

CARTS_AT_ONCE = 500


class TombstoneSweep:
    """Purges deleted carts once their time is over: reads a page of them, and leaves tombstones."""

    def __init__(self, store: Store, watermark: Watermark, clock: Clock) -> None:
        self._carts = store.carts
        self._watermark = watermark
        self._clock = clock

    async def sweep(self) -> int:
        """Purge what is due, and return how many carts that was. Raises `StorageUnavailable`."""
        due = await self._carts.to_purge(self._clock(), CARTS_AT_ONCE)
        # An outbox that is not settled holds events that nobody may have heard.
        settled = [each for each in due if self._watermark.has_settled_outbox(each)]
        if settled:
            await self._carts.commit([_purge(each) for each in settled])
        return len(settled)


def _purge(stored: StoredCart) -> CartWrite:
    """Whoever writes the cart meanwhile wins; the next sweep looks again."""
    return CartWrite(
        stored.cart.version, replace(stored, cart=tombstone(stored.cart), outbox=(), purged=True), stored.stamp
    )
