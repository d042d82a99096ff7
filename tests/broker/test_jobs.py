"""Jobs from queue to report: repricing, previewing, steering, expiring, exporting."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.jobs import ended, line_of, lines_of, raise_price
from support.running import Running, running_worker
from support.shop import Shop, error_code, problems

PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 1}
PLAN = {"id": "i-1", "offeringId": "plan", "quantity": 2}
UNKNOWN_JOB = "j-" + 24 * "0"


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, chunk_carts=3) as running:
        yield running


@pytest.fixture
async def shop(running: Running) -> Shop:
    return await running.shop()


async def start(shop: Shop, kind: str = "start-repricing", **data: Any) -> str:
    reply = await shop.call(kind, data=data)
    assert (reply["type"], reply["status"]) == ("job-updated", "applied"), reply
    return reply["job"]["id"]


async def submit(shop: Shop, cart_id: str) -> None:
    token = (await shop.call("validate-cart", cart_id))["validation"]["token"]
    assert (await shop.call("submit-cart", cart_id, {"token": token}))["status"] == "applied"


async def versions(shop: Shop, carts: list[str]) -> list[int]:
    return [(await shop.call("get-cart", each))["version"] for each in carts]


async def test_reprices_every_cart_once(shop: Shop) -> None:
    phones = [await shop.cart(PHONE) for _ in range(5)]
    plans = [await shop.cart(PLAN) for _ in range(3)]
    await raise_price(shop, "110.00")
    reply = await shop.call("start-repricing", data={"label": "December"}, message_id="start-1")
    assert (reply["status"], reply["job"]["state"], reply["job"]["label"]) == ("applied", "planned", "December")
    job = await ended(shop, reply["job"]["id"])
    assert job["state"] == "completed"
    assert job["counts"] == {
        "total": 8,
        "seen": 8,
        "changed": 5,
        "unchanged": 3,
        "kept": 0,
        "skipped": 0,
        "failed": 0,
    }
    once = {"currency": "EUR", "type": "one-time", "period": None}
    monthly = {"currency": "EUR", "type": "recurring", "period": "P1M"}
    assert job["amounts"] == [
        {**once, "before": "600.00", "after": "660.00", "difference": "60.00"},
        {**monthly, "before": "60.00", "after": "60.00", "difference": "0.00"},
    ]
    rises = [{"cartId": each, "currency": "EUR", "difference": "12.00"} for each in sorted(phones)]
    assert (job["largestRises"], job["largestFalls"]) == (rises, [])
    assert await versions(shop, [*phones, *plans]) == [2] * 5 + [1] * 3
    again = await shop.call("start-repricing", data={"label": "December"}, message_id="start-1")
    assert (again["status"], again["job"]["id"]) == ("duplicate", job["id"])
    other = await shop.call("start-repricing", data={"label": "January"}, message_id="start-1")
    assert error_code(other) == "idempotency-mismatch"


async def test_the_report_has_a_line_for_every_cart(shop: Shop) -> None:
    phones, plans = [await shop.cart(PHONE) for _ in range(4)], [await shop.cart(PLAN) for _ in range(3)]
    await raise_price(shop, "90.00")
    job_id = await start(shop)
    await ended(shop, job_id)
    lines = await lines_of(shop, job_id, size=2)
    assert [line["cartId"] for line in lines] == sorted([*phones, *plans])
    assert line_of(lines, phones[0]) == {
        "cartId": phones[0],
        "version": [1, 2],
        "outcome": "changed",
        "code": None,
        "amounts": [{"currency": "EUR", "type": "one-time", "period": None, "before": "120.00", "after": "108.00"}],
        "because": ["list-price-changed"],
    }
    assert line_of(lines, plans[0])["outcome"] == "unchanged"
    assert line_of(lines, plans[0])["version"] == [1, 1]


async def test_events_name_the_job(shop: Shop) -> None:
    phone, plan = await shop.cart(PHONE), await shop.cart(PLAN)
    await raise_price(shop, "110.00")
    job_id = await start(shop)
    job = await ended(shop, job_id)
    heard = [json.loads(each.body) for each in shop.heard(phone)]
    own = [event for event in heard if event.get("jobId") == job_id]
    assert [(event["type"], event["version"], event["commandId"]) for event in own] == [
        ("cart-updated", 2, f"{job_id}:{phone}"),
        ("price-changed", 2, f"{job_id}:{phone}"),
    ]
    assert not [event for event in shop.heard(plan) if b"jobId" in event.body]
    [completed] = await shop.events(1, job_id)
    assert completed.message_id == f"{shop.tenant}:{job_id}:reprice-completed"
    assert json.loads(completed.body)["job"] == job


async def test_a_preview_writes_nothing_and_makes_the_same_report(shop: Shop) -> None:
    phones = [await shop.cart(PHONE) for _ in range(4)]
    await shop.cart(PLAN)
    await raise_price(shop, "130.00")
    preview = await ended(shop, await start(shop, mode="preview"))
    assert await versions(shop, phones) == [1] * 4
    real = await ended(shop, await start(shop, mode="apply", ratePerSecond=1000))
    assert await versions(shop, phones) == [2] * 4
    assert preview["mode"] == "preview"
    assert preview["reportHash"] == real["reportHash"] is not None
    for name in ("counts", "amounts", "largestRises", "failures"):
        assert preview[name] == real[name]
    later = await ended(shop, await start(shop))
    assert later["counts"]["changed"] == 0
    assert later["reportHash"] != real["reportHash"]


async def test_what_can_not_be_repriced_is_skipped_or_failed(shop: Shop) -> None:
    submitted, frozen, locked, lost = [await shop.cart(PHONE) for _ in range(3)] + [
        await shop.cart({"id": "i-1", "offeringId": "shop-only", "quantity": 1}, channel={"id": "shop"})
    ]
    await submit(shop, submitted)
    frozen_until = {"until": "2099-01-01T00:00:00Z"}
    assert (await shop.call("freeze-cart", frozen, frozen_until))["status"] == "applied"
    assert (await shop.call("lock-cart", locked, {"owner": "anna", "seconds": 300}))["status"] == "applied"
    past = {"startDateTime": "2019-01-01T00:00:00Z", "endDateTime": "2020-01-01T00:00:00Z"}
    gone = {"id": "shop-only", "taxCategory": "standard", "validFor": past}
    assert (await shop.call("upsert-offerings", data={"offerings": [gone]}))["status"] == "applied"
    await raise_price(shop, "110.00")
    missing = "c-none"
    job_id = await start(shop, cartIds=[submitted, frozen, locked, lost, missing])
    job = await ended(shop, job_id)
    lines = await lines_of(shop, job_id)
    found = {name: line_of(lines, cart) for name, cart in locals().items() if name in NAMES}
    assert {name: (line["outcome"], line["code"]) for name, line in found.items()} == {
        "submitted": ("skipped", "cart-read-only"),
        "frozen": ("skipped", "cart-frozen"),
        "locked": ("skipped", "cart-locked"),
        "lost": ("failed", "offering-not-available"),
        "missing": ("skipped", "cart-not-found"),
    }
    assert found["missing"]["amounts"] == []
    assert {line["amounts"][0]["after"] for line in lines if line["amounts"]} == {"120.00", "1.20"}
    assert (job["counts"]["skipped"], job["counts"]["failed"], job["counts"]["seen"]) == (4, 1, 5)
    assert [(each["cartId"], each["code"]) for each in job["failures"]] == [(lost, "offering-not-available")]


NAMES = frozenset({"submitted", "frozen", "locked", "lost", "missing"})


async def test_a_filter_names_the_carts(shop: Shop) -> None:
    japanese = [await shop.cart(PHONE, country="JP", currency="JPY") for _ in range(4)]
    await shop.cart(PHONE)
    counted = await shop.call("start-repricing", data={"where": 'country = "JP"'}, dryRun=True)
    assert (counted["status"], counted["job"]["counts"]["total"]) == ("dry-run", 4)
    assert error_code(await shop.call("get-job", data={"jobId": counted["job"]["id"]})) == "job-not-found"
    job_id = await start(shop, where='country = "JP"')
    job = await ended(shop, job_id)
    assert (job["where"], job["counts"]["total"]) == ('country = "JP"', 4)
    assert [line["cartId"] for line in await lines_of(shop, job_id)] == sorted(japanese)


async def test_a_paused_job_goes_on_where_it_stopped(shop: Shop) -> None:
    phones = [await shop.cart(PHONE) for _ in range(12)]
    await raise_price(shop, "110.00")
    job_id = await start(shop, ratePerSecond=4)
    paused = await shop.call("pause-job", data={"jobId": job_id})
    assert (paused["status"], paused["job"]["state"]) == ("applied", "paused")
    assert (await shop.call("pause-job", data={"jobId": job_id}))["status"] == "unchanged"
    found = await shop.call("find-jobs", data={"state": "paused", "size": 20})
    assert [job["id"] for job in found["items"]] == [job_id]
    await asyncio.sleep(1)
    before = sum(await versions(shop, phones))
    await asyncio.sleep(0.7)
    assert sum(await versions(shop, phones)) == before < 24
    resumed = await shop.call("resume-job", data={"jobId": job_id})
    assert (resumed["status"], resumed["job"]["finishedAt"]) == ("applied", None)
    job = await ended(shop, job_id)
    assert (job["state"], job["counts"]["changed"]) == ("completed", 12)
    assert await versions(shop, phones) == [2] * 12


async def test_a_cancelled_job_tells_what_it_did(shop: Shop) -> None:
    phones = [await shop.cart(PHONE) for _ in range(9)]
    await raise_price(shop, "110.00")
    job_id = await start(shop, ratePerSecond=4)
    assert (await shop.call("cancel-job", data={"jobId": job_id}))["job"]["state"] == "cancelled"
    job = await ended(shop, job_id)
    changed = [phone for phone, version in zip(phones, await versions(shop, phones), strict=True) if version == 2]
    assert job["counts"]["changed"] == job["counts"]["seen"] == len(changed) < 9
    assert job["reportHash"] is None
    assert [line["cartId"] for line in await lines_of(shop, job_id)] == sorted(changed)
    told = await shop.events(1, job_id)
    while told[-1].type != "reprice-completed":  # it may have told of its progress before
        told = await shop.events(len(told) + 1, job_id)
    assert json.loads(told[-1].body)["job"]["state"] == "cancelled"
    for kind in ("pause-job", "resume-job", "cancel-job"):
        refused = await shop.call(kind, data={"jobId": job_id})
        assert error_code(refused) == "job-ended"
        assert refused["error"]["details"] == {"state": "cancelled"}


async def test_expires_carts(shop: Shop) -> None:
    old, other = [await shop.cart(PHONE) for _ in range(4)], await shop.cart(PLAN)
    await submit(shop, old[0])
    job_id = await start(shop, "expire-carts", where='items.offeringId = "phone"')
    job = await ended(shop, job_id)
    assert (job["kind"], job["counts"]["changed"], job["counts"]["skipped"]) == ("expiry", 3, 1)
    carts = [(await shop.call("get-cart", each))["cart"] for each in (*old, other)]
    assert [cart["status"] for cart in carts] == ["submitted", "expired", "expired", "expired", "active"]
    [completed] = await shop.events(1, job_id)
    assert completed.type == "expiry-completed"
    expired = [json.loads(each.body) for each in shop.heard(old[1]) if each.type == "cart-expired"]
    assert [event["jobId"] for event in expired] == [job_id]


async def test_exports_carts(shop: Shop) -> None:
    carts = [await shop.cart(PHONE) for _ in range(4)]
    deleted = await shop.cart(PLAN)
    await shop.call("delete-cart", deleted)
    job_id = await start(shop, "export-carts", cartIds=[*carts, deleted])
    job = await ended(shop, job_id)
    assert (job["kind"], job["counts"]["unchanged"], job["counts"]["skipped"]) == ("export", 4, 1)
    for cart in carts:
        [exported] = [each for each in shop.heard(cart) if each.type == "cart-exported"]
        body = json.loads(exported.body)
        assert (body["jobId"], body["version"]) == (job_id, 1)
        assert body["cart"] == (await shop.call("get-cart", cart))["cart"]
    [completed] = await shop.events(1, job_id)
    assert completed.type == "export-completed"


@pytest.mark.parametrize(
    ("kind", "data", "found"),
    [
        ("start-repricing", {"where": "country ="}, ("/data/where", "syntax")),
        ("start-repricing", {"where": 'id = "a"', "cartIds": ["a"]}, ("/data", "not-both")),
        ("start-repricing", {"asOf": "2026-01-01T00:00:00Z"}, ("/data", "needs-preview")),
        ("start-repricing", {"withDrafts": ["pp"]}, ("/data", "needs-preview")),
        ("start-repricing", {"ratePerSecond": 0}, ("/data/ratePerSecond", "out-of-range")),
        ("start-repricing", {"mode": "try"}, ("/data/mode", "not-allowed")),
        ("expire-carts", {}, ("/data", "missing")),
        ("get-job", {"jobId": ""}, ("/data/jobId", "wrong-format")),
        ("find-jobs", {"state": "lazy"}, ("/data/state", "not-allowed")),
        ("find-jobs", {"cursor": "eA"}, ("/data/cursor", "wrong-cursor")),
        ("get-report", {"jobId": UNKNOWN_JOB, "cursor": "WzFd"}, ("/data/cursor", "wrong-cursor")),
    ],
)
async def test_refuses_what_is_not_valid(shop: Shop, kind: str, data: dict[str, Any], found: tuple[str, str]) -> None:
    assert problems(await shop.call(kind, data=data)) == [found]


@pytest.mark.parametrize("kind", ["get-job", "get-report", "pause-job", "resume-job", "cancel-job"])
async def test_another_tenants_job_is_not_there(running: Running, shop: Shop, kind: str) -> None:
    other = await running.shop()
    job_id = await start(other)
    refused = await shop.call(kind, data={"jobId": job_id})
    assert error_code(refused) == "job-not-found"
    assert problems(refused) == [("/data/jobId", "job-not-found")]
    assert (await ended(other, job_id))["counts"]["total"] == 0


async def test_pages_through_jobs(shop: Shop) -> None:
    jobs = [await start(shop, label=str(number)) for number in range(5)]
    pages, cursor = [], None
    while True:
        page = await shop.call("find-jobs", data={"size": 2, "cursor": cursor})
        pages += [job["id"] for job in page["items"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert pages == jobs[::-1]
    for job in jobs:
        await ended(shop, job)


async def test_a_message_id_never_meets_a_jobs(shop: Shop) -> None:
    phone = await shop.cart(PHONE)
    await raise_price(shop, "110.00")
    job_id = await start(shop)
    await ended(shop, job_id)
    message_id = f"{job_id}:{phone}"
    note = {"itemId": "i-1", "note": {"id": "n-1", "author": "anna", "text": "call"}}
    reply = await shop.call("add-note", phone, note, message_id=message_id)
    assert (reply["status"], reply["version"]) == ("applied", 3)
    assert (await shop.call("add-note", phone, note, message_id=message_id))["status"] == "duplicate"
