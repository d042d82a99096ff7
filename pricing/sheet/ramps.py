"""Ramps: what a price point with phases or an uplift costs in the periods of a stretch.

The amounts of phases are what they say. An uplift begins to count with the last phase, and counts whole periods, so not
a first one that is cut. It is compound: each rise is of what the price was before it, reckoned exactly from the last
phase's amount.
"""

from dataclasses import replace
from functools import lru_cache

from models.cart.tariff import Tariff, TariffUplift
from models.catalog.price_point import PricePoint
from models.money.rates import parse_percent
from pricing.sheet.stretches import Calendar
from pricing.sheet.tariffs import at_tariff, scaled, tariff_of

RISES_TOLD = 10
"""An uplift never ends, and so would the phases: after so many rises they are told only as far as somebody asks."""


def in_stretch(point: PricePoint, calendar: Calendar, whole_from: int = 1) -> PricePoint:
    """The point as it is in a stretch, which ends where the price becomes another.

    `whole_from` is its first whole period (`pricing.sheet.first_periods`).
    """
    tariff = tariff_of(point)
    following = next((start for start in tariff.starts if start > calendar.first), None)
    rises = 0
    if following is None and tariff.uplift is not None:
        rises, following = _rises(tariff.uplift, max(tariff.starts[-1], whole_from), calendar)
    if following is not None:
        calendar.turn_at(following)
    return at_tariff(point, _flat(tariff, calendar.first, rises))


def _rises(uplift: TariffUplift, began: int, calendar: Calendar) -> tuple[int, int | None]:
    """How often what counts from then on has risen by now, and the period in which it does again."""
    rises = max(calendar.first - began, 0) // uplift.periods
    following = began + (rises + 1) * uplift.periods
    told = rises < RISES_TOLD or following <= calendar.horizon
    return rises, following if told else None


@lru_cache(maxsize=4096)
def _flat(tariff: Tariff, period: int, rises: int) -> Tariff:
    flat = replace(tariff, amount=tariff.amount_in(period), phases=(), uplift=None)
    if tariff.uplift is None or not rises:
        return flat
    return scaled(flat, (1 + parse_percent(tariff.uplift.percent)) ** rises)
