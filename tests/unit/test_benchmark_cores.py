"""The benchmark's option to keep servers and systems on cores of their own."""

import os
import subprocess
import sys

import pytest

from benchmarks.cores import Cores, allowed_cores, kept_to, split

SHOW = "import os; print(sorted(os.sched_getaffinity(0)))"


@pytest.mark.parametrize(
    ("allowed", "servers", "systems"),
    [({0, 1}, (0,), (1,)), ({3, 5, 9}, (3,), (5, 9)), (range(8), (0, 1, 2, 3), (4, 5, 6, 7))],
)
def test_the_lower_half_is_the_servers(allowed: set[int], servers: tuple[int, ...], systems: tuple[int, ...]) -> None:
    assert split(allowed) == Cores(servers, systems)


def test_one_core_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="two cores"):
        split({4})


def test_what_is_started_meanwhile_stays_there_and_nothing_else_does() -> None:
    before = allowed_cores()
    core = max(before)
    with kept_to([core]):
        assert os.sched_getaffinity(0) == {core}
        assert subprocess.check_output([sys.executable, "-c", SHOW], text=True).strip() == f"[{core}]"
    assert allowed_cores() == before
    with kept_to(None):
        assert allowed_cores() == before
