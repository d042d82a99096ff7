"""The facts that a decision may use: one tenant's catalog at one revision, ready for look-up."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cartwright.models.catalog import ExchangeRate, Offering, PricePoint, Tax
from cartwright.models.policy import DEFAULT_POLICY, PricingPolicy
from cartwright.models.schema import Model
from cartwright.pricing.price_index import PriceGroups, move_prices
from cartwright.pricing.promotion import Promotion, by_level

KINDS: Mapping[str, type[Model]] = {
    "offerings": Offering,
    "prices": PricePoint,
    "taxes": Tax,
    "promotions": Promotion,
    "rates": ExchangeRate,
}
"""Every kind of row by its name in `CatalogRows`, on the wire and in storage; a row of any kind has an `id`."""


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """Rows of one catalog change; a row replaces the earlier row with its id."""

    offerings: tuple[Offering, ...] = ()
    prices: tuple[PricePoint, ...] = ()
    taxes: tuple[Tax, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()

    @classmethod
    def of(cls, tables: Mapping[str, Iterable[Any]]) -> "CatalogRows":
        """Rows from their wire forms by kind; raises `ValidationError`."""
        read: dict[str, Any] = {}
        for kind, rows in tables.items():
            read[kind] = tuple(KINDS[kind].model_validate(row) for row in rows)
        return cls(**read)

    def by_kind(self) -> dict[str, tuple[Any, ...]]:
        """The rows of every kind that has some."""
        return {kind: rows for kind in KINDS if (rows := getattr(self, kind))}


@dataclass(frozen=True, slots=True)
class Facts:
    """A catalog snapshot. `revision` counts the tenant's catalog changes; 0 is the empty catalog.

    `tables` holds the rows by kind and id, `since` the revision that brought each; the rest are indexes over them.
    """

    revision: int = 0
    policy: PricingPolicy = DEFAULT_POLICY
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    since: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    prices_of: Mapping[str, PriceGroups] = field(default_factory=dict)
    taxes_of: Mapping[tuple[str, str], tuple[Tax, ...]] = field(default_factory=dict)
    promotions: Mapping[str, tuple[Promotion, ...]] = field(default_factory=dict)
    automatic: Mapping[str, tuple[Promotion, ...]] = field(default_factory=dict)

    @property
    def offerings(self) -> Mapping[str, Offering]:
        """Offerings by id."""
        return self.table("offerings")

    def table(self, kind: str) -> Mapping[str, Any]:
        """The rows of one kind by id."""
        return self.tables.get(kind, {})

    def with_rows(self, rows: CatalogRows, revision: int) -> "Facts":
        """The next snapshot: these rows on top of this one."""
        given = rows.by_kind()
        tables = {**self.tables, **{kind: _on_top(self.table(kind), new) for kind, new in given.items()}}
        since = {kind: {**self.since.get(kind, {}), **{row.id: revision for row in new}} for kind, new in given.items()}
        return replace(
            self,
            revision=revision,
            tables=tables,
            since={**self.since, **since},
            prices_of=move_prices(self.prices_of, self.table("prices"), rows.prices),
            taxes_of=_by_category(tables["taxes"].values()) if rows.taxes else self.taxes_of,
            **(_promotions(tables["promotions"].values()) if rows.promotions else {}),
        )

    def holds(self, rows: CatalogRows) -> bool:
        """Whether these rows would change nothing."""
        return all(self.table(kind).get(row.id) == row for kind, new in rows.by_kind().items() for row in new)


def _promotions(promotions: Collection[Promotion]) -> dict[str, Any]:
    """All promotions by level, and those that apply without being asked for."""
    automatic = [each for each in promotions if not each.on_demand]
    return {"promotions": by_level(promotions), "automatic": by_level(automatic)}


def _on_top(table: Mapping[str, Any], rows: Iterable[Any]) -> dict[str, Any]:
    return {**table, **{row.id: row for row in rows}}


def _by_category(taxes: Iterable[Tax]) -> dict[tuple[str, str], tuple[Tax, ...]]:
    grouped: dict[tuple[str, str], list[Tax]] = {}
    for tax in taxes:
        grouped.setdefault((tax.country, tax.category), []).append(tax)
    return {key: tuple(rows) for key, rows in grouped.items()}
