"""The history of one offering, out of revisions of a catalog that hold much else."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any, Protocol

from facts.history import DatedRows, OfferingHistory
from facts.rows import Row
from facts.snapshot import CatalogRows, Facts

COMMON_KINDS = ("promotions", "taxes", "configuration")
"""The kinds of rows that the prices of any offering may depend on; offerings and prices concern their own."""


class RevisionRows(Protocol):
    """A revision of a catalog, as far as its time and its rows go."""

    @property
    def revision(self) -> int:
        """Its number."""

    @property
    def at(self) -> datetime:
        """When it was made."""

    @property
    def rows(self) -> CatalogRows:
        """Its rows."""


def price_ids_of(offering_ids: Collection[str], rows: Iterable[CatalogRows]) -> set[str]:
    """The ids of all rows that are prices of these offerings at some time."""
    return {row.id for each in rows for row in each.prices if row.offering_id in offering_ids}


def offering_history(
    offering_id: str, base: Facts, since: datetime | None, revisions: Iterable[RevisionRows], until: int
) -> OfferingHistory:
    """The history of an offering from `base` on, the catalog in force at `since` (none: it is empty).

    `revisions` are those after the base up to `until`, in order, with at least all rows that concern the offering.
    """
    start = () if since is None else (DatedRows(base.revision, since, _in_force(offering_id, base)),)
    return continued(offering_id, OfferingHistory(since, base.revision, start), revisions, until)


def continued(
    offering_id: str, known: OfferingHistory, revisions: Iterable[RevisionRows], until: int
) -> OfferingHistory:
    """The history with later revisions; those that it has already count once.

    If nothing in them concerns the offering, what was worked out of it stays known.
    """
    later = [
        DatedRows(each.revision, each.at, each.rows.by_kind()) for each in revisions if each.revision > known.until
    ]
    dated = tuple(_concerning(offering_id, [*known.dated, *later], known.since is not None))
    if len(dated) == len(known.dated):
        return replace(known, until=until)
    return OfferingHistory(known.since, until, dated)


def _in_force(offering_id: str, facts: Facts) -> dict[str, tuple[Row, ...]]:
    """The rows of a catalog that concern the offering, but for those that count nowhere yet."""
    offering = facts.offerings.get(offering_id)
    found: dict[str, tuple[Any, ...]] = {
        "offerings": () if offering is None else (offering,),
        "prices": tuple(point for group in facts.prices_of.get(offering_id, ()) for point in group),
        "promotions": facts.automatic.get("item", ()),
        "taxes": tuple(facts.table("taxes").values()),
        "configuration": tuple(facts.table("configuration").values()),
    }
    return {kind: rows for kind, rows in found.items() if rows}


def _concerning(offering_id: str, dated: Sequence[DatedRows], keep_first: bool) -> Iterator[DatedRows]:
    """The rows that concern the offering, with times that never go back; what is left empty is left out."""
    prices = {row.id for each in dated for row in each.rows.get("prices", ()) if row.offering_id == offering_id}  # type: ignore[attr-defined]
    promotions = {
        row.id
        for row in chain.from_iterable(each.rows.get("promotions", ()) for each in dated)
        if row.level == "item" and not row.on_demand  # type: ignore[attr-defined]
    }
    wanted: Mapping[str, Collection[str]] = {"offerings": {offering_id}, "prices": prices, "promotions": promotions}
    last: datetime | None = None
    for number, each in enumerate(dated):
        last = each.at if last is None else max(last, each.at)
        rows = {kind: found for kind, given in each.rows.items() if (found := _wanted(kind, given, wanted))}
        if rows or (keep_first and number == 0):
            yield DatedRows(each.revision, last, rows)


def _wanted(kind: str, rows: tuple[Row, ...], wanted: Mapping[str, Collection[str]]) -> tuple[Row, ...]:
    ids = wanted.get(kind)
    if ids is not None:
        return tuple([row for row in rows if row.id in ids])
    return rows if kind in COMMON_KINDS else ()
