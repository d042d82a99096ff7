"""Checks of promotions: a coupon code belongs to one of them only."""

from collections.abc import Iterator, Sequence

from cartwright.wire.refusals import Problem, pointer
from facts.snapshot import Facts
from pricing.promotion import Promotion


def promotion_problems(promotions: Sequence[Promotion], facts: Facts, *where: str) -> Iterator[Problem]:
    """The problems of these rows, on top of the others of the catalog; `where` is their place in the command."""
    after: dict[str, Promotion] = {**facts.table("promotions"), **{row.id: row for row in promotions}}
    owners: dict[str, set[str]] = {}
    for row in after.values():
        if row.coupon is not None:
            owners.setdefault(row.coupon, set()).add(row.id)
    for index, row in enumerate(promotions):
        if row.coupon is not None and len(owners.get(row.coupon, ())) > 1:
            path = pointer(*where, index, "coupon")
            yield Problem(path, "duplicate-coupon", f"another promotion has the coupon {row.coupon}")
