"""Forecasts: the bills of a priced cart's next periods, with the days on which they are due.

A price that recurs is billed on the first day of each of its periods, one in arrears on the day after the last. The
first period begins when the cart is priced; that of a prorated price lasts until the cart's bill cycle day. Days are
those of the pricing policy's time zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import reduce
from itertools import count, islice, pairwise, takewhile

from cartwright.wire.periods import DAY, period_length
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.price import Price, TaxLine, in_period
from pricing.arithmetic.billing_cycles import Period, cycle_around, start_of
from pricing.sheet.shown import proration_of


@dataclass(frozen=True, slots=True)
class Bill:
    """What is due on one day for all prices of one type, in minor units; their period, if all have the same."""

    day: date
    type: str
    period: str | None
    net: int
    taxes: tuple[TaxLine, ...]
    gross: int


def forecast(cart: Cart, facts: Facts, at: datetime, periods: int) -> list[Bill]:
    """The bills of so many periods of every price with the shortest one, for a cart priced at this time.

    Longer periods count that begin before the day on which the first of these prices has had as many. The time is what
    the clocks show where days count. Bills come by day; what is paid once is due on the first. Raises `CalendarError`
    where the periods lead out of the calendar.
    """
    bills: dict[tuple[date, str], Bill] = {}
    for bill in _bills(cart, facts, at, periods):
        key = bill.day, bill.type
        known = bills.get(key)
        bills[key] = bill if known is None else _together(known, bill)
    return [bills[key] for key in sorted(bills)]


def sum_of(bills: Sequence[Bill], day: date) -> Bill:
    """All bills as if they were due on one day."""
    return reduce(_together, bills, Bill(day, "one-time", None, 0, (), 0))


def last_dues(cart: Cart, facts: Facts, at: datetime, periods: int) -> dict[tuple[str, str], datetime]:
    """When the last of these bills is due of each price that recurs, by item id and period; raises as `forecast`."""
    return {
        (item_id, price.period): due
        for item_id, price, _, due in _due(cart, facts, at, periods)
        if price.period is not None
    }


def _bills(cart: Cart, facts: Facts, at: datetime, periods: int) -> Iterator[Bill]:
    for _, price, number, due in _due(cart, facts, at, periods):
        phase = in_period(price, number)
        yield Bill(due.date(), price.type, price.period, phase.net, phase.taxes, phase.gross)


def _due(cart: Cart, facts: Facts, at: datetime, periods: int) -> Iterator[tuple[str, Price, int, datetime]]:
    """Each price that is billed, with its item's id, for each of its periods by number, and when that is due."""
    priced = [(item.id, price) for item in cart.items for price in item.prices if price.type in DUE_NOW]
    recurring = [price for _, price in priced if price.period is not None]
    shortest = min([period_length(price.period) for price in recurring], default=0)
    counted = [price for price in recurring if period_length(price.period) == shortest]
    end = min([next(islice(_starts(price, cart, facts, at), periods, None)) for price in counted], default=at)
    if shortest >= DAY:  # a bill of the day on which these prices are due again would lack them
        end = datetime.combine(end.date(), time(), UTC)
    for item_id, price in priced:
        if price.period is None:
            yield item_id, price, 1, at
            continue
        told: Iterator[tuple[datetime, datetime]] = pairwise(_starts(price, cart, facts, at))
        if period_length(price.period) == shortest:
            told = islice(told, periods)
        else:
            told = takewhile(lambda period: period[0] < end, told)
        for number, (start, following) in enumerate(told, start=1):
            yield item_id, price, number, following if price.arrears else start


def _starts(price: Price, cart: Cart, facts: Facts, at: datetime) -> Iterator[datetime]:
    """When each period of a price begins."""
    cycle_day, start = at.day, at
    prorated, anchor = proration_of(price, facts)
    if cart.header.bill_cycle_day is not None and prorated:
        cycle_day = cart.header.bill_cycle_day
        yield start
        second = cycle_around(at.date(), cycle_day, Period.parse(price.period or ""), anchor)[1]
        start = datetime.combine(second, time(), UTC)
    for number in count():
        yield start_of(start, number, cycle_day, price.period or "")


def _together(one: Bill, other: Bill) -> Bill:
    taxes: dict[tuple[str, str], int] = {}
    for tax in (*one.taxes, *other.taxes):
        taxes[tax.id, tax.rate] = taxes.get((tax.id, tax.rate), 0) + tax.amount
    lines = tuple([TaxLine(tax_id, rate, amount) for (tax_id, rate), amount in sorted(taxes.items())])
    period = one.period if one.period == other.period else None
    return Bill(one.day, one.type, period, one.net + other.net, lines, one.gross + other.gross)
