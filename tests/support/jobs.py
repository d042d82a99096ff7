"""What tests of jobs share: waiting for the end, and reading the report."""

import asyncio
from typing import Any

from support.patience import PATIENCE
from support.shop import Shop


async def raise_price(shop: Shop, amount: str, offering: str = "phone") -> None:
    """Another list price for a one-time price in EUR."""
    point = {"id": f"pp-{offering}", "offeringId": offering, "type": "one-time", "currency": "EUR", "amount": amount}
    assert (await shop.call("upsert-prices", data={"prices": [point]}))["status"] == "applied"


async def ended(shop: Shop, job_id: str) -> dict[str, Any]:
    """The job, once nothing of it is under way any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            job: dict[str, Any] = (await shop.call("get-job", data={"jobId": job_id}))["job"]
            if job["finishedAt"] is not None:
                return job
            await asyncio.sleep(0.02)


async def lines_of(shop: Shop, job_id: str, size: int = 1000) -> list[dict[str, Any]]:
    """All lines of the report, page by page."""
    lines: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await shop.call("get-report", data={"jobId": job_id, "size": size, "cursor": cursor})
        lines += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            return lines
        assert len(page["items"]) == size


def line_of(lines: list[dict[str, Any]], cart_id: str) -> dict[str, Any]:
    """The one line about a cart."""
    [line] = [line for line in lines if line["cartId"] == cart_id]
    return line
