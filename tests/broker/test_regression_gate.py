"""A command must not become dearer unnoticed: counters of a fixed scenario against the committed baseline.

Where a change is worth its price, `python -m benchmarks.counters` writes the baseline anew.
"""

from uuid import uuid4

import orjson
import pytest

from benchmarks.counters import BASELINE, count_all

TOLERANCE = 0.02
"""Times and numbers in the bodies differ in length from run to run, and nothing else does."""


@pytest.fixture(scope="module")
async def counted(mongo_url: str) -> dict[str, dict[str, float]]:
    return await count_all(mongo_url, f"test_counters_{uuid4().hex}")


def _baseline() -> dict[str, dict[str, float]]:
    return orjson.loads(BASELINE.read_bytes())


def test_the_baseline_knows_every_counter(counted: dict[str, dict[str, float]]) -> None:
    assert {part: set(counters) for part, counters in counted.items()} == {
        part: set(counters) for part, counters in _baseline().items()
    }


@pytest.mark.parametrize(
    ("part", "counter"), [(part, counter) for part, counters in _baseline().items() for counter in counters]
)
def test_no_counter_is_above_its_baseline(counted: dict[str, dict[str, float]], part: str, counter: str) -> None:
    assert counted[part][counter] <= _baseline()[part][counter] * (1 + TOLERANCE)


@pytest.mark.parametrize("part", ["carts loaded", "carts in the cache", "one hot cart"])
def test_a_command_takes_few_round_trips_and_three_messages(counted: dict[str, dict[str, float]], part: str) -> None:
    assert counted[part]["database round trips"] <= 0.05
    assert counted[part]["published messages"] == 3


def test_a_dry_run_writes_nothing_and_only_replies(counted: dict[str, dict[str, float]]) -> None:
    assert counted["dry runs"]["published messages"] == 1
