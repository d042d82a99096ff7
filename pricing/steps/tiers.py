"""Quantity tiers of a price point."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from cartwright.wire.policy import Rounding
from models.catalog.price_point import PricePoint
from models.money.rates import UnitPrice, parse_unit_price
from models.money.rounding import round_exact
from pricing.arithmetic.block_tiers import Tier, TierMode, graduated_parts, tiered_price
from pricing.arithmetic.spreading import Run, Runs
from pricing.sheet.rows import Row
from pricing.sheet.tariffs import at_tariff, tariff_of


def tier_amount(point: PricePoint, quantity: int) -> str:
    """The price of a block at this quantity, a decimal string: that of the tier reached, or the point's own."""
    reached = [tier.amount for tier in point.tiers if tier.min_quantity <= quantity]
    return reached[-1] if reached else point.amount


def exact_list_price(point: PricePoint, quantity: int) -> Fraction:
    """The price of that many units in minor units, unrounded."""
    if not point.tiers:
        return _exact(point.unit_price) * quantity
    return tiered_price(_tiers(point), quantity, TierMode(point.tier_mode))


def price_in_tiers(point: PricePoint, quantity: int, rounding: Rounding) -> int:
    """The price of that many units in minor units, rounded once."""
    return round_exact(exact_list_price(point, quantity), rounding)


def runs_in_tiers(point: PricePoint, quantity: int, rounding: Rounding) -> Runs | None:
    """What the units cost that graduated tiers price differently; they sum to the price in tiers.

    None where all cost the same.
    """
    if TierMode(point.tier_mode) is not TierMode.GRADUATED:
        return None
    parts = graduated_parts(_tiers(point), quantity)
    if len(parts) == 1:
        return None
    runs, exact, before = list[Run](), Fraction(0), 0
    for units, price in parts:
        exact += price
        after = round_exact(exact, rounding)
        runs.append(Run(after - before, units, price % units != 0))
        before = after
    return tuple(runs)


def reach_tiers_together(rows: Sequence[Row], kept: Sequence[Row] = ()) -> None:
    """Give price points with shared tiers the price of the tier that the units of all their rows reach.

    The units of lines that keep their amounts count too; of points whose place others take, so do the rows that would
    have them otherwise.
    """
    having, instead = Counter[str](), Counter[str]()
    for row in kept:
        having[row.point_id] += row.quantity
    for row in rows:
        having[row.point_id] += row.quantity
        for each in row.replaced:
            instead[each.id] += row.quantity
    together = having + instead
    for row in rows:
        row.take(at_tier(row.point, having))
        row.replaced = tuple([at_tier(each, together) for each in row.replaced])


def at_tier(point: PricePoint, units: Mapping[str, int]) -> PricePoint:
    """The point at the price of the tier that these units reach, by points' ids, if lines share its tiers."""
    if not (point.tiers_over_lines and point.tiers):
        return point
    return at_tariff(point, replace(tariff_of(point), amount=tier_amount(point, units[point.id]), tiers=()))


def _tiers(point: PricePoint) -> list[Tier]:
    """The tiers with their capacities; below the first of them the point's own amount counts."""
    starts = [1, *(tier.min_quantity for tier in point.tiers)]
    sizes = [1, *(tier.block_size for tier in point.tiers)]
    prices = [point.unit_price, *(parse_unit_price(tier.amount, point.currency) for tier in point.tiers)]
    blocks = [(after - start) // size for start, after, size in zip(starts, starts[1:], sizes, strict=False)]
    tiers = [Tier(size, most, _exact(price)) for size, most, price in zip(sizes, [*blocks, None], prices, strict=True)]
    return tiers if starts[1] > 1 else tiers[1:]


def _exact(price: UnitPrice) -> Fraction:
    return Fraction(price.coefficient, 10**price.scale)
