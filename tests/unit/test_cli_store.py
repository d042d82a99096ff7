"""Which workers the command line takes for alive: those that the workers take for alive."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.store import live_runs
from storage.memory.runs import MemoryRuns
from storage.memory.store import MemoryStore
from storage.records import ALIVE, Run


@pytest.mark.parametrize("hours", [0, 1])
async def test_a_worker_counts_for_so_long_by_the_clock_that_workers_go_by(
    hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = datetime.now(UTC) + timedelta(hours=hours)

    async def time(_runs: MemoryRuns) -> datetime:
        return told

    monkeypatch.setattr(MemoryRuns, "time", time)
    store: Any = MemoryStore()
    await store.runs.record(Run("alive", 0, (), told - ALIVE / 2))
    await store.runs.record(Run("dead", 0, (), told - 2 * ALIVE))
    assert [each.id for each in await live_runs(store)] == ["alive"]
