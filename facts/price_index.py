"""Price points by offering, in the groups that compete with each other, the most specific first."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from cartwright.wire.periods import period_length
from cartwright.wire.price_type import PriceType
from models.catalog.price_point import PricePoint

PriceGroups = tuple[tuple[PricePoint, ...], ...]
"""Groups of one currency, type and period each, in listing order; within one, the most specific comes first."""

TYPE_ORDER: Mapping[PriceType, int] = {"one-time": 0, "recurring": 1, "allowance": 2, "usage": 3}
"""The order in which price types are listed."""
DUE_NOW: frozenset[PriceType] = frozenset({"one-time", "recurring"})
"""Price types that are paid when the cart is: once, or their first period."""


@lru_cache(maxsize=1024)
def listing_order(kind_and_period: tuple[PriceType, str | None]) -> tuple[int, int, str]:
    """The sort key of a price type and period: one-time first, then short periods before long ones."""
    kind, period = kind_and_period
    return TYPE_ORDER[kind], period_length(period), period or ""


def move_prices(
    index: Mapping[str, PriceGroups], known: Mapping[str, PricePoint], rows: Sequence[PricePoint]
) -> Mapping[str, PriceGroups]:
    """The index with these rows in the place of those of `known` that have their ids; drafts only leave it."""
    return _moved(index, known, rows, [row for row in rows if row.lifecycle != "draft"])


def add_drafts(index: Mapping[str, PriceGroups], drafts: Sequence[PricePoint]) -> Mapping[str, PriceGroups]:
    """The index with these drafts too, each before active points that are as specific."""
    return _moved(index, {}, drafts, drafts)


def _moved(
    index: Mapping[str, PriceGroups],
    known: Mapping[str, PricePoint],
    rows: Sequence[PricePoint],
    counting: Sequence[PricePoint],
) -> Mapping[str, PriceGroups]:
    if not rows:
        return index
    moving = {row.id for row in rows}
    offerings = {row.offering_id for row in rows} | {known[row_id].offering_id for row_id in moving if row_id in known}
    staying = [
        point
        for offering in offerings
        for group in index.get(offering, ())
        for point in group
        if point.id not in moving
    ]
    grouped = _grouped([*staying, *{row.id: row for row in counting}.values()])
    left = offerings - grouped.keys()
    moved = {**index, **grouped}
    for offering in left:
        moved.pop(offering, None)
    return moved


def _grouped(points: Iterable[PricePoint]) -> dict[str, PriceGroups]:
    found: dict[str, dict[tuple[str, str, str | None], list[PricePoint]]] = {}
    for point in points:
        groups = found.setdefault(point.offering_id, {})
        groups.setdefault((point.currency, point.type, point.period), []).append(point)
    return {offering: _sorted(groups.values()) for offering, groups in found.items()}


def _sorted(groups: Iterable[list[PricePoint]]) -> PriceGroups:
    # The currency has no meaning in the order; it only makes it the same whatever came first.
    ordered = sorted(groups, key=lambda group: (listing_order((group[0].type, group[0].period)), group[0].currency))
    return tuple(_ranked(group) for group in ordered)


def _ranked(group: list[PricePoint]) -> tuple[PricePoint, ...]:
    """The most specific first; of two that are as specific, the draft; but none after one that it replaces."""
    ranked = sorted(group, key=lambda point: (-len(point.criteria), point.lifecycle != "draft", point.id))
    replacing = [point for point in ranked if point.replaces]
    for _ in replacing:  # As often, for one that moves forward may have to stay behind another.
        for point in replacing:
            place = ranked.index(point)
            first = next((at for at, other in enumerate(ranked[:place]) if other.id in point.replaces), place)
            ranked.insert(first, ranked.pop(place))
    return tuple(ranked)
