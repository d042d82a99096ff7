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
Carts = dict[str, Cart]
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
    preview, whole, real, again = asyncio.run(previewed_and_done(stream))
    for other in (whole, real):
        assert (other.tally.counts, other.tally.hash) == (preview.tally.counts, preview.tally.hash)
        assert (other.tally.amounts, other.tally.kept) == (preview.tally.amounts, preview.tally.kept)
    assert again.tally.counts[CartOutcome.CHANGED] == 0


async def previewed_and_done(stream: Stream) -> list[Job]:
    """A preview, one whose chunk was begun before, the job itself, and the same once more."""
    worker = await after(stream)
    jobs = [
        await repriced(worker, "preview", mode="preview"),
        await repriced(worker, "whole", begun_before=True, mode="preview"),
        await repriced(worker, "real"),
        await repriced(worker, "again"),
    ]
    await worker.close()
    return jobs


@settings(max_examples=25, deadline=None)
@given(STREAMS)
def test_a_job_does_to_carts_what_reprice_cart_does(stream: Stream) -> None:
    """But for the parts in which a cart may be paid: a job leaves carts as they are of which no amount has moved."""
    before, by_job, by_calls, left = asyncio.run(done_by_job_and_by_calls(stream))
    for cart_id in before:
        expected = before if cart_id in left else by_calls
        assert amounts(by_job[cart_id]) == amounts(expected[cart_id])


async def done_by_job_and_by_calls(stream: Stream) -> tuple[Carts, Carts, Carts, set[str]]:
    """The carts before, after a job, and after calls, and those that the job must leave as they are."""
    one, other = await after(stream), await after(stream)
    before = carts(one)
    job = await repriced(one, "real")
    left = {each.cart_id for each in job.tally.failures}
    for cart_id in before:
        reply = await command(other, "reprice-cart", {}, cart_id=cart_id)
        if reply.get("changes") == [{"type": "payment-changed"}]:
            assert not reply["priceChanges"]
            left.add(cart_id)
    found = before, carts(one), carts(other), left
    await one.close()
    await other.close()
    return found


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
        await worker.parts.planner.step()
        await worker.store.jobs.sent([ChunkKey(JobKey(TENANT, job_id), 1)], worker.at)
    return await finish(worker, job_id)


def carts(worker: SimulatedWorker) -> Carts:
    assert isinstance(worker.store, MemoryStore)
    stored = worker.store.carts.stored
    return {each: stored[CartKey(TENANT, each)].cart for each in CARTS if CartKey(TENANT, each) in stored}


def amounts(cart: Cart) -> Any:
    return cart.version, [item.prices for item in cart.items], cart.pricing.totals, cart.pricing.due_now
