"""Checks of taxes: none is on top of itself."""

from collections.abc import Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from handlers.catalog_checks import leads_to_itself
from models.catalog.rows import Tax


def tax_problems(taxes: Sequence[Tax], facts: Facts, *where: str) -> list[Problem]:
    """The problems of these rows, on top of the others of the catalog; `where` is their place in the command."""
    known: dict[str, Tax] = {**facts.table("taxes"), **{tax.id: tax for tax in taxes}}

    def below(tax_id: str) -> list[str]:
        return known[tax_id].on_top_of if tax_id in known else []

    return [
        Problem(pointer(*where, index, "onTopOf"), "cycle", f"{tax.id} is on top of itself")
        for index, tax in enumerate(taxes)
        if leads_to_itself(tax.id, below)
    ]
