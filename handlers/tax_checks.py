"""Checks of taxes: none is on top of itself or of one that no line bears with it, or takes its own place."""

from collections.abc import Callable, Iterator, Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from handlers.catalog_checks import leads_to_itself
from models.catalog.tax import Tax


def tax_problems(taxes: Sequence[Tax], facts: Facts, *where: str) -> list[Problem]:
    """The problems of these rows, on top of the others of the catalog; `where` is their place in the command."""
    known: dict[str, Tax] = {**facts.table("taxes"), **{tax.id: tax for tax in taxes}}

    def following(others: Callable[[Tax], list[str]]) -> Callable[[str], list[str]]:
        return lambda tax_id: others(known[tax_id]) if tax_id in known else []

    below, replaced = following(lambda tax: tax.on_top_of), following(lambda tax: tax.replaces)

    def problems() -> Iterator[Problem]:
        for index, tax in enumerate(taxes):
            if leads_to_itself(tax.id, below):
                yield Problem(pointer(*where, index, "onTopOf"), "cycle", f"{tax.id} is on top of itself")
            if leads_to_itself(tax.id, replaced):
                yield Problem(pointer(*where, index, "replaces"), "cycle", f"{tax.id} replaces itself")
            for place, other in enumerate(tax.on_top_of):
                reason = _apart(tax, known[other]) if other in known else None
                if reason is not None:
                    message = f"{reason}: no line bears both"
                    yield Problem(pointer(*where, index, "onTopOf", place), "without-effect", message)

    return list(problems())


def _apart(tax: Tax, other: Tax) -> str | None:
    """Why no line bears both taxes, wherever it is; None if one may."""
    if other.country != tax.country:
        return f"{other.id} is a tax of {other.country}"
    if other.category != tax.category:
        return f"{other.id} is a tax of the category {other.category}"
    if other.id in tax.replaces:
        return f"{tax.id} takes the place of {other.id}"
    return f"{other.id} takes the place of {tax.id}" if tax.id in other.replaces else None
