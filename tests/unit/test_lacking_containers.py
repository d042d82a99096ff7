"""A container that the cart does not have is told where the command names it, and once."""

from typing import Any

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

PLAN = {"offeringId": "plan"}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"containerId": "k-9", "items": [PLAN, PLAN]}, [("/data/containerId", "container-not-found")]),
        ({"items": [{**PLAN, "containerId": "k-9"}]}, [("/data/items/0/containerId", "container-not-found")]),
        (
            {"containerId": "k-9", "items": [{**PLAN, "containerId": "k-8"}, {"offeringId": "none"}]},
            [
                ("/data/items/0/containerId", "container-not-found"),
                ("/data/containerId", "container-not-found"),
                ("/data/items/1/offeringId", "offering-not-found"),
            ],
        ),
    ],
)
async def test_a_lacking_container_is_told_where_it_is_named(
    data: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    worker = SimulatedWorker(stocked_store())
    await command(worker, "create-cart", {"currency": "EUR"}, cart_id="c-1")
    error = (await command(worker, "add-items", data, cart_id="c-1"))["error"]
    assert [(each["path"], each["code"]) for each in error["problems"]] == found
    await worker.close()
