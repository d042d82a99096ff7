"""Keeping a worker's memory small."""

import ctypes
import gc
import sys

COLLECT_AFTER = (25_000, 20, 1_000)
"""Thresholds of the garbage collector. A worker keeps thousands of carts, none of them in a cycle: walking through
them every few hundred allocations, which is the default, took a quarter of its time."""

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
