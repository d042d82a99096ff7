"""Jobs on workers in memory: exactly once whatever is cut off, the same report, pauses, rates."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from models.jobs.job import COMMANDS_KNOWN, JobState, Selection
from models.jobs.report import CartOutcome
from storage.jobs import Chunk, ChunkResult, JobKey
from storage.memory.store import MemoryStore
from storage.records import CartKey, CartWrite, WriteResult
from support.deliveries import TENANT, delivery
from support.job_runs import command, finish, job_events, run_chunks, settle
from support.patience import PATIENCE
from support.simulation import SimulatedWorker, stocked_store
from workers.jobs.repeating import MAX_TRIES

CARTS = 11


async def create(worker: SimulatedWorker, carts: int = CARTS) -> list[str]:
    ids = [f"c-{number:02}" for number in range(carts)]
    for cart_id in ids:
        items = [{"id": "i-1", "offeringId": "phone", "quantity": 1}]
        reply = await command(
            worker, "create-cart", {"country": "FR", "currency": "EUR", "items": items}, cart_id=cart_id
        )
        assert reply["status"] == "applied"
    return ids


async def raise_price(worker: SimulatedWorker, amount: str) -> None:
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": amount}
    assert (await command(worker, "upsert-prices", {"prices": [point]}))["status"] == "applied"


async def start(worker: SimulatedWorker, message_id: str = "start", **data: Any) -> str:
    job_id: str = (await command(worker, "start-repricing", data, message_id=message_id))["job"]["id"]
    return job_id


@pytest.fixture
def store() -> MemoryStore:
    return stocked_store()


async def test_a_paused_job_goes_on_where_it_stopped(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=3)
    await create(worker)
    await raise_price(worker, "120.00")
    job_id = await start(worker)
    await worker.parts.planner.step()
    await run_chunks(worker, 1)
    worker.at += timedelta(seconds=1)
    await command(worker, "pause-job", {"jobId": job_id})
    await worker.parts.planner.step()
    await run_chunks(worker)
    assert sum(stored.cart.version for stored in store.carts.stored.values()) == CARTS + 3
    worker.at += timedelta(seconds=1)
    await command(worker, "resume-job", {"jobId": job_id})
    job = await finish(worker, job_id)
    assert job.tally.seen == CARTS
    await worker.close()


async def test_a_redelivered_start_starts_nothing_anew_however_often_the_job_was_steered(store: MemoryStore) -> None:
    worker = SimulatedWorker(store)
    await create(worker, 1)
    job_id = await start(worker)
    for number in range(COMMANDS_KNOWN):
        await command(worker, ("pause-job", "resume-job")[number % 2], {"jobId": job_id}, message_id=f"m-{number}")
    await finish(worker, job_id)
    again = await command(worker, "start-repricing", {}, message_id="start")
    assert (again["status"], again["job"]["state"]) == ("duplicate", "completed")
    last = await command(worker, "resume-job", {"jobId": job_id}, message_id=f"m-{COMMANDS_KNOWN - 1}")
    assert last["status"] == "duplicate"
    job = await store.jobs.load(JobKey(TENANT, job_id))
    assert job is not None
    assert len(job.commands) == COMMANDS_KNOWN
    await worker.close()


async def test_a_worker_that_dies_leaves_nothing_undone_or_done_twice(store: MemoryStore) -> None:
    """Whatever a worker had done of a chunk before it died, the next one finds it, and makes the same report."""
    first = SimulatedWorker(store, chunk_carts=4)
    carts = await create(first)
    await raise_price(first, "120.00")
    preview = await finish(first, await start(first, "preview", mode="preview"))
    job_id = await start(first)
    await begin_chunks(store, first, 2)
    await first.close()
    done = [cart_id for cart_id in carts if version(store, cart_id) == 2]
    assert len(done) == 8
    second = SimulatedWorker(store, "run-2", chunk_carts=4)
    second.at += timedelta(seconds=10)
    job = await finish(second, job_id)
    assert [version(store, cart_id) for cart_id in carts] == [2] * CARTS
    assert (job.tally.counts, job.report_hash) == (preview.tally.counts, preview.report_hash)
    moved = [event["cartId"] for event in job_events(first, "price-changed") + job_events(second, "price-changed")]
    published = [*first.outbox.messages, *second.outbox.messages]
    ids = {each.message_id for each in published if each.type == "price-changed" and ":2:" in each.message_id}
    assert sorted(set(moved)) == carts
    assert len(ids) == CARTS
    assert len(job_events(second, "reprice-completed")) == 1
    await second.close()


async def test_what_a_chunk_did_is_reported_whatever_became_of_its_carts_since(store: MemoryStore) -> None:
    """Carts are repriced, the worker dies, and before the chunk comes again the carts are locked, frozen, gone."""
    first = SimulatedWorker(store, chunk_carts=4)
    carts = await create(first, 4)
    await raise_price(first, "120.00")
    preview = await finish(first, await start(first, "preview", mode="preview"))
    job_id = await start(first)
    await begin_chunks(store, first)
    await command(first, "lock-cart", {"owner": "anna", "seconds": 600}, cart_id=carts[0])
    await command(first, "freeze-cart", {"until": "2099-01-01T00:00:00Z"}, cart_id=carts[1])
    await command(first, "delete-cart", {}, cart_id=carts[2])
    await command(first, "empty-cart", {}, cart_id=carts[3])
    assert [version(store, cart_id) for cart_id in carts] == [3] * 4
    await first.close()
    second = SimulatedWorker(store, "run-2", chunk_carts=4)
    second.at += timedelta(seconds=10)
    job = await finish(second, job_id)
    assert (job.tally.counts, job.report_hash) == (preview.tally.counts, preview.report_hash)
    assert [version(store, cart_id) for cart_id in carts] == [3] * 4
    await second.close()


async def test_what_a_dead_worker_did_of_a_cancelled_job_is_reported(store: MemoryStore) -> None:
    """The chunk comes again, nothing more is done of it, and the report tells what was done."""
    first = SimulatedWorker(store, chunk_carts=4)
    carts = await create(first)
    await raise_price(first, "120.00")
    job_id = await start(first)
    await begin_chunks(store, first, 2)
    await first.close()
    second = SimulatedWorker(store, "run-2", chunk_carts=4)
    second.at += timedelta(seconds=10)
    assert (await command(second, "cancel-job", {"jobId": job_id}))["job"]["state"] == "cancelled"
    job = await finish(second, job_id)
    lines = (await command(second, "get-report", {"jobId": job_id}))["items"]
    assert [line["cartId"] for line in lines] == [cart_id for cart_id in carts if version(store, cart_id) == 2]
    assert ({line["outcome"] for line in lines}, job.tally.counts[CartOutcome.CHANGED]) == ({"changed"}, 8)
    await second.close()


async def test_what_another_worker_still_does_of_a_cancelled_job_is_reported(store: MemoryStore) -> None:
    """Its chunk is handed out again when the job is cancelled, and it has not noticed yet."""
    first, second = SimulatedWorker(store, chunk_carts=4), SimulatedWorker(store, "run-2", chunk_carts=4)
    carts = await create(first, 4)
    await raise_price(first, "120.00")
    job_id = await start(first)
    await first.parts.planner.step()
    committing, go_on = asyncio.Event(), asyncio.Event()
    kept = store.carts.commit

    async def held(writes: Sequence[CartWrite]) -> list[WriteResult]:
        committing.set()
        await go_on.wait()
        return await kept(writes)

    store.carts.commit = held  # type: ignore[method-assign]
    first.parts.runner.receive(delivery(body=first.chunks.pop().body))
    await asyncio.wait_for(committing.wait(), PATIENCE)
    second.at += timedelta(seconds=10)
    assert (await command(second, "cancel-job", {"jobId": job_id}))["job"]["state"] == "cancelled"
    finishing = asyncio.create_task(finish(second, job_id))
    async with asyncio.timeout(PATIENCE):
        while not second.parts.runner.running:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.01)
    go_on.set()
    assert (await finishing).tally.counts[CartOutcome.CHANGED] == len(carts)
    await settle(first)
    assert [version(store, cart_id) for cart_id in carts] == [2] * len(carts)
    await first.close()
    await second.close()


async def test_a_frozen_cart_is_skipped_though_one_of_its_lines_has_lost_its_price(store: MemoryStore) -> None:
    """Also where nobody looks at its brief, because the chunk was begun before."""
    worker = SimulatedWorker(store, chunk_carts=4)
    [frozen, lost] = await create(worker, 2)
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "USD", "amount": "1.00"}
    assert (await command(worker, "upsert-prices", {"prices": [point]}))["status"] == "applied"
    for cart_id in (frozen, lost):
        more = {"items": [{"id": "i-2", "offeringId": "plan"}]}
        reply = await command(worker, "add-items", more, cart_id=cart_id)
        assert [each["code"] for each in reply["cart"]["warnings"]] == ["price-not-found"]
    await command(worker, "freeze-cart", {"until": "2099-01-01T00:00:00Z"}, cart_id=frozen)
    jobs = [await finish(worker, await start(worker, "once"))]
    job_id = await start(worker, "again")
    await worker.parts.planner.step()
    worker.chunks.clear()
    worker.at += timedelta(minutes=2)
    jobs.append(await finish(worker, job_id))
    counts = jobs[0].tally.counts
    assert (counts[CartOutcome.SKIPPED], counts[CartOutcome.FAILED]) == (1, 1)
    assert jobs[1].tally.counts == jobs[0].tally.counts
    assert jobs[1].report_hash == jobs[0].report_hash
    await worker.close()


async def begin_chunks(store: MemoryStore, worker: SimulatedWorker, limit: int = 1000) -> None:
    """Plan the job and run so many chunks; the worker dies before it has stored what came of them."""
    await worker.parts.planner.step()
    kept = store.jobs.finish
    store.jobs.finish = unfinished  # type: ignore[method-assign]
    await run_chunks(worker, limit)
    store.jobs.finish = kept  # type: ignore[method-assign]


async def unfinished(result: ChunkResult) -> bool:
    """As if the worker had died before it stored what came of a chunk."""
    return False


async def test_two_planners_plan_a_job_once(store: MemoryStore) -> None:
    first, second = SimulatedWorker(store, chunk_carts=2), SimulatedWorker(store, "run-2", chunk_carts=2)
    await create(first)
    job_id = await start(first)
    await first.parts.planner.step()
    # The first one's lease runs out while it is still at work.
    second.at += timedelta(seconds=10)
    await second.parts.planner.step()
    await first.parts.planner.step()
    assert len(first.chunks) + len(second.chunks) >= CARTS // 2
    await run_chunks(first)
    job = await finish(second, job_id)
    assert (job.plan.carts, job.tally.seen) == (CARTS, CARTS)
    await first.close()
    await second.close()


async def test_a_planner_that_dies_after_it_stored_its_plan(store: MemoryStore) -> None:
    """The chunks are with the job, and nowhere else: the next planner adds them."""
    first = SimulatedWorker(store, chunk_carts=2)
    await create(first)
    job_id = await start(first)

    async def dies(chunks: Sequence[Chunk]) -> None:
        raise asyncio.CancelledError

    kept = store.jobs.add
    store.jobs.add = dies  # type: ignore[method-assign]
    with pytest.raises(asyncio.CancelledError):
        await first.parts.planner.step()
    store.jobs.add = kept  # type: ignore[method-assign]
    await first.close()
    second = SimulatedWorker(store, "run-2", chunk_carts=2)
    second.at += timedelta(seconds=10)
    job = await finish(second, job_id)
    assert (job.plan.carts, job.tally.seen) == (CARTS, CARTS)
    await second.close()


async def test_a_job_that_can_not_be_advanced_keeps_no_other_from_it(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=100)
    await create(worker)
    await start(worker, "odd", where='country = "FR"')
    worker.at += timedelta(seconds=1)
    job_id = await start(worker, "plain")
    walk = store.jobs.walk

    async def refuses(tenant: str, selection: Selection, *rest: Any) -> Any:
        if selection.where is not None:
            raise ValueError("a filter that the database refuses")
        return await walk(tenant, selection, *rest)

    store.jobs.walk = refuses  # type: ignore[method-assign]
    assert (await finish(worker, job_id)).tally.seen == CARTS
    await worker.close()


async def test_a_chunk_of_which_nothing_comes_is_handed_out_again(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=100)
    await create(worker)
    job_id = await start(worker)
    await worker.parts.planner.step()
    lost = worker.chunks.pop()
    await worker.parts.planner.step()
    assert worker.chunks == []
    worker.at += timedelta(seconds=61)
    await worker.parts.planner.step()
    assert [each.body for each in worker.chunks] == [lost.body]
    assert (await finish(worker, job_id)).tally.seen == CARTS
    await worker.close()


async def test_a_chunk_whose_workers_die_each_time_fails_its_job(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=100)
    await create(worker)
    job_id = await start(worker)
    for _ in range(MAX_TRIES):
        await begin_chunks(store, worker)
        assert await state_of(store, job_id) is JobState.RUNNING
        worker.at += timedelta(seconds=61)
    await worker.parts.planner.step()
    assert await state_of(store, job_id) is JobState.FAILED
    await worker.close()


async def test_a_chunk_that_only_waits_for_its_turn_fails_no_job(store: MemoryStore) -> None:
    """Others stand before it for longer than the tries of a chunk take; hardly any copies of it come to stand there."""
    worker = SimulatedWorker(store, chunk_carts=100)
    await create(worker)
    job_id = await start(worker)
    for _ in range(MAX_TRIES + 5):
        await worker.parts.planner.step()
        worker.at += timedelta(seconds=61)
    assert await state_of(store, job_id) is JobState.RUNNING
    assert len(worker.chunks) == 5
    job = await finish(worker, job_id)
    assert (job.state, job.tally.seen) == (JobState.COMPLETED, CARTS)
    await worker.close()


async def test_copies_of_a_chunk_that_many_workers_begin_at_once_are_one_try(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=100)
    await create(worker)
    job_id = await start(worker)
    await worker.parts.planner.step()
    worker.chunks *= MAX_TRIES + 1
    await begin_chunks(store, worker)
    worker.at += timedelta(seconds=61)
    assert (await finish(worker, job_id)).state is JobState.COMPLETED
    await worker.close()


async def state_of(store: MemoryStore, job_id: str) -> JobState:
    job = await store.jobs.load(JobKey(TENANT, job_id))
    assert job is not None
    return job.state


async def test_a_rate_holds(store: MemoryStore) -> None:
    worker = SimulatedWorker(store)
    await create(worker, 40)
    await start(worker, ratePerSecond=8)
    seen = 0
    for second in range(4):
        for _ in range(20):
            await worker.parts.planner.step()
            await run_chunks(worker)
            worker.at += timedelta(seconds=0.05)
        finished = sum(line_count(store))
        assert 7 <= finished - seen <= (10 if second == 0 else 9)
        seen = finished
    await worker.close()


def line_count(store: MemoryStore) -> list[int]:
    return [result.tally.seen for result in store.jobs.results]


def version(store: MemoryStore, cart_id: str) -> int:
    return store.carts.stored[CartKey(TENANT, cart_id)].cart.version


async def test_progress_is_told_once_a_second(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=1)
    await create(worker)
    job_id = await start(worker)
    for _ in range(12):
        await worker.parts.planner.step()
        await run_chunks(worker, 1)
        worker.at += timedelta(seconds=0.25)
    told = job_events(worker, "reprice-progress")
    assert 2 <= len(told) <= 3
    assert [event["job"]["counts"]["seen"] for event in told] == sorted(
        {event["job"]["counts"]["seen"] for event in told}
    )
    await finish(worker, job_id)
    [completed] = job_events(worker, "reprice-completed")
    assert completed["job"]["counts"]["seen"] == CARTS
    await worker.close()


async def test_what_is_no_chunk_is_parked(store: MemoryStore) -> None:
    worker = SimulatedWorker(store)
    for body in (b"", b"{}", b'{"tenant": "acme", "jobId": "j-1", "chunk": 0}', b"[" * 100_000):
        came = delivery(body=body, reply_to=None)
        worker.parts.runner.receive(came)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert worker.outbox.messages[-1].routing_key == "cart.parking"
        assert came.link.acknowledged == [1]  # type: ignore[attr-defined]
    await worker.close()


async def test_a_stopping_worker_hands_its_chunk_on(store: MemoryStore) -> None:
    worker = SimulatedWorker(store)
    await create(worker)
    job_id = await start(worker)
    await worker.parts.planner.step()
    [message] = worker.chunks
    worker.chunks.clear()
    worker.parts.runner.leave()
    worker.parts.runner.receive(delivery(body=message.body))
    await settle(worker)
    assert [each.body for each in worker.chunks] == [message.body]
    await worker.parts.planner.let_go()
    successor = SimulatedWorker(store, "run-2")
    successor.chunks += worker.chunks
    assert (await finish(successor, job_id)).tally.seen == CARTS
    await worker.close()
    await successor.close()


@pytest.mark.parametrize("kind", ["get-job", "get-report", "pause-job", "resume-job", "cancel-job"])
async def test_an_id_that_no_job_has_is_not_found_whatever_its_form(store: MemoryStore, kind: str) -> None:
    worker = SimulatedWorker(store)
    for job_id in ("j-none", "nope", f"j-{0:024}"):
        reply = await command(worker, kind, {"jobId": job_id})
        found = [(problem["path"], problem["code"]) for problem in reply["error"]["problems"]]
        assert (reply["error"]["code"], found) == ("job-not-found", [("/data/jobId", "job-not-found")])
        assert "cartId" not in reply
    await worker.close()


async def test_a_job_that_is_cancelled_while_paused_ends_at_once(store: MemoryStore) -> None:
    worker = SimulatedWorker(store, chunk_carts=3)
    await create(worker)
    job_id = await start(worker)
    await worker.parts.planner.step()
    await command(worker, "pause-job", {"jobId": job_id})
    await run_chunks(worker)
    worker.at += timedelta(seconds=1)
    await command(worker, "cancel-job", {"jobId": job_id})
    job = await finish(worker, job_id, steps=5)
    assert (job.state, job.tally.seen) == (JobState.CANCELLED, 0)
    await worker.close()
