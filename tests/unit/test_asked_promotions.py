"""Promotions that are asked for, on a worker in memory: a refusal says which field names what does not apply."""

from typing import Any

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

LATER = {"id": "later", "coupon": "LATER", "validFor": {"startDateTime": "2030-01-01T00:00:00Z", "endDateTime": None}}
BENEFITS = [{"kind": "percent", "value": "10"}]


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("apply-promotion", {"coupon": "LATER"}, "not-started"),
        ("apply-promotion", {"coupon": "NONE"}, "unknown"),
        ("apply-promotion", {"promotionId": "later"}, "coupon-missing"),
        ("apply-promotion", {"promotionId": "none"}, "unknown"),
        ("remove-promotion", {"promotionId": "later"}, "not-chosen"),
    ],
)
async def test_a_refusal_points_to_what_named_the_promotion(kind: str, data: dict[str, Any], reason: str) -> None:
    worker = SimulatedWorker(stocked_store())
    rows = await command(worker, "upsert-promotions", {"promotions": [{**LATER, "benefits": BENEFITS}]})
    assert rows["status"] == "applied", rows
    await command(worker, "create-cart", {"currency": "EUR"}, cart_id="c-1")
    error = (await command(worker, kind, data, cart_id="c-1"))["error"]
    assert (error["code"], error["details"]["reason"]) == ("promotion-not-applicable", reason)
    [problem] = error["problems"]
    assert (problem["path"], problem["code"]) == (f"/data/{next(iter(data))}", "promotion-not-applicable")
    await worker.close()
