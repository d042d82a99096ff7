"""What a command costs in things that can be counted: a fixed scenario on a real database, without a broker.

As a program (`python -m benchmarks.counters`) it writes the baseline that the regression gate compares with.
"""

import asyncio
from collections.abc import Iterator
from itertools import count, cycle, islice, repeat
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from pymongo import monitoring

from benchmarks.counting import Acknowledgements, CountingPublisher, DatabaseCounter, counted_encodings
from benchmarks.scene import SEEDED_AT, SMALL, TENANT, carts, catalog, quantity_changes
from stack import running_stack
from storage.mongo.store import MongoStore
from storage.records import CartWrite, CommitStamp, Revision, StoredCart
from workers.amqp import Delivery
from workers.clock import now
from workers.consume.intake import Intake
from workers.consume.lanes import Lanes
from workers.publish.outbound import Outbound
from workers.settings import Settings
from workers.wiring import Parts

BASELINE = Path(__file__).parent / "baseline.json"
CARTS = 200
HOT_COMMANDS = 100

Counters = dict[str, float]


class Line:
    """A worker's pipeline, from intake to acknowledgement, with counters where broker and database begin."""

    def __init__(self, store: MongoStore, database: DatabaseCounter) -> None:
        settings = Settings()
        self._database = database
        self._publisher = CountingPublisher()
        self._link = Acknowledgements()
        self._lanes = Lanes()
        self._intake = Intake(settings.reply_prefix)
        self._tags = count(1)
        outbound = Outbound(self._publisher, self._publisher)
        self._parts = Parts(settings, "counters", store, outbound, self._lanes)
        self._dispatcher = self._parts.dispatcher

    async def count(self, commands: Iterator[tuple[str, str, bytes]], many: int) -> Counters:
        """Hand in `many` commands at once, wait until all are done, and return the counters per command."""
        messages, sent = self._publisher.messages, self._publisher.bytes
        trips, written = self._database.round_trips, self._database.bytes
        acknowledged = len(self._link.tags)
        with counted_encodings() as encodings:
            for command in islice(commands, many):
                delivery = self._delivery(*command)
                self._lanes.put(self._intake.read(delivery, self._parts.source(delivery), now()))
            self._database.counting = True
            await self._lanes.idle()
            await self._dispatcher.finish()
            self._database.counting = False
            counted = {f"{kind} encodings": calls() for kind, calls in encodings.items()}
        if len(self._link.tags) - acknowledged != many:
            raise RuntimeError("not every command was acknowledged")
        counted |= {
            "published messages": self._publisher.messages - messages,
            "published bytes": self._publisher.bytes - sent,
            "database round trips": self._database.round_trips - trips,
            "database bytes": self._database.bytes - written,
        }
        return {name: value / many for name, value in counted.items()}

    async def run(self) -> None:
        """Execute what is handed in until cancelled."""
        await self._dispatcher.run()

    def _delivery(self, cart_id: str, kind: str, body: bytes) -> Delivery:
        tag = next(self._tags)
        return Delivery(
            link=self._link,
            delivery_tag=tag,
            redelivered=False,
            routing_key=f"{TENANT}.{kind}",
            body=body,
            headers={"cart-id": cart_id},
            message_id=f"message-{tag:06}",
            correlation_id=f"call-{tag:06}",
            reply_to="reply.counters",
            content_type="application/json",
            content_encoding=None,
            expiration=None,
            timestamp=None,
            user_id=None,
        )


async def count_all(mongo_url: str, name: str) -> dict[str, Counters]:
    """The counters per command of every part of the scenario, on a fresh database of this name."""
    listener = DatabaseCounter(name)
    monitoring.register(listener)
    store = MongoStore(mongo_url, name)
    await seed(store, CARTS)
    line = Line(store, listener)
    running = asyncio.create_task(line.run())
    spread = quantity_changes(cycle([f"c-{number}" for number in range(CARTS)]))
    counters = {
        "carts loaded": await line.count(spread, CARTS),
        "carts in the cache": await line.count(spread, CARTS),
        "one hot cart": await line.count(quantity_changes(repeat("c-0")), HOT_COMMANDS),
        "dry runs": await line.count(quantity_changes(cycle(["c-1", "c-2"]), dryRun=True), HOT_COMMANDS),
    }
    running.cancel()
    await asyncio.wait([running])
    await store.close()
    return counters


async def seed(store: MongoStore, number: int) -> None:
    """Fill a database with the catalog and so many small carts, `c-0` and so on."""
    await store.prepare()
    await store.catalog.append(Revision(TENANT, 1, SEEDED_AT, "seed", b"", catalog()))
    seeding = CommitStamp("seed", 0)
    await store.carts.commit([CartWrite(0, StoredCart(cart, seeding)) for cart in carts("c", SMALL, number)])


async def _write_baseline() -> None:
    async with running_stack() as stack:
        counters: dict[str, Any] = await count_all(stack.mongo_url, f"counters_{uuid4().hex}")
    BASELINE.write_bytes(orjson.dumps(counters, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    asyncio.run(_write_baseline())
