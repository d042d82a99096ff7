"""Checks of bundles: none contains itself, and none is deeper than carts can carry.

A bundle is as deep as there are bundles in bundles; one of plain members has depth 1. A row can make bundles too deep
that are in the catalog already, so what is above it counts, too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from cartwright.wire.refusals import Problem, pointer
from handlers.catalog_checks import leads_to_itself
from models.catalog.offering import Offering

MAX_BUNDLE_DEPTH = 20

Links = Mapping[str, Sequence[str]]
"""What is next to each bundle: its members that are bundles, or the bundles that it is a member of."""


def bundle_problems(
    rows: Sequence[Offering], offerings: Mapping[str, Offering], bundles: Iterable[str], *where: str
) -> Iterator[Problem]:
    """A problem for each row that closes a circle or makes a bundle too deep; `where` is their place in the command.

    `offerings` are those of the catalog with these rows, `bundles` the ids of all bundles among them.
    """
    if not any(row.bundle for row in rows):
        return
    known = frozenset(bundles)
    below = {each: [member.offering_id for member in offerings[each].bundle] for each in known}
    below = {each: [member for member in members if member in known] for each, members in below.items()}
    above: dict[str, list[str]] = {each: [] for each in known}
    for each, members in below.items():
        for member in members:
            above[member].append(each)
    under, over = _heights(below), _heights(above)
    for index, row in enumerate(rows):
        path = pointer(*where, index, "bundle")
        if row.bundle and leads_to_itself(row.id, below.__getitem__):
            yield Problem(path, "cycle", f"bundle {row.id} contains itself")
        elif row.bundle and under(row.id) + over(row.id) - 1 > MAX_BUNDLE_DEPTH:
            yield Problem(path, "too-deep", f"bundles are at most {MAX_BUNDLE_DEPTH} deep")


def _heights(links: Links) -> Callable[[str], int]:
    """How many bundles lie in a row from one on, along the longest way; a circle, refused by itself, is cut."""
    found: dict[str, int] = {}

    def height(start: str) -> int:
        waiting = [start]
        seen = {start}
        while waiting:
            current = waiting[-1]
            unknown = [each for each in links[current] if each not in found and each not in seen]
            if unknown:
                waiting.append(unknown[0])
                seen.add(unknown[0])
            else:
                found[current] = 1 + max((found.get(each, 0) for each in links[current]), default=0)
                waiting.pop()
        return found[start]

    return height
