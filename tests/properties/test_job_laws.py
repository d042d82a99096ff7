"""Laws of repricing jobs, over random carts and catalogs.

A preview says what the job will do; the job does what `reprice-cart` does to each cart; and it makes no difference to
the report whether carts are looked at briefly first, or priced whole because their chunk was begun before.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.cart.cart import Cart
from models.jobs.job import Job
from models.jobs.report import CartOutcome
from storage.jobs import ChunkKey, JobKey
from storage.memory.store import MemoryStore
from storage.records import CartKey
from support.deliveries import TENANT, command_delivery
from support.job_runs import command, finish
from support.simulation import SimulatedWorker, followed, stocked_store
from support.streams import CATALOG_COMMAND, COMMAND, OPENING, deliveries

CARTS = ("c-1", "c-2")
Stream = list[tuple[int, Any]]
MINUTES = st.sampled_from([0, 0, 1, 120, 60 * 24 * 40])
LATER = st.lists(st.tuples(MINUTES, CATALOG_COMMAND), min_size=1, max_size=4)
STREAMS = st.builds(
    lambda cart, catalog: [*((0, each) for each in OPENING), *cart, *catalog],
    st.lists(st.tuples(MINUTES, COMMAND | CATALOG_COMMAND), max_size=12),
    LATER,
)


@settings(max_examples=25, deadline=None)
@given(STREAMS)
def test_a_preview_foretells_the_job_however_its_chunks_are_run(stream: Stream) -> None:
    asyncio.run(foretold(stream))


async def foretold(stream: Stream) -> None:
    worker = await after(stream)
    preview = await repriced(worker, "preview", mode="preview")
    whole = await repriced(worker, "whole", begun_before=True, mode="preview")
    real = await repriced(worker, "real")
    for other in (whole, real):
        assert (other.tally.counts, other.tally.hash) == (preview.tally.counts, preview.tally.hash)
        assert (other.tally.amounts, other.tally.kept) == (preview.tally.amounts, preview.tally.kept)
    again = await repriced(worker, "again")
    assert again.tally.counts[CartOutcome.CHANGED] == 0
    await worker.close()


@settings(max_examples=25, deadline=None)
@given(STREAMS)
def test_a_job_does_to_carts_what_reprice_cart_does(stream: Stream) -> None:
    asyncio.run(done_alike(stream))


async def done_alike(stream: Stream) -> None:
    one, other = await after(stream), await after(stream)
    before = carts(one)
    job = await repriced(one, "real")
    for cart_id in before:
        await command(other, "reprice-cart", {}, cart_id=cart_id)
    failed = {each.cart_id for each in job.tally.failures}
    after_job, after_calls = carts(one), carts(other)
    for cart_id in before:
        expected = before if cart_id in failed else after_calls
        assert amounts(after_job[cart_id]) == amounts(expected[cart_id])
    await one.close()
    await other.close()


async def after(stream: Stream) -> SimulatedWorker:
    """A worker that has done all of this."""
    worker = SimulatedWorker(stocked_store())
    for place, (minutes, each) in enumerate(stream):
        worker.at += timedelta(minutes=minutes)
        [delivery] = deliveries([each])
        known = len(worker.outbox.messages)
        worker.receive(replace(delivery, message_id=f"s-{place}"))
        await worker.drain()
        for follow_up in [sent for sent in worker.outbox.messages[known:] if sent.exchange.endswith(".commands")]:
            worker.receive(followed(follow_up))
            await worker.drain()
    return worker


async def repriced(worker: SimulatedWorker, message_id: str, *, begun_before: bool = False, **data: Any) -> Job:
    """A job that has ended; its chunks may have been handed out once before."""
    known = len(worker.replies)
    worker.take(command_delivery("start-repricing", None, {"cartIds": list(CARTS), **data}, message_id=message_id))
    await worker.drain()
    job_id = worker.replies[known]["job"]["id"]
    if begun_before:
        await worker.engine.planner.step()
        await worker.store.jobs.sent([ChunkKey(JobKey(TENANT, job_id), 1)], worker.at)
    return await finish(worker, job_id)


def carts(worker: SimulatedWorker) -> dict[str, Cart]:
    assert isinstance(worker.store, MemoryStore)
    stored = worker.store.carts.stored
    return {each: stored[CartKey(TENANT, each)].cart for each in CARTS if CartKey(TENANT, each) in stored}


def amounts(cart: Cart) -> Any:
    return cart.version, [item.prices for item in cart.items], cart.pricing.totals, cart.pricing.due_now
