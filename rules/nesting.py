"""How deep things lie in each other: lines that hang on lines, in time that grows with their number."""

from collections.abc import Mapping

MAX_DEPTH = 100
"""How many lines hang on each other at most, the first one counted."""


def depths(parents: Mapping[str, str | None]) -> dict[str, int]:
    """How deep each of these hangs: 1 for one that hangs on none of them, 2 for what hangs on that one, and so on.

    What is in a circle hangs as if the circle were cut somewhere; `in_circles` says which ones that are.
    """
    found: dict[str, int] = {}
    for each in parents:
        chain = _chain(each, parents, found)
        above = found.get(parents[chain[-1]] or "", 0) if chain else 0
        for place, member in enumerate(reversed(chain), 1):
            found[member] = above + place
    return found


def in_circles(parents: Mapping[str, str | None]) -> frozenset[str]:
    """Those that are their own ancestors."""
    seen: set[str] = set()
    circles: set[str] = set()
    for each in parents:
        chain = _chain(each, parents, seen)
        last = parents[chain[-1]] if chain else None
        if last in chain:
            circles.update(chain[chain.index(last) :])
        seen.update(chain)
    return frozenset(circles)


def _chain(start: str, parents: Mapping[str, str | None], seen: set[str] | dict[str, int]) -> list[str]:
    """It and its ancestors, up to one that is seen already."""
    chain: dict[str, None] = {}
    current: str | None = start
    while current is not None and current in parents and current not in seen and current not in chain:
        chain[current] = None
        current = parents[current]
    return list(chain)
