"""Proration: of a first period that only lasts until the next bill cycle day, the part that is left counts."""

from cartwright.wire.zones import wall_clock
from models.cart.sources import PRORATION
from pricing.sheet.first_periods import first_period
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet


def prorate_first_periods(sheet: Worksheet) -> None:
    """Leave of each prorated price what falls between now and the cart's bill cycle day."""
    cycle_day = sheet.cart.header.bill_cycle_day
    if cycle_day is None or sheet.calendar.first > 1:
        return
    for line in sheet.lines:
        for row in line.rows:
            if row.point.is_prorated:
                _prorate(row, cycle_day, sheet)


def _prorate(row: Row, cycle_day: int, sheet: Worksheet) -> None:
    """Leave a part of a row's first period; all of it, with a warning, where the period leads out of the calendar."""
    policy = sheet.policy
    try:
        first = first_period(row.point, cycle_day, sheet.at, policy)
    except ValueError:
        sheet.warn("proration-not-possible", f"Price {row.point_id} is not prorated: its period is {row.period}.")
        return
    if first is None:
        return
    part = first.part_of(row.amount, policy.rounding)
    if part != row.amount:
        row.alter(PRORATION, row.point_id, part - row.amount, 1, type=policy.proration)
    # Later periods may be due on other days than those of other prices.
    if first.is_cut or wall_clock(sheet.at, policy.time_zone).day != cycle_day:
        sheet.calendar.turn_after(1)
