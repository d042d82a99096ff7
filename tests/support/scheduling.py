"""Which tests run side by side when pytest has several processes (`-n`), and which of them begin."""

from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

SPLIT = {
    f"tests/faults/test_{name}.py"
    for name in ("amendments", "budgets", "fail_points", "follow_ups", "merge_carts", "two_workers", "worker_killed")
}
"""Long modules of which every test has workers of its own, on servers that nobody harms."""
LONGEST_FIRST = [
    "tests/faults/",
    "tests/broker/test_guides.py",
    "tests/broker/test_stack.py",
    "tests/broker/test_demo.py",
    "tests/broker/test_sessions.py",
    "tests/broker/test_secured.py",
    "tests/broker/test_partitions.py",
    "tests/",
]


class Sharing(LoadScopeScheduling):
    """A module's tests run in one process, one after the other, for they share a worker or servers to harm."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::", maxsplit=1)[0]
        return nodeid if module in SPLIT else module


def beginning(item: pytest.Item) -> tuple[int, int]:
    """By which tests are sorted, so that nothing long is begun when all else has ended.

    The modules after the long ones come in any order, but always the same: those that wait for servers then run beside
    those that keep a core at work.
    """
    place = next(place for place, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start))
    mixed = place == len(LONGEST_FIRST) - 1
    return place, crc32(item.nodeid.split("::", maxsplit=1)[0].encode()) if mixed else 0
