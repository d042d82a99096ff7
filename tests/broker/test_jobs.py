"""Jobs from queue to report: repricing, previewing, steering, expiring, exporting."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.running import Running, running_worker
from support.shop import Shop

PATIENCE = 20
PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 1}


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, chunk_carts=3) as running:
        yield running


@pytest.fixture
async def shop(running: Running) -> Shop:
    return await running.shop()


async def raise_price(shop: Shop, amount: str) -> None:
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": amount}
    assert (await shop.call("upsert-prices", data={"prices": [point]}))["status"] == "applied"


async def ended(shop: Shop, job_id: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            job = (await shop.call("get-job", data={"jobId": job_id}))["job"]
            if job["finishedAt"] is not None:
                return job
            await asyncio.sleep(0.02)


async def test_reprices_every_cart_once(shop: Shop) -> None:
    phones = [await shop.cart(PHONE) for _ in range(5)]
    plans = [await shop.cart({"id": "i-1", "offeringId": "plan", "quantity": 2}) for _ in range(3)]
    await raise_price(shop, "110.00")
    reply = await shop.call("start-repricing", data={"label": "December"}, message_id="start-1")
    assert (reply["type"], reply["status"], reply["job"]["state"]) == ("job-updated", "applied", "planned")
    job = await ended(shop, reply["job"]["id"])
    assert job["state"] == "completed"
    counts = {"total": 8, "seen": 8, "changed": 5, "unchanged": 3, "kept": 0, "skipped": 0, "failed": 0}
    assert job["counts"] == counts
    assert job["amounts"] == [
        {
            "currency": "EUR",
            "type": "one-time",
            "period": None,
            "before": "600.00",
            "after": "660.00",
            "difference": "60.00",
        },
        {
            "currency": "EUR",
            "type": "recurring",
            "period": "P1M",
            "before": "60.00",
            "after": "60.00",
            "difference": "0.00",
        },
    ]
    assert job["largestRises"] == [
        {"cartId": each, "currency": "EUR", "difference": "12.00"} for each in sorted(phones)
    ]
    carts = [(await shop.call("get-cart", each))["cart"] for each in (*phones, *plans)]
    assert [cart["version"] for cart in carts] == [2] * 5 + [1] * 3
    report = await shop.call("get-report", data={"jobId": job["id"], "size": 5})
    rest = await shop.call("get-report", data={"jobId": job["id"], "size": 5, "cursor": report["nextCursor"]})
    lines = report["items"] + rest["items"]
    assert rest["nextCursor"] is None
    assert [line["cartId"] for line in lines] == sorted(phones + plans)
    assert {line["outcome"] for line in lines if line["cartId"] in phones} == {"changed"}
    again = await shop.call("start-repricing", data={"label": "December"}, message_id="start-1")
    assert (again["status"], again["job"]["id"]) == ("duplicate", job["id"])
