"""Checks of taxes: none is on top of itself."""

from collections.abc import Mapping, Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from models.catalog.rows import Tax


def tax_problems(taxes: Sequence[Tax], facts: Facts, *where: str) -> list[Problem]:
    """The problems of these rows, on top of the others of the catalog; `where` is their place in the command."""
    known: Mapping[str, Tax] = {**facts.table("taxes"), **{tax.id: tax for tax in taxes}}
    return [
        Problem(pointer(*where, index, "onTopOf"), "cycle", f"{tax.id} is on top of itself")
        for index, tax in enumerate(taxes)
        if _carries_itself(tax, known)
    ]


def _carries_itself(tax: Tax, known: Mapping[str, Tax]) -> bool:
    seen: set[str] = set()
    waiting = set(tax.on_top_of)
    while waiting:
        current = waiting.pop()
        if current == tax.id:
            return True
        if current not in seen and current in known:
            seen.add(current)
            waiting |= set(known[current].on_top_of)
    return False
