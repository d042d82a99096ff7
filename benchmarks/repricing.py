"""Repricing: a job over many carts, measured against a client that reprices carts one call at a time.

Every cart has 20 lines: the first is of one of ten offerings, the others are of any of the rest. There are 500
different carts, and all others are copies. The first change is to the price of one of the ten, so it touches a tenth
of the carts; the second one is to all ten. In a touched cart one line costs more.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from itertools import count, cycle
from typing import Any

import bson
import orjson
from bson.raw_bson import RawBSONDocument
from pymongo.asynchronous.collection import AsyncCollection

from benchmarks.bench import Bench, Run
from benchmarks.results import Figures, Medians
from benchmarks.scene import OFFERINGS, SEEDED_AT, cart_of, catalog, dearer, message_id, quantity_changes, repricings
from benchmarks.systems import System
from cartwright.client import CartClient
from models.jobs.job import Job
from models.jobs.report import CartOutcome
from queries.search import JobSearch
from storage.mongo.carts import write_stored
from storage.mongo.store import MongoStore
from storage.records import CommitStamp, Revision, StoredCart

Document = dict[str, Any]
LINES = 20
LEADING = 10
"""So many offerings are first in some carts, and in none but those."""
IN_FLIGHT = 100
PROCESSES = 2
_TENANT = "jobs"
"""Whose carts the job reprices."""
_BY_CALLS = "calls"
"""Whose carts are repriced by calls: a sample of the same ones."""
_BESIDE = "beside"
"""Whose carts a job reprices while others call: those of `reprice` must be as they were written."""
_BULK = 1_000
_PATIENCE = 1_800.0
_PER_RUN = frozenset({"_id", "tenant", "stamp", "outbox", "updated"})
"""What two carts with the same outcome differ in: whose they are, who wrote them, and when."""


async def reprice(bench: Bench, system: System, _: Medians) -> Figures:
    """Jobs over all carts, a tenth touched, then none, and over some, all touched; and calls about a sample."""
    sizes = bench.sizes
    async with bench.store(system) as store, bench.run(system, processes=PROCESSES, partitions=PROCESSES) as run:
        await run.warm_up(repricings(f"c-{number}" for number in count()), "unchanged")
        carts = Carts(bench.collection(system, "carts"))
        await carts.copy(_TENANT, sizes.repriced)
        await carts.copy(_BY_CALLS, sizes.repriced_by_calls)
        for tenant in (_TENANT, _BY_CALLS):
            await store.catalog.append(Revision(tenant, 1, SEEDED_AT, "seed", b"", catalog()))
            await store.catalog.append(Revision(tenant, 2, SEEDED_AT, "one", b"", dearer([0], 1)))
        by_calls = await _called(run, sizes.repriced_by_calls)
        cpu = run.running.usage().cpu
        job = await _ended(run, store, _TENANT)
        cpu = run.running.usage().cpu - cpu
        await _compare(carts, job, sizes.repriced_by_calls, sizes.repriced)
        untouched = await _ended(run, store, _TENANT)
        await store.catalog.append(Revision(_TENANT, 3, SEEDED_AT, "all", b"", dearer(range(LEADING), 2)))
        some = [_cart_id(number) for number in range(sizes.all_touched)]
        touched = await _ended(run, store, _TENANT, some)
        _check_counts(untouched, {CartOutcome.UNCHANGED: sizes.repriced})
        _check_counts(touched, {CartOutcome.CHANGED: sizes.all_touched})
        rate = _rate(job)
        return {
            "carts/s": rate,
            "CPU µs": cpu / job.tally.seen * 1e6,
            "calls, carts/s": by_calls,
            "× calls": rate / by_calls,
            "untouched, carts/s": _rate(untouched),
            "all touched, carts/s": _rate(touched),
            "untouched, × all touched": _rate(untouched) / _rate(touched),
            "all touched, lines/s": _rate(touched) * LINES,
            "resident MB": run.running.usage().resident / 1e6,
        }


async def calls_beside_a_job(bench: Bench, system: System, medians: Medians) -> Figures:
    """Calls at half of the own peak, if that was measured: alone, and while a job reprices another tenant's carts."""
    sizes = bench.sizes
    peak = medians.get(("spread", system.name), {}).get("commands/s", 2 * sizes.low_rate)
    calls = quantity_changes(cycle([f"c-{number}" for number in range(sizes.carts)]))
    async with bench.store(system) as store, bench.run(system) as run:
        await Carts(bench.collection(system, "carts")).copy(_BESIDE, sizes.beside)
        await store.catalog.append(Revision(_BESIDE, 1, SEEDED_AT, "seed", b"", catalog()))
        await store.catalog.append(Revision(_BESIDE, 2, SEEDED_AT, "all", b"", dearer(range(LEADING), 1)))
        await run.warm_up(calls, "applied")
        alone = await run.traffic.called(calls, peak / 2, sizes.latency_seconds)
        job = asyncio.create_task(_ended(run, store, _BESIDE))
        beside = await run.traffic.called(calls, peak / 2, sizes.latency_seconds, job.done)
        _check_counts(ended := await job, {CartOutcome.CHANGED: sizes.beside})
        return {
            "calls/s": peak / 2,
            "alone, p50 ms": alone.percentile(50),
            "alone, p99 ms": alone.percentile(99),
            "p50 ms": beside.percentile(50),
            "p99 ms": beside.percentile(99),
            "p99, × alone": beside.percentile(99) / alone.percentile(99),
            "job, carts/s": _rate(ended),
        }


class Carts:
    """The carts in the database."""

    def __init__(self, collection: AsyncCollection[Document]) -> None:
        self._carts = collection
        self._models = [_model(number) for number in range(OFFERINGS)]

    async def copy(self, tenant: str, many: int) -> None:
        """Write a tenant's carts."""
        for start in range(0, many, _BULK):
            numbers = range(start, min(start + _BULK, many))
            await self._carts.insert_many([self._document(tenant, number) for number in numbers], ordered=False)

    def _document(self, tenant: str, number: int) -> Document:
        cart_id = _cart_id(number)
        return {**self._models[number % OFFERINGS], "_id": f"{tenant}/{cart_id}", "cartId": cart_id, "tenant": tenant}

    async def outcomes(self, tenant: str, many: int) -> dict[str, Document]:
        """A tenant's first carts by id, without that in which carts with one outcome differ."""
        ids = [f"{tenant}/{_cart_id(number)}" for number in range(many)]
        found = await self._carts.find({"_id": {"$in": ids}}).to_list(None)
        return {each["cartId"]: _outcome(each) for each in found}

    async def gross(self, tenant: str) -> int:
        """What all carts of a tenant come to."""
        stages: list[Document] = [
            {"$match": {"tenant": tenant}},
            {"$group": {"_id": None, "gross": {"$sum": {"$sum": "$totals.gross"}}}},
        ]
        [found] = await (await self._carts.aggregate(stages)).to_list(None)
        return int(found["gross"])


def _model(number: int) -> Document:
    """The document of a cart with other lines for each number."""
    others = [LEADING + (number + line) % (OFFERINGS - LEADING) for line in range(1, LINES)]
    made = cart_of([number % LEADING, *others])
    document = bson.decode(bson.encode(write_stored(StoredCart(made, CommitStamp("seed", 0)))))
    # What a document has most of is encoded once for all copies.
    return {**document, "items": [RawBSONDocument(bson.encode(each)) for each in document["items"]]}


def _cart_id(number: int) -> str:
    return f"r-{number:07}"


def _outcome(document: Document) -> Document:
    document["pricing"].pop("pricedAt")
    return {name: value for name, value in document.items() if name not in _PER_RUN}


async def _called(run: Run, many: int) -> float:
    """Carts per second of Cartwright's own client that calls `reprice-cart` for each; a tenth of them are touched."""
    statuses = Counter[str]()
    left = iter(range(many))

    async def line(client: CartClient) -> None:
        for number in left:
            reply = await client.reprice_cart(_cart_id(number), timeout=_PATIENCE)
            statuses[reply.status] += 1

    async with CartClient(run.bench.stack.amqp_url, tenant=_BY_CALLS, prefix=run.prefix) as client:
        begun = time.perf_counter()
        await asyncio.gather(*(line(client) for _ in range(IN_FLIGHT)))
        elapsed = time.perf_counter() - begun
    if statuses != {"applied": many // LEADING, "unchanged": many - many // LEADING}:
        raise RuntimeError(f"the calls came to {statuses}")
    return many / elapsed


async def _ended(run: Run, store: MongoStore, tenant: str, cart_ids: Sequence[str] | None = None) -> Job:
    """Start a repricing job, over all the tenant's carts if none are named; the job once it has ended."""
    label = message_id()
    data: Document = {"label": label} if cart_ids is None else {"label": label, "cartIds": cart_ids}
    async with run.caller(tenant) as traffic, asyncio.timeout(_PATIENCE):
        await traffic.fill(iter([("", "start-repricing", orjson.dumps({"type": "start-repricing", "data": data}))]), 1)
        while True:
            await asyncio.sleep(0.1)
            latest = (await store.jobs.find(tenant, JobSearch(size=1))).rows
            if latest and latest[0].order.label == label and latest[0].finished_at is not None:
                return latest[0]


def _rate(job: Job) -> float:
    """Carts per second, from the start command to the end."""
    if job.finished_at is None:
        raise RuntimeError(f"the job is {job.state}")
    return job.tally.seen / (job.finished_at - job.created.at).total_seconds()


async def _compare(carts: Carts, job: Job, sample: int, many: int) -> None:
    """Refuse figures of a job that led to anything but what calls lead to: cart by cart of the sample, and in all."""
    counts = {CartOutcome.CHANGED: many // LEADING, CartOutcome.UNCHANGED: many - many // LEADING}
    _check_counts(job, counts)
    by_job, by_calls = await carts.outcomes(_TENANT, sample), await carts.outcomes(_BY_CALLS, sample)
    different = [cart_id for cart_id in by_calls if by_calls[cart_id] != by_job.get(cart_id)]
    if different or len(by_calls) != sample:
        raise RuntimeError(
            f"{len(different)} of {len(by_calls)} carts differ from those repriced by calls: {different[:5]}"
        )
    # Every cart is a copy, so what calls made of the first ones says what all must come to.
    expected = sum(_gross(by_calls[_cart_id(number % OFFERINGS)]) for number in range(many))
    stored, told = await carts.gross(_TENANT), sum(after for _, after in job.tally.amounts.values())
    if not expected == stored == told:
        raise RuntimeError(f"all carts come to {stored}, {told} in the report, and should come to {expected}")


def _gross(outcome: Document) -> int:
    return sum(each["gross"] for each in outcome["totals"])


def _check_counts(job: Job, expected: dict[CartOutcome, int]) -> None:
    counts = {outcome: many for outcome, many in job.tally.counts.items() if many}
    if counts != expected:
        raise RuntimeError(f"the job came to {counts} carts, not to {expected}")
