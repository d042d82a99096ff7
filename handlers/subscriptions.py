"""Subscriptions: which order a subscription is, and what of it was paid for a period (001).

A subscription is the last submitted cart with its id under the key `subscriptionId`: several carts may have that key,
those that are not submitted do not count. Its recurring lines are paid for one period from their submission on; the
first one of a prorated price ends with the bill cycle. Days are those of the pricing policy's time zone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.lines import PaidPeriod
from cartwright.wire.money import format_amount
from cartwright.wire.periods import parse_period
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, Text, format_time
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from cartwright.wire.zones import instant, wall_clock
from facts.snapshot import Facts
from handlers.needs import Context
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.keys import SUBSCRIPTION_ID
from models.cart.price import Price, stated
from models.cart.sources import CREDIT, PRORATION
from models.catalog.price_point import PricePoint
from models.changes.cart_changes import CartCreated
from pricing.arithmetic.billing_cycles import Period, cycle_around
from pricing.sheet.policies import policy_of
from pricing.sheet.shown import sheet_shown, taxed_as_shown
from queries.fields import FIELDS, field_named
from queries.filters import And, Comparison
from queries.search import BY_ID, CartSearch, Page, SortKey

PLACE = "/data/subscriptionId"


class OfSubscription(CommandData):
    """Which subscription, and what the caller wants to remember of it."""

    subscription_id: Id = Field()
    """The subscription: the last submitted cart with this key `subscriptionId`."""
    external_context: Text | None = None
    """Text of the caller's own, kept as sent; that of the subscription if absent."""


def order_search(subscription_id: str) -> CartSearch:
    """What finds the order that the subscription is; a submitted cart does not change, so the last change counts."""
    key = field_named(f"keys.{SUBSCRIPTION_ID}")
    if key is None:
        raise LookupError("carts are found by their keys")
    of_it = Comparison(key, "=", subscription_id)
    submitted = Comparison(FIELDS["status"], "=", CartStatus.SUBMITTED.value)
    return CartSearch(And((of_it, submitted)), (SortKey(FIELDS["updatedAt"], descending=True), BY_ID), Page(1))


def order_of(subscription_id: str, context: Context) -> Cart:
    """The order that was found; raises `cart-not-found`."""
    rows = context.fetched.found[order_search(subscription_id)].rows
    if not rows:
        raise Refusal.at(PLACE, ErrorCode.CART_NOT_FOUND, "No submitted cart has this subscription.")
    order: Cart = rows[0]
    return order


def opened_for(order: Cart, data: OfSubscription, source: str, **header: object) -> CartCreated:
    """A new cart for the subscription: with the head of its order, of whose keys only the subscription comes along."""
    fields: Document = {**order.header.wire(), "keys": {SUBSCRIPTION_ID: data.subscription_id}, "source": source}
    fields |= {} if data.external_context is None else {"externalContext": data.external_context}
    return CartCreated(header={**fields, **{name: value for name, value in header.items() if value is not None}})


def lines_of(order: Cart) -> dict[str, list[Item]]:
    """The recurring lines of a subscription: those without a parent, each with what hangs on it, in cart order.

    They are lines of which a price was paid for a period, be it their own or that of a line that hangs on them.
    """
    parents = {item.id: item.parent_id for item in order.items}
    found: dict[str, list[Item]] = {}
    for item in order.items:
        top = item.id
        while (parent := parents.get(top)) is not None:
            top = parent
        found.setdefault(top, []).append(item)
    return {top: items for top, items in found.items() if any(_recurring(items)) and not items[0].is_gift}


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for a line for a period, with tax and without."""

    gross: int
    net: int


def paid_period(order: Cart, items: Sequence[Item], facts: Facts) -> PaidPeriod:
    """The period from the submission on that was paid for a recurring line and what hangs on it.

    If it has several periods, or some end with the bill cycle and some do not, those count that end with the first one.
    Raises `invalid` for one of less than a day.
    """
    zone = policy_of(order, facts).time_zone
    start = wall_clock(order.updated.at, zone)
    ends = [(item, price, _paid_until(price, start, order, facts)) for item, price in _recurring(items)]
    _, first, end = ends[0]
    if end.date() <= start.date():
        message = f"A period of {first.period} has no days to credit."
        raise Refusal.at(PLACE, ErrorCode.INVALID, message, "period-too-short")
    paid = [_paid(item, price, order, facts) for item, price, until in ends if until == end]
    # Without the limits of what comes in: a day of the zone may lie within one of UTC.
    return read_stored(
        PaidPeriod,
        {
            "startDateTime": format_time(order.updated.at),
            "endDateTime": format_time(instant(end, zone)),
            "currency": order.currency,
            "amount": format_amount(sum(each.gross for each in paid), order.currency),
            "netAmount": format_amount(sum(each.net for each in paid), order.currency),
        },
    )


def _recurring(items: Iterable[Item]) -> Iterator[tuple[Item, Price]]:
    """The recurring prices that were paid at the submission, with their lines."""
    for each in items:
        for price in each.prices:
            if price.type == "recurring" and not price.arrears:
                yield each, price


def _paid(item: Item, price: Price, order: Cart, facts: Facts) -> Paid:
    """What was paid for a price's first period; a credit of an earlier period counts as paid."""
    credit = sum(each.amount for each in price.alterations if each.source == CREDIT)
    if not credit:
        return Paid(price.gross, price.net)
    taxed = taxed_as_shown(stated(price) - credit, price, item, sheet_shown(order, facts))
    return Paid(taxed.gross, taxed.net)


def _paid_until(price: Price, start: datetime, order: Cart, facts: Facts) -> datetime:
    """What the clocks show when the period ends that a price was paid for from `start` on, by the calendar."""
    closes = _cycle_end(price, start.date(), order, facts)
    if closes is not None:
        return datetime.combine(closes, time(), start.tzinfo)
    months, days, seconds = parse_period(price.period or "")
    day = Period(months=months).after(start.date(), 1, start.day) if months else start.date()
    return datetime.combine(day, start.timetz()) + timedelta(days=days, seconds=seconds)


def _cycle_end(price: Price, day: date, order: Cart, facts: Facts) -> date | None:
    """The bill cycle day until which a prorated price was paid; None for any other price.

    Prorated is what shows that it was, and what began together with a cycle, of which nothing was taken off.
    """
    cycle_day = order.header.bill_cycle_day
    point: PricePoint | None = facts.table("prices").get(price.id)
    shown = any(each.source == PRORATION for each in price.alterations)
    if cycle_day is None or not (shown or (point is not None and point.is_prorated)):
        return None
    anchor = point.anchor_month if point is not None else None
    try:
        opens, closes = cycle_around(day, cycle_day, Period.parse(price.period or ""), anchor)
    except ValueError:  # then it could not be prorated either
        return None
    return closes if shown or opens == day else None
