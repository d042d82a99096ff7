"""What every store of jobs does: compare and set, walks, chunks that are stored and counted once, reports."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from cartwright.wire.status import CartStatus
from models.cart.cart import Stamp
from models.jobs.job import Counted, Job, JobKind, JobOrder, JobRecord, JobState, Plan, Selection
from models.jobs.report import CartOutcome, Figures, ReportLine
from models.jobs.tally import Tally
from queries.search import JobSearch, ReportSearch
from storage.jobs import Chunk, ChunkKey, ChunkResult, JobKey
from storage.ports import Store
from storage.records import CartWrite, WriteResult
from support.records import START, deleted, full_cart, stored

KEY = JobKey("acme", "j-1")
LINES = [
    ReportLine(
        "c-1",
        CartOutcome.CHANGED,
        (1, 2),
        Figures("EUR", (("one-time", None, 100),), 100),
        Figures("EUR", (("one-time", None, 120),), 120),
        because=("list-price-changed",),
    ),
    ReportLine(
        "c-2", CartOutcome.FAILED, (3, 3), Figures("EUR", (), 0), Figures("EUR", (), 0), "price-not-found", "none"
    ),
    ReportLine("c-3", CartOutcome.SKIPPED, (0, 0), code="cart-not-found"),
]


def a_job(job_id: str = "j-1", **fields: object) -> Job:
    order = JobOrder(JobKind.REPRICING, Selection(START, 'country = "FR"'), "label", True, START, ("d-1",), 5)
    return replace(Job(job_id, "acme", order, Stamp(START, "anna"), "why", steered_at=START, revision=1), **fields)


def result(number: int, lines: list[ReportLine]) -> ChunkResult:
    shown = [line.wire() for line in lines]
    return ChunkResult(ChunkKey(KEY, number), Tally.of(lines, shown), orjson.dumps(shown))


async def test_a_job_is_read_as_it_was_written(store: Store) -> None:
    assert await store.jobs.load(KEY) is None
    job = a_job(
        state=JobState.RUNNING,
        plan=Plan("c-9", 3, 7, True, (("c-8", "c-9"),)),
        counted=Counted(1, frozenset({3})),
        tally=Tally.of(LINES, [line.wire() for line in LINES]),
        commands=(JobRecord("m-1", b"hash", b"token", "applied"),),
        started_at=START,
    )
    assert await store.jobs.write(job, 0)
    assert await store.jobs.load(KEY) == job
    assert await store.jobs.states([KEY, JobKey("acme", "j-2")]) == {KEY: JobState.RUNNING}


async def test_a_job_is_written_over_the_revision_that_was_read(store: Store) -> None:
    job = a_job()
    assert await store.jobs.write(job, 0)
    assert not await store.jobs.write(job, 0)
    paused = replace(job, state=JobState.PAUSED).next()
    assert await store.jobs.write(paused, 1)
    assert not await store.jobs.write(replace(job, state=JobState.CANCELLED).next(), 1)
    assert await store.jobs.load(KEY) == paused


async def test_jobs_are_found_the_newest_first(store: Store) -> None:
    for number in range(5):
        created = Stamp(START + timedelta(seconds=number // 2), None)
        state = JobState.PAUSED if number % 2 else JobState.RUNNING
        await store.jobs.write(a_job(f"j-{number}", created=created, state=state), 0)
    await store.jobs.write(replace(a_job("j-9"), tenant="other"), 0)
    first = await store.jobs.find("acme", JobSearch(size=2))
    assert ([job.id for job in first.rows], first.more) == (["j-4", "j-3"], True)
    last = first.rows[-1]
    rest = await store.jobs.find("acme", JobSearch(size=9, after=(last.created.at, last.id)))
    assert ([job.id for job in rest.rows], rest.more) == (["j-2", "j-1", "j-0"], False)
    paused = await store.jobs.find("acme", JobSearch(size=9, state=JobState.PAUSED, kind=JobKind.REPRICING))
    assert [job.id for job in paused.rows] == ["j-3", "j-1"]
    assert not (await store.jobs.find("acme", JobSearch(size=9, kind=JobKind.EXPORT))).rows
    assert [job.id for job in (await store.jobs.find("acme", JobSearch("j-2"))).rows] == ["j-2"]
    assert not (await store.jobs.find("acme", JobSearch("j-9"))).rows


async def test_one_run_plans_a_job_until_its_lease_ends(store: Store) -> None:
    await store.jobs.write(a_job(), 0)
    await store.jobs.write(a_job("j-2", state=JobState.COMPLETED, announced=True), 0)
    lease = timedelta(seconds=4)
    assert [job.id for job in await store.jobs.to_plan("a", START, START + lease)] == ["j-1"]
    assert await store.jobs.to_plan("b", START, START + lease) == []
    later = START + timedelta(seconds=3)
    assert [job.id for job in await store.jobs.to_plan("a", later, later + lease)] == ["j-1"]
    assert await store.jobs.to_plan("b", START + timedelta(seconds=5), START + 2 * lease) == []
    assert [job.id for job in await store.jobs.to_plan("b", later + lease, later + 2 * lease)] == ["j-1"]
    await store.jobs.let_go("b")
    assert [job.id for job in await store.jobs.to_plan("a", later + lease, later + 2 * lease)] == ["j-1"]


async def test_a_walk_finds_the_carts_by_id(store: Store) -> None:
    header = full_cart().header.model_copy(update={"keys": {}})
    whole = replace(full_cart(), header=header, created=Stamp(START, None))
    carts = [replace(whole, id=f"c-{number:02}") for number in range(9)]
    carts[1] = replace(carts[1], status=CartStatus.EXPIRED)
    carts[2] = replace(carts[2], created=Stamp(START + timedelta(days=1), None))
    carts[3] = replace(carts[3], tenant="other")
    carts[4] = replace(carts[4], header=carts[4].header.model_copy(update={"country": "DE"}))
    carts[6] = deleted(carts[6])
    committed = await store.carts.commit([CartWrite(0, stored(cart)) for cart in carts])
    assert set(committed) == {WriteResult.COMMITTED}
    first = await store.jobs.walk("acme", Selection(START), "", 3)
    assert (list(first.cart_ids), first.upto) == (["c-00"], "c-02")
    rest = await store.jobs.walk("acme", Selection(START), "c-02", 100)
    assert (list(rest.cart_ids), rest.upto) == (["c-04", "c-05", "c-07", "c-08"], None)
    named = await store.jobs.walk("acme", Selection(START, 'country = "DE"'), "", 100)
    assert (list(named.cart_ids), named.upto) == (["c-04"], None)
    expired = await store.jobs.walk("acme", Selection(START, 'status = "expired"'), "", 100)
    assert list(expired.cart_ids) == ["c-01"]


async def test_who_began_a_chunk_is_noted_once_for_each_time_it_is_handed_out(store: Store) -> None:
    await store.jobs.write(a_job(), 0)
    key = ChunkKey(KEY, 1)
    await store.jobs.add([Chunk(key, ("c-1",)), Chunk(ChunkKey(KEY, 2), ("c-2",))])
    for seconds, workers in enumerate((2, 0, 1)):
        await store.jobs.sent([key], START + timedelta(seconds=seconds))
        for _ in range(workers):
            chunk = await store.jobs.chunk(key)
            assert chunk is not None
            await store.jobs.begun(chunk)
    first, second = await store.jobs.waiting(KEY, 9)
    assert (first.sends, first.begun, first.unbegun) == (3, {1, 3}, 0)
    assert (second.sends, second.begun, second.unbegun) == (0, frozenset(), 0)
    assert await store.jobs.under_way(KEY, 9) == [first]
    await store.jobs.finish(result(1, LINES))
    await store.jobs.begun(chunk)
    assert await store.jobs.waiting(KEY, 9) == [second]


async def test_chunks_are_added_handed_out_and_finished_once(store: Store) -> None:
    await store.jobs.write(a_job(), 0)
    chunks = [Chunk(ChunkKey(KEY, number), (f"c-{number}", f"d-{number}")) for number in (1, 2, 3)]
    await store.jobs.add(chunks[:2])
    await store.jobs.add([*chunks, Chunk(ChunkKey(KEY, 1), ("other",))])
    waiting = await store.jobs.waiting(KEY, 2)
    assert [(each.key.number, each.carts, each.sent_at, each.sends) for each in waiting] == [
        (1, 2, None, 0),
        (2, 2, None, 0),
    ]
    await store.jobs.sent([ChunkKey(KEY, 2)], START)
    assert [(each.key.number, each.sent_at, each.sends) for each in await store.jobs.under_way(KEY, 9)] == [
        (2, START, 1)
    ]
    assert await store.jobs.chunk(ChunkKey(KEY, 2)) == replace(chunks[1], sends=1)
    assert await store.jobs.chunk(ChunkKey(KEY, 9)) is None
    assert await store.jobs.finish(result(2, LINES))
    assert not await store.jobs.finish(result(2, LINES[:1]))
    assert (found := await store.jobs.chunk(ChunkKey(KEY, 2))) is not None
    assert found.done
    assert [each.key.number for each in await store.jobs.waiting(KEY, 9)] == [1, 3]
    assert await store.jobs.under_way(KEY, 9) == []
    assert dict(await store.jobs.finished(KEY, Counted(), 9)) == {2: result(2, LINES).tally}
    assert await store.jobs.finished(KEY, Counted(0, frozenset({2})), 9) == {}
    assert await store.jobs.finished(KEY, Counted(2), 9) == {}


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_a_report_is_paged_through_in_order(store: Store, size: int) -> None:
    assert (await store.jobs.report("acme", ReportSearch("j-1", 9))).total is None
    await store.jobs.write(a_job(state=JobState.COMPLETED), 0)
    lines = [replace(LINES[2], cart_id=f"c-{number:02}") for number in range(14)]
    parts = [lines[:3], [], lines[3:4], lines[4:9], lines[9:13], lines[13:]]
    await store.jobs.add([Chunk(ChunkKey(KEY, number), ()) for number in range(1, 7)])
    for number, part in enumerate(parts, 1):
        await store.jobs.finish(result(number, part))
    found, after = [], (1, 0)
    while True:
        page = await store.jobs.report("acme", ReportSearch("j-1", size, after))
        found += [row.line["cartId"] for row in page.rows]
        if not page.more:
            break
        assert len(page.rows) == size
        after = page.rows[-1].place
    assert found == [line.cart_id for line in lines]


async def test_the_report_of_a_running_job_ends_before_a_chunk_that_is_not_done(store: Store) -> None:
    await store.jobs.write(a_job(state=JobState.RUNNING), 0)
    await store.jobs.add([Chunk(ChunkKey(KEY, number), ()) for number in (1, 2, 3)])
    await store.jobs.finish(result(1, LINES[:1]))
    await store.jobs.finish(result(3, LINES[1:]))
    page = await store.jobs.report("acme", ReportSearch("j-1", 9))
    assert ([row.line["cartId"] for row in page.rows], page.more) == (["c-1"], False)
    await store.jobs.write(replace(a_job(state=JobState.CANCELLED), revision=2), 1)
    page = await store.jobs.report("acme", ReportSearch("j-1", 9))
    assert [row.line["cartId"] for row in page.rows] == ["c-1", "c-2", "c-3"]
