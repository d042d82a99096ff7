"""Jobs whose workers are killed, and whose broker goes: the report is as predicted, each cart is changed once."""

import asyncio
import random
import signal
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from models.jobs.job import Job
from storage.jobs import JobKey
from storage.records import CartKey
from support.patience import PATIENCE
from support.processes import Site, WorkerProcess
from support.recording import Message

PER_KILL = 100
"""So many carts for each kill that more are left than two workers do before they are killed."""
FROZEN = 5
SMALL = {"chunk_carts": 15, "chunks_at_once": 3, "group_commands": 10, "partitions": 2}
SEEDS = [pytest.param(1, 3, id="3"), *(pytest.param(seed, 10, marks=pytest.mark.soak) for seed in range(2, 7))]
AT = (
    *("priced", "before-commit", "after-commit", "before-events", "after-events", "journal"),
    *("planned", "handed-out", "before-result", "after-result", "counting"),
)
SAME = ("counts", "amounts", "largestRises", "largestFalls", "failures", "keptAmounts", "reportHash")
"""What a preview and the real job tell alike."""


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
@pytest.mark.timeout(300)
async def test_workers_killed_and_the_broker_restarted(harmed_site, harmed, seed: int, kills: int) -> None:
    """Two workers run, each with its end before it; when one is killed another begins, until there were so many."""
    chance = random.Random(seed)
    async with harmed_site(seed, kills * PER_KILL, **SMALL) as here:
        expected = await previewed(here)
        before = await versions(here)
        starting = here.load.message("start-repricing", None, {"label": "harmed"})
        await here.recorder.send([starting])
        workers = [await doomed(here, chance), await doomed(here, chance)]
        await here.recorder.answered([starting])
        key = JobKey("acme", here.recorder.history.replies[starting.sent.message_id][0]["job"]["id"])
        at_work = 0
        for number in range(kills):
            workers = await one_killed(here, workers)
            at_work += await under_way(here, key)
            workers.append(await doomed(here, chance))
            if number == kills // 2:
                await handed_out(here, key)
                await harmed.restart_broker()
        assert at_work >= kills / 2, "most kills came while no chunk was being run"
        for worker in workers:
            worker.kill()
        await under_way(here, key)
        here.start(), here.start()
        await finished(here, key)
        await as_predicted(here, key.job_id, expected, before)


@pytest.mark.timeout(180)
async def test_the_database_frozen_in_the_middle(harmed_site, harmed) -> None:
    async with harmed_site(11, 300, **SMALL) as here:
        expected, before = await previewed(here), await versions(here)
        here.start(), here.start()
        key = await started(here, ratePerSecond=60)
        await handed_out(here, key)
        harmed.freeze_database()
        try:
            await asyncio.sleep(3)
        finally:
            harmed.thaw_database()
        assert not (await loaded(here, key)).ended
        await finished(here, key)
        await as_predicted(here, key.job_id, expected, before)


@pytest.mark.timeout(180)
async def test_paused_and_resumed_and_killed(site) -> None:
    """A worker is killed, the job is paused, its worker is killed too: nothing moves until it is resumed."""
    chance = random.Random(12)
    async with site(12, 300, **SMALL) as here:
        expected, before = await previewed(here), await versions(here)
        workers = [await doomed(here, chance)]
        key = await started(here, ratePerSecond=60)
        await one_killed(here, workers)
        workers.append(here.start())
        paused = await asked(here, "pause-job", {"jobId": key.job_id})
        assert (paused["status"], paused["job"]["state"]) == ("applied", "paused")
        still, moved = {}, await versions(here)
        while still != moved:  # what is in work when a job is paused is still done
            await asyncio.sleep(1)
            still, moved = moved, await versions(here)
        assert still != {cart: version + 1 for cart, version in before.items()}
        workers[1].kill()
        here.start()
        await asyncio.sleep(1)
        assert await versions(here) == still
        assert (await asked(here, "resume-job", {"jobId": key.job_id}))["status"] == "applied"
        await finished(here, key)
        await as_predicted(here, key.job_id, expected, before)


@pytest.mark.timeout(180)
async def test_cancelled_while_workers_are_killed(site) -> None:
    """The report tells of exactly those carts that were changed, and the end is told once."""
    chance = random.Random(13)
    async with site(13, 300, **SMALL) as here:
        await previewed(here)
        before = await versions(here)
        workers = [await doomed(here, chance), await doomed(here, chance)]
        key = await started(here, ratePerSecond=60)
        await one_killed(here, workers)
        here.start()
        async with asyncio.timeout(PATIENCE):
            while await versions(here) == before:  # noqa: ASYNC110 (the database tells nobody)
                await asyncio.sleep(0.05)
        assert (await asked(here, "cancel-job", {"jobId": key.job_id}))["job"]["state"] == "cancelled"
        job = await finished(here, key)
        report, after = await told(here, key.job_id), await versions(here)
        changed = {line["cartId"] for line in report["lines"] if line["outcome"] == "changed"}
        assert {cart for cart, version in after.items() if version != before[cart]} == changed
        assert 0 < len(report["lines"]) == report["job"]["counts"]["seen"] < len(before)
        assert job.report_hash is None
        await here.check()


@pytest.mark.timeout(180)
async def test_shoppers_at_the_same_carts_while_a_worker_is_killed(site) -> None:
    """Every command of theirs is applied once and in order; the job changes each cart once at most."""
    chance = random.Random(14)
    async with site(14, 150, **SMALL) as here:
        await previewed(here)
        workers = [await doomed(here, chance), here.start()]
        key = await started(here, ratePerSecond=20)
        # Every second cart: whatever the shoppers touch may have today's prices before the job comes to it.
        rounds = [[here.load.quantity(cart, value) for cart in here.load.carts[::2]] for value in range(2, 6)]
        for messages in rounds:
            await here.recorder.send(messages)
        assert not (await loaded(here, key)).ended
        await one_killed(here, workers)
        await finished(here, key)
        await here.check()
        for earlier, later in pairwise(rounds):
            for one, other in zip(earlier, later, strict=True):
                assert version_of(here, one) < version_of(here, other)
        by_job = Counter(
            event.fields["cartId"]
            for event in {event.id: event for event in here.recorder.history.events}.values()
            if event.fields.get("jobId") == key.job_id and event.fields["type"] == "cart-updated"
        )
        assert set(by_job.values()) == {1}
        assert by_job.keys() >= set(here.load.carts[FROZEN : 150 * 4 // 5]) - set(here.load.carts[::2])


def version_of(here: Site, message: Message) -> int:
    """The version that a command made."""
    [version] = {reply["version"] for reply in here.recorder.history.replies[message.sent.message_id]}
    assert isinstance(version, int)
    return version


@pytest.mark.soak
@pytest.mark.timeout(240)
async def test_the_batch_queue_deleted(site) -> None:
    """Chunks that waited in the queue are gone with it; a minute later they are handed out again."""
    async with site(15, 600, **SMALL) as here:
        expected, before = await previewed(here), await versions(here)
        here.start(), here.start()
        key = await started(here)
        await handed_out(here, key)
        await here.recorder.channel.queue_delete(f"{here.settings.prefix}.batch.0")
        await here.worker_declares(f"{here.settings.prefix}.batch.0")
        await finished(here, key, 150)
        await as_predicted(here, key.job_id, expected, before)


async def started(here: Site, **data: Any) -> JobKey:
    """A job that some worker has begun to think about."""
    reply = await asked(here, "start-repricing", data)
    assert reply["status"] == "applied", reply
    return JobKey("acme", reply["job"]["id"])


async def doomed(here: Site, chance: random.Random) -> WorkerProcess:
    """A worker that is killed at work; it has connected, or it is dead already."""
    known = starts(here)
    worker = here.start(f"{chance.choice(AT)}:{chance.randint(1, 3)}:SIGKILL")
    async with asyncio.timeout(PATIENCE):
        while worker.running and starts(here) == known:  # noqa: ASYNC110 (a poll is short and simple)
            await asyncio.sleep(0.01)
    return worker


def starts(here: Site) -> int:
    """How many workers have said that they are at work."""
    return here.log.read_text().count('"worker_started"') if here.log.exists() else 0


async def one_killed(here: Site, workers: list[WorkerProcess]) -> list[WorkerProcess]:
    """Wait until one of the workers was killed; the others."""
    async with asyncio.timeout(PATIENCE):
        while all(worker.running for worker in workers):  # noqa: ASYNC110 (a poll is short and simple)
            await asyncio.sleep(0.01)
    dead = next(worker for worker in workers if not worker.running)
    assert await dead.ended() == -signal.SIGKILL
    return [worker for worker in workers if worker is not dead]


async def under_way(here: Site, key: JobKey) -> bool:
    """Whether chunks were handed out and are not done; fails if there is nothing left to do at all."""
    job = await loaded(here, key)
    assert not job.ended, f"nothing was left to harm: {job.state}"
    return bool(await here.store.jobs.under_way(key, 1))


async def handed_out(here: Site, key: JobKey) -> None:
    """Wait until chunks are under way: harm that comes now comes in the middle of them."""
    async with asyncio.timeout(PATIENCE):
        while not await under_way(here, key):  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.01)


async def previewed(here: Site) -> dict[str, Any]:
    """Carts whose prices have changed, and a preview of what a job would do to them; its worker has ended."""
    worker = here.start()
    await here.recorder.send(creations(here))
    frozen = {"until": "2099-01-01T00:00:00Z"}
    freezing = [here.load.message("freeze-cart", cart, frozen) for cart in here.load.carts[:FROZEN]]
    await here.recorder.send(freezing)
    await here.recorder.ended()
    price = {"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    changed = {"prices": [{**price, "amount": "11.00", "taxIncluded": True}]}
    assert (await asked(here, "upsert-prices", changed))["status"] == "applied"
    reply = await asked(here, "start-repricing", {"mode": "preview"})
    key = JobKey("acme", reply["job"]["id"])
    await finished(here, key)
    expected = await told(here, key.job_id)
    assert await worker.stop() == 0
    counts = expected["job"]["counts"]
    carts = len(here.load.carts)
    assert (counts["changed"], counts["skipped"], counts["seen"]) == (carts * 4 // 5 - FROZEN, FROZEN, carts)
    return expected


def creations(here: Site) -> list[Message]:
    """Four of five carts get a plan, whose price changes."""
    header, carts = {"country": "FR", "currency": "EUR"}, len(here.load.carts)
    return [
        here.load.message("create-cart", cart, {**header, "items": [{"id": "i-1", "offeringId": offering}]})
        for cart, offering in zip(here.load.carts, carts * 4 // 5 * ["plan"] + carts // 5 * ["phone"], strict=True)
    ]


async def asked(here: Site, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    message = here.load.message(kind, None, data)
    await here.recorder.send([message])
    await here.recorder.answered([message])
    reply: dict[str, Any] = here.recorder.history.replies[message.sent.message_id][0]
    return reply


async def loaded(here: Site, key: JobKey) -> Job:
    job = await here.store.jobs.load(key)
    assert job is not None
    return job


async def finished(here: Site, key: JobKey, seconds: float = 90) -> Job:
    """The job, once everybody was told of its end."""
    async with asyncio.timeout(seconds):
        while not (job := await loaded(here, key)).announced:  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.05)
    return job


async def told(here: Site, job_id: str) -> dict[str, Any]:
    """The job and all lines of its report, as clients get them."""
    job = (await asked(here, "get-job", {"jobId": job_id}))["job"]
    lines: list[dict[str, Any]] = []
    page = {"nextCursor": None}
    while not lines or page["nextCursor"]:
        page = await asked(here, "get-report", {"jobId": job_id, "size": 150, "cursor": page["nextCursor"]})
        lines += page["items"]
    return {"job": job, "lines": lines}


async def versions(here: Site) -> dict[str, int]:
    found = await here.store.carts.load([CartKey("acme", cart) for cart in here.load.carts])
    return {key.cart_id: stored.cart.version for key, stored in found.items()}


async def as_predicted(here: Site, job_id: str, expected: dict[str, Any], before: dict[str, int]) -> None:
    """The job did what the preview said: to each cart once, and told of it once."""
    real, after = await told(here, job_id), await versions(here)
    assert real["job"]["state"] == "completed"
    assert {name: real["job"][name] for name in SAME} == {name: expected["job"][name] for name in SAME}
    assert [without_versions(line) for line in real["lines"]] == [without_versions(line) for line in expected["lines"]]
    changed = {line["cartId"] for line in real["lines"] if line["outcome"] == "changed"}
    assert after == {cart: version + (cart in changed) for cart, version in before.items()}
    assert {line["cartId"]: tuple(line["version"]) for line in real["lines"]} == {
        cart: (version, after[cart]) for cart, version in before.items()
    }
    await here.check()
    by_job = {event.id: event.fields for event in here.recorder.history.events if event.fields.get("jobId") == job_id}
    moved = Counter((each["cartId"], each["version"]) for each in by_job.values() if each["type"] == "price-changed")
    assert moved == Counter((cart, after[cart]) for cart in changed)
    ends = [each["job"] for each in by_job.values() if each["type"] == "reprice-completed"]
    assert ends == [real["job"]]


def without_versions(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "version"}
