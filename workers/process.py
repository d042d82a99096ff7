"""Keeping a worker's memory small."""

import ctypes
import gc
import sys

COLLECT_AFTER = (60_000, 10, 100_000)
"""Thresholds of the garbage collector. A worker keeps thousands of carts, none of them in a cycle: walking through
them every few hundred allocations, which is the default, took a quarter of its time. The last threshold puts full
collections off for good: they would stop a worker for half a second."""
AT_LEISURE_AFTER = 2_000
"""So many new objects are walked through in a moment in which nobody waits: some 2 ms, and else 20 ms later on."""
SURVIVORS_AFTER = 3
"""After so many such walks, what they left is walked through once more."""

_M_ARENA_MAX = -8


def share_arenas() -> None:
    """Have all threads allocate from one arena, where the C library has several (glibc, mallopt(3)).

    The driver's threads hold little memory for long; with an arena each, freed memory is kept many times over.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)


def collect_rarely() -> None:
    """Exclude all objects of the start from collections for good, and collect the rest less often."""
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def collect_at_leisure() -> None:
    """Collect what is new, if it is worth it; to be called when nobody waits."""
    new, walks, _ = gc.get_count()
    if new >= AT_LEISURE_AFTER:
        gc.collect(1 if walks >= SURVIVORS_AFTER else 0)
