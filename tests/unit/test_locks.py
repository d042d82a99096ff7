"""`lock-cart` again by the lock's owner: it is extended, and nothing happens where it would end at the same time."""

from datetime import timedelta

import pytest

from support.job_runs import command
from support.simulation import SimulatedWorker, stocked_store

AGAIN = [(0, 300, "unchanged"), (0, 60, "applied"), (1, 300, "applied")]
"""How many seconds later, for how many seconds, and what comes of it."""


@pytest.mark.parametrize(("later", "seconds", "status"), AGAIN)
async def test_a_lock_that_would_end_as_before_is_no_new_version(later: int, seconds: int, status: str) -> None:
    worker = SimulatedWorker(stocked_store())
    await command(worker, "create-cart", {"currency": "EUR"}, cart_id="c-1")
    await command(worker, "lock-cart", {"owner": "a", "seconds": 300}, cart_id="c-1")
    worker.at += timedelta(seconds=later)
    again = await command(worker, "lock-cart", {"owner": "a", "seconds": seconds}, cart_id="c-1")
    assert (again["status"], again["version"]) == (status, 2 if status == "unchanged" else 3)
    await worker.close()
