"""What each index of the carts costs a command: `python -m benchmarks.indexes`.

The same commands run through a worker's pipeline on a real database, without a broker, once with all indexes and once
without each. The database's own processor time is counted, for it depends less on the machine than the rate does.
"""

import asyncio
from collections import defaultdict
from itertools import cycle
from statistics import median
from typing import Any
from uuid import uuid4

from pymongo import AsyncMongoClient, monitoring

from benchmarks.counters import Line, seed
from benchmarks.counting import DatabaseCounter
from benchmarks.scene import quantity_changes
from stack import running_stack
from storage.mongo.indexes import CART_INDEXES
from storage.mongo.store import MongoStore

CARTS = 1000
COMMANDS = 2000
ROUNDS = 5
ALL = "all of them"


async def processor_time(client: AsyncMongoClient[Any]) -> float:
    """Microseconds that the database has computed."""
    info = (await client.admin.command("serverStatus"))["extra_info"]
    return float(info["user_time_us"] + info["system_time_us"])


async def measured(mongo_url: str, database: str) -> dict[str, list[float]]:
    """Microseconds per command without each index, in turn."""
    by_name = {index.document["name"]: index for index in CART_INDEXES}
    costs: dict[str, list[float]] = defaultdict(list)
    counter = DatabaseCounter(database)
    monitoring.register(counter)
    store = MongoStore(mongo_url, database)
    await seed(store, CARTS)
    line, commands = Line(store, counter), quantity_changes(cycle([f"c-{number}" for number in range(CARTS)]))
    running = asyncio.create_task(line.run())
    client: AsyncMongoClient[Any]
    async with AsyncMongoClient(mongo_url) as client:
        collection = client[database]["carts"]
        await line.count(commands, COMMANDS)
        for _ in range(ROUNDS):
            for left_out in (ALL, *by_name):
                if left_out in by_name:
                    await collection.drop_index(left_out)
                before = await processor_time(client)
                await line.count(commands, COMMANDS)
                costs[left_out].append((await processor_time(client) - before) / COMMANDS)
                if left_out in by_name:
                    await collection.create_indexes([by_name[left_out]])
        await client.drop_database(database)
    running.cancel()
    await asyncio.wait([running])
    await store.close()
    return costs


async def main() -> None:
    """Measure, and print the medians."""
    async with running_stack() as stack:
        costs = await measured(stack.mongo_url, f"indexes_{uuid4().hex[:8]}")
    everything = median(costs.pop(ALL))
    print(f"{everything:6.1f} µs of the database's processor time per command, with all indexes")
    for name, without in costs.items():
        print(f"{everything - median(without):6.1f} µs  {name}")


if __name__ == "__main__":
    asyncio.run(main())
