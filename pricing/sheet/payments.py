"""Payments: which prices are paid together. An amount, a ceiling or a floor is for what is due on one day.

The first periods of all prices begin with the order, so they are one payment. Later ones begin on days of their own:
those of a prorated price on the cart's bill cycle day, perhaps in certain months, those of any other on the day of the
order. Of prices that have the same days a longer period begins together with shorter ones of which it is a multiple.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from cartwright.wire.periods import parse_period, period_length
from cartwright.wire.zones import wall_clock
from pricing.arithmetic.billing_cycles import CalendarError, Period, cycle_around, start_of
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet


class Payment(NamedTuple):
    """What some rows come to on a day when they are paid.

    `together` are all rows that are paid on every such day; those that are not its own are shorter, and `others` are
    the places of their payments.
    """

    rows: Collection[Row]
    together: Collection[Row]
    others: Sequence[int] = ()


class Cycle(NamedTuple):
    """The days on which the later periods of a price begin: a day of the month, and where the second period does.

    Without these, all prices that are compared begin theirs on the day of the order.
    """

    period: str | None
    day: int = 0
    second: date = date.min

    def begins(self, number: int) -> tuple[date, int, str]:
        """By what the periods with this number come one after the other: their days, or their lengths."""
        if not self.day:
            return date.min, period_length(self.period), self.period or ""
        origin = datetime.combine(self.second, time())
        try:
            return start_of(origin, number - 2, self.day, self.period or "").date(), 0, ""
        except CalendarError:
            return date.max, 0, ""

    def begins_with(self, shorter: "Cycle") -> bool:
        """Whether no period of this one begins without one of a shorter one."""
        if self.day != shorter.day or not is_multiple(self.period, shorter.period):
            return False
        months = (self.second.year - shorter.second.year) * 12 + self.second.month - shorter.second.month
        return months % (parse_period(shorter.period or "").months or 1) == 0


def payments(rows: Collection[Row], sheet: Worksheet) -> list[Payment]:
    """The payments in which rows are due: one of all in the first period, then one of each cycle, short ones first."""
    dated = sheet.cart.header.bill_cycle_day is not None
    if sheet.calendar.first == 1 or not (dated or len({row.period for row in rows}) > 1):
        return [Payment(rows, rows)]
    cycles, found = _by_cycle(rows, sheet), list[Payment]()
    ordered = sorted(cycles, key=lambda each: (period_length(each.period), each.period or "", *each[1:]))
    for cycle in ordered:
        others = [place for place in range(len(found)) if cycle.begins_with(ordered[place])]
        own = cycles[cycle]
        found.append(Payment(own, own.union(*(cycles[ordered[place]] for place in others)), others))
    return found


def asked_for_first(rows: Collection[Row], sheet: Worksheet) -> Collection[Row]:
    """Of prices whose first periods are over, those that are paid before the others that cost something."""
    cycles = _by_cycle(rows, sheet)
    begins = {cycle: cycle.begins(sheet.calendar.first) for cycle in cycles}
    costing = [cycle for cycle, own in cycles.items() if any(row.amount > row.least for row in own)]
    first = min([begins[cycle] for cycle in costing], default=None)
    return {row for cycle, own in cycles.items() if begins[cycle] == first for row in own}


def is_multiple(longer: str | None, shorter: str | None) -> bool:
    """Whether a period has so many times the length of a shorter one, so that it never begins without that."""
    whole, part = parse_period(longer or ""), parse_period(shorter or "")
    times = max(many // of for many, of in zip(whole, part, strict=True) if of)
    return whole == tuple(of * times for of in part)


def _by_cycle(rows: Collection[Row], sheet: Worksheet) -> dict[Cycle, set[Row]]:
    """The rows by the days on which their later periods begin, which are told where they are not the same for all."""
    cycle_day, found = sheet.cart.header.bill_cycle_day, dict[Cycle, set[Row]]()
    today = None
    if cycle_day is not None and any(row.point.is_prorated for row in rows):
        today = wall_clock(sheet.at, sheet.policy.time_zone).date()
    for row in rows:
        day = cycle_day if row.point.is_prorated else None
        cycle = Cycle(row.period) if today is None else _cycle(row.period or "", today, day, row.point.anchor_month)
        found.setdefault(cycle, set()).add(row)
    return found


@lru_cache(maxsize=1024)
def _cycle(period: str, today: date, cycle_day: int | None, anchor: int | None) -> Cycle:
    """The cycle of a price that is prorated until a bill cycle day, or is not."""
    try:
        if cycle_day is not None:
            return Cycle(period, cycle_day, cycle_around(today, cycle_day, Period.parse(period), anchor)[1])
        return Cycle(period, today.day, start_of(datetime.combine(today, time()), 1, today.day, period).date())
    except ValueError:  # then it is not prorated either, or never comes
        return Cycle(period, today.day, date.max)
