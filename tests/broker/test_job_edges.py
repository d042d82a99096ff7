"""Jobs at their edges: odd ids, many ids, none at all, two at once, carts that go away or change meanwhile."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from models.jobs.report import ReportLine
from storage.jobs import JobKey
from storage.mongo.ids import job_document_id
from support.jobs import ended, line_of, lines_of, raise_price
from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop, problems
from workers.jobs import repeating
from workers.jobs.carts import CartRuns

PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 1}
ODD_IDS = ["a/b", "$where", "a.b.c", "~", "!", "{c}", "0", 'say"cheese"', "back\\slash", "c:d", "x" * 128]


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, chunk_carts=4) as running:
        yield running


@pytest.fixture
async def shop(running: Running) -> Shop:
    return await running.shop()


async def phone(shop: Shop, cart_id: str) -> str:
    reply = await shop.call("create-cart", cart_id, {"country": "FR", "currency": "EUR", "items": [PHONE]})
    assert reply["status"] == "applied", reply
    return cart_id


async def start(shop: Shop, kind: str = "start-repricing", **data: Any) -> str:
    reply = await shop.call(kind, data=data)
    assert (reply["type"], reply["status"]) == ("job-updated", "applied"), reply
    job_id: str = reply["job"]["id"]
    return job_id


async def test_ids_of_any_characters(shop: Shop) -> None:
    for cart_id in ODD_IDS:
        await phone(shop, cart_id)
    await raise_price(shop, "110.00")
    job_id = await start(shop)
    job = await ended(shop, job_id)
    assert (job["counts"]["changed"], job["counts"]["total"]) == (len(ODD_IDS), len(ODD_IDS))
    assert [line["cartId"] for line in await lines_of(shop, job_id, size=3)] == sorted(ODD_IDS)
    exported = await ended(shop, await start(shop, "export-carts", cartIds=ODD_IDS))
    assert exported["counts"]["unchanged"] == len(ODD_IDS)
    for cart_id in ODD_IDS:
        [event] = [each for each in shop.heard(cart_id) if each.type == "cart-exported"]
        assert json.loads(event.body)["cart"]["id"] == cart_id


async def test_a_start_that_comes_again_finds_its_job_after_100_other_commands(shop: Shop) -> None:
    start_it = {"data": {"ratePerSecond": 1, "cartIds": [f"c-{each}" for each in range(500)]}, "message_id": "start-1"}
    job_id = (await shop.call("start-repricing", **start_it))["job"]["id"]
    for kind in ("pause-job", "resume-job") * 50:
        assert (await shop.call(kind, data={"jobId": job_id}))["status"] == "applied"
    cancelled = await shop.call("cancel-job", data={"jobId": job_id})
    again = await shop.call("start-repricing", **start_it)
    assert (again["status"], again["job"]["id"], again["job"]["state"]) == ("duplicate", job_id, "cancelled")
    assert again["job"]["startedAt"] == cancelled["job"]["startedAt"]


async def test_ten_thousand_ids_of_which_two_are_there(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url) as running:
        await ten_thousand_ids(await running.shop())


async def ten_thousand_ids(shop: Shop) -> None:
    there = [await phone(shop, "c-0"), await phone(shop, "c-9998")]
    await raise_price(shop, "110.00")
    ids = [f"c-{number}" for number in range(9999)] + ["c-0"]
    counted = await shop.call("start-repricing", data={"cartIds": ids}, dryRun=True)
    assert counted["job"]["counts"]["total"] == 9999
    job_id = await start(shop, cartIds=ids)
    job = await ended(shop, job_id)
    counts = job["counts"]
    assert (counts["total"], counts["seen"], counts["changed"], counts["skipped"]) == (9999, 9999, 2, 9997)
    lines = await lines_of(shop, job_id)
    assert [line["cartId"] for line in lines] == sorted(set(ids))
    assert [line["cartId"] for line in lines if line["outcome"] == "changed"] == there
    refused = await shop.call("start-repricing", data={"cartIds": [*ids, "c-10000"]})
    assert problems(refused) == [("/data/cartIds", "too-many")]


async def test_a_filter_that_matches_nothing(shop: Shop) -> None:
    await phone(shop, "c-1")
    job_id = await start(shop, where='country = "JP"')
    job = await ended(shop, job_id)
    assert (job["state"], set(job["counts"].values()), job["amounts"]) == ("completed", {0}, [])
    assert job["startedAt"] is not None
    assert job["reportHash"] == 64 * "0"
    assert await lines_of(shop, job_id) == []
    [completed] = await shop.events(1, job_id)
    assert completed.type == "reprice-completed"


async def test_two_tenants_under_the_same_message_id(running: Running, shop: Shop) -> None:
    other = await running.shop()
    for number in range(6):
        await phone(shop, f"c-{number}")
        await phone(other, f"c-{number + 3}")
    await raise_price(shop, "110.00")
    await raise_price(other, "90.00")
    data: dict[str, Any] = {"label": "tonight"}
    replies = [await each.call("start-repricing", data=data, message_id="m-tonight") for each in (shop, other)]
    assert [reply["status"] for reply in replies] == ["applied", "applied"]
    jobs = [await ended(each, reply["job"]["id"]) for each, reply in zip((shop, other), replies, strict=True)]
    assert [(job["counts"]["changed"], job["amounts"][0]["after"]) for job in jobs] == [(6, "792.00"), (6, "648.00")]
    for each, job, first in ((shop, jobs[0], 0), (other, jobs[1], 3)):
        lines = await lines_of(each, job["id"])
        assert [line["cartId"] for line in lines] == [f"c-{number + first}" for number in range(6)]


async def test_started_twice_at_once_it_is_one_job(shop: Shop) -> None:
    await phone(shop, "c-1")
    await raise_price(shop, "110.00")
    sent = [await shop.send("start-repricing", data={}, message_id="m-1") for _ in range(5)]
    replies = [await shop.wire.reply(each) for each in sent]
    assert Counter(reply["status"] for reply in replies) == {"applied": 1, "duplicate": 4}
    [job_id] = {reply["job"]["id"] for reply in replies}
    await ended(shop, job_id)
    assert [job["id"] for job in (await shop.call("find-jobs"))["items"]] == [job_id]
    assert (await shop.call("get-cart", "c-1"))["version"] == 2


async def test_one_cart_a_second(shop: Shop) -> None:
    for number in range(3):
        await phone(shop, f"c-{number}")
    began = monotonic()
    job_id = await start(shop, ratePerSecond=1)
    assert (await ended(shop, job_id))["counts"]["seen"] == 3
    assert monotonic() - began > 1.9


async def test_the_longest_label(shop: Shop) -> None:
    label = 200 * "ß"
    job_id = await start(shop, label=label)
    assert (await ended(shop, job_id))["label"] == label
    for wrong in (201 * "x", ""):
        assert problems(await shop.call("start-repricing", data={"label": wrong}))[0][0] == "/data/label"


async def test_carts_that_are_deleted_or_changed_meanwhile(running: Running, shop: Shop) -> None:
    """The last carts of a slow job are deleted before it comes to them; the first are changed while it goes on."""
    carts = [await phone(shop, f"c-{number:02}") for number in range(12)]
    await raise_price(shop, "110.00")
    job_id = await start(shop, ratePerSecond=2)
    while (await shop.call("get-job", data={"jobId": job_id}))["job"]["counts"]["total"] < 12:
        pass
    for cart in carts[-2:]:
        assert (await shop.call("delete-cart", cart))["status"] == "applied"
    for quantity in (2, 3):
        for cart in carts[:6]:
            data = {"products": [{"id": "i-1", "quantity": quantity}]}
            assert (await shop.call("update-products", cart, data))["status"] == "applied"
    job = await ended(shop, job_id)
    lines = await lines_of(shop, job_id)
    assert [line["cartId"] for line in lines] == carts
    assert job["counts"]["seen"] == job["counts"]["total"] == 12
    for cart in carts[-2:]:
        assert (line_of(lines, cart)["outcome"], line_of(lines, cart)["code"]) == ("skipped", "cart-not-found")
    stored = await running.documents(shop.tenant)
    for cart in carts[:6]:
        made = [each["version"] for each in stored["journal"] if each["cartId"] == cart and each["status"] == "applied"]
        assert sorted(made) == list(range(1, len(made) + 1))
        assert (await shop.call("get-cart", cart))["cart"]["dueNow"]["gross"] == "396.00"
        assert sum(each.get("jobId") == job_id for each in stored["journal"] if each["cartId"] == cart) <= 1


async def test_the_report_of_a_running_job_grows(shop: Shop) -> None:
    for number in range(8):
        await phone(shop, f"c-{number}")
    await raise_price(shop, "110.00")
    job_id = await start(shop, ratePerSecond=1)
    seen: list[list[dict[str, Any]]] = []
    while (await shop.call("get-job", data={"jobId": job_id}))["job"]["finishedAt"] is None:
        seen.append(await lines_of(shop, job_id, size=2))
        await asyncio.sleep(0.2)
    whole = await lines_of(shop, job_id)
    assert len(whole) == 8
    assert all(lines == whole[: len(lines)] for lines in seen)
    assert len({len(lines) for lines in seen}) > 1


async def test_a_dry_run_steers_nothing(shop: Shop) -> None:
    for number in range(6):
        await phone(shop, f"c-{number}")
    job_id = await start(shop, ratePerSecond=4)
    tried = await shop.call("cancel-job", data={"jobId": job_id}, dryRun=True)
    assert (tried["status"], tried["job"]["state"]) == ("dry-run", "cancelled")
    assert (await ended(shop, job_id))["state"] == "completed"


async def test_a_cursor_belongs_to_its_job(shop: Shop) -> None:
    for number in range(3):
        await phone(shop, f"c-{number}")
    jobs = [await start(shop), await start(shop)]
    for job in jobs:
        await ended(shop, job)
    cursor = (await shop.call("get-report", data={"jobId": jobs[0], "size": 1}))["nextCursor"]
    refused = await shop.call("get-report", data={"jobId": jobs[1], "cursor": cursor})
    assert problems(refused) == [("/data/cursor", "wrong-cursor")]


async def test_chunks_that_wait_behind_others_fail_no_job(
    running: Running, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two that a worker has take long, and those behind them are handed out more often than a job tries any."""
    go_on, run = asyncio.Event(), CartRuns.run

    async def slow(self: CartRuns, *arguments: Any) -> list[ReportLine]:
        await go_on.wait()
        return await run(self, *arguments)

    monkeypatch.setattr(CartRuns, "run", slow)
    monkeypatch.setattr(repeating, "REPEAT_AFTER", timedelta(milliseconds=1))
    for number in range(20):
        await phone(shop, f"c-{number:02}")
    await raise_price(shop, "110.00")
    job_id = await start(shop)
    chunks, own = running.database["chunks"], {"job": job_document_id(JobKey(shop.tenant, job_id))}
    often = {**own, "sends": {"$gt": repeating.MAX_TRIES}}
    async with asyncio.timeout(PATIENCE):
        while await chunks.count_documents(often) < 5:  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.05)
    assert (await shop.call("get-job", data={"jobId": job_id}))["job"]["state"] == "running"
    assert await chunks.count_documents({**own, "begun": {"$exists": True}}) == 2
    go_on.set()
    job = await ended(shop, job_id)
    assert (job["state"], job["counts"]["changed"]) == ("completed", 20)
