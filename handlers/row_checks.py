"""What rows of a catalog must fulfil, kind by kind: those of catalog commands, and those that come with a query."""

from collections.abc import Callable, Iterable, Mapping

from cartwright.wire.refusals import Problem
from facts.snapshot import CatalogRows, Facts
from handlers.catalog_checks import duplicate_ids, refuse_if
from handlers.offering_checks import offering_problems
from handlers.price_checks import price_problems
from handlers.promotion_checks import promotion_problems
from handlers.rule_checks import rule_problems
from handlers.tax_checks import tax_problems

CHECKS: Mapping[str, Callable[..., Iterable[Problem]]] = {
    "offerings": offering_problems,
    "prices": price_problems,
    "taxes": tax_problems,
    "promotions": promotion_problems,
    "rules": rule_problems,
}
"""The problems of rows by their kind, besides ids that come twice."""
ID_FIELDS = {"vouchers": "code"}
"""The field that holds ids, where it is not `id`."""


def check_rows(rows: CatalogRows, facts: Facts, *where: str) -> None:
    """Raise `invalid` with all that is wrong with them; `where` is the place of what holds them, by their kinds.

    `facts` is the catalog that they refer to. Offerings and prices must be in it already, others may be.
    """
    problems = []
    for kind, given in rows.by_kind().items():
        problems += duplicate_ids([row.id for row in given], *where, kind, field=ID_FIELDS.get(kind, "id"))
        if kind in CHECKS:
            problems += CHECKS[kind](given, facts, *where, kind)
    refuse_if(problems)
