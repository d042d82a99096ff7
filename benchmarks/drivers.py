"""Compare the two database drivers: microseconds of CPU and wall-clock time per call, alone and concurrently.

Run it with `CART_MONGO_URL` set: `python -m benchmarks.drivers`.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from itertools import product
from typing import get_args
from uuid import uuid4

import uvloop
from pymongo import AsyncMongoClient

from benchmarks.scene import SMALL, carts
from storage.mongo.driver import Driver
from storage.mongo.store import MongoStore
from storage.records import CartWrite, CommandKey, CommitStamp, StoredCart
from workers.process import collect_rarely

CALLS = 500
ROUNDS = 5
Call = Callable[[int], Awaitable[object]]


async def main() -> None:
    """Print a table, the best of some rounds in each cell; the drivers take turns."""
    collect_rarely()
    url, name = os.environ["CART_MONGO_URL"], f"drivers_{uuid4().hex[:8]}"
    stores = {driver: MongoStore(url, name, timeout=60, driver=driver) for driver in get_args(Driver)}
    await stores["motor"].prepare()
    calls = {driver: await _calls(store) for driver, store in stores.items()}
    print(f"{'call':20} {'at once':>7} {'driver':>8} {'CPU us':>8} {'time us':>8}")
    for call, together in product(calls["motor"], (1, 16)):
        rounds = [(driver, await _measured(calls[driver][call], together)) for _ in range(ROUNDS) for driver in stores]
        for driver in stores:
            cpu, seconds = (min(each) for each in zip(*(got for own, got in rounds if own == driver), strict=True))
            print(f"{call:20} {together:7} {driver:>8} {cpu * 1e6:8.0f} {seconds * 1e6:8.0f}")
    for store in stores.values():
        await store.close()
    async with AsyncMongoClient(url) as client:
        await client.drop_database(name)


async def _calls(store: MongoStore) -> dict[str, Call]:
    stamp = CommitStamp("run", 1)
    stored = [StoredCart(cart, stamp) for cart in carts("drivers", SMALL, 16)]
    await store.carts.commit([CartWrite(0, each) for each in stored])

    async def commit(number: int) -> object:
        each = stored[number % len(stored)]
        return await store.carts.commit([CartWrite(each.cart.version, each)])

    def fetch(number: int) -> Awaitable[object]:
        key = stored[number % len(stored)].key
        return store.briefings.fetch([key], [CommandKey(key.tenant, "none")], {key.tenant: 0})

    return {
        "load a cart": lambda number: store.carts.load([stored[number % len(stored)].key]),
        "brief about a cart": fetch,
        "commit a cart": commit,
    }


async def _measured(call: Call, together: int) -> tuple[float, float]:
    """CPU and wall-clock time per call, with `together` in flight."""

    async def line(first: int) -> None:
        for number in range(first, CALLS, together):
            await call(number)

    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*map(line, range(together)))
    return (time.process_time() - cpu) / CALLS, (time.perf_counter() - began) / CALLS


if __name__ == "__main__":
    uvloop.run(main())
