"""The facts that a decision may use: one tenant's catalog at one revision, ready for look-up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cartwright.models.catalog import Offering, PricePoint, Tax


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """Rows of one catalog change; a row replaces the earlier row with its id."""

    offerings: tuple[Offering, ...] = ()
    prices: tuple[PricePoint, ...] = ()
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A catalog snapshot. `revision` counts the tenant's catalog changes; 0 is the empty catalog."""

    revision: int = 0
    offerings: Mapping[str, Offering] = field(default_factory=dict)
    price_points: Mapping[str, PricePoint] = field(default_factory=dict)
    price_points_of: Mapping[str, tuple[PricePoint, ...]] = field(default_factory=dict)
    taxes: Mapping[str, Tax] = field(default_factory=dict)
    taxes_of: Mapping[tuple[str, str], tuple[Tax, ...]] = field(default_factory=dict)

    def with_rows(self, rows: CatalogRows, revision: int) -> "Facts":
        """The next snapshot: these rows on top of this one."""
        price_points = {**self.price_points, **{row.id: row for row in rows.prices}}
        taxes = {**self.taxes, **{row.id: row for row in rows.taxes}}
        moved = {row.offering_id for row in rows.prices}
        moved |= {self.price_points[row.id].offering_id for row in rows.prices if row.id in self.price_points}
        return replace(
            self,
            revision=revision,
            offerings={**self.offerings, **{row.id: row for row in rows.offerings}},
            price_points=price_points,
            price_points_of={**self.price_points_of, **_by_offering(price_points.values(), moved)},
            taxes=taxes,
            taxes_of=_by_category(taxes.values()) if rows.taxes else self.taxes_of,
        )

    def holds(self, rows: CatalogRows) -> bool:
        """Whether these rows would change nothing."""
        return (
            all(self.offerings.get(row.id) == row for row in rows.offerings)
            and all(self.price_points.get(row.id) == row for row in rows.prices)
            and all(self.taxes.get(row.id) == row for row in rows.taxes)
        )


def _by_offering(points: Iterable[PricePoint], offerings: set[str]) -> dict[str, tuple[PricePoint, ...]]:
    grouped: dict[str, list[PricePoint]] = {offering: [] for offering in offerings}
    for point in points:
        if point.offering_id in offerings:
            grouped[point.offering_id].append(point)
    return {offering: tuple(rows) for offering, rows in grouped.items()}


def _by_category(taxes: Iterable[Tax]) -> dict[tuple[str, str], tuple[Tax, ...]]:
    grouped: dict[tuple[str, str], list[Tax]] = {}
    for tax in taxes:
        grouped.setdefault((tax.country, tax.category), []).append(tax)
    return {key: tuple(rows) for key, rows in grouped.items()}
