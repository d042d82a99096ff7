"""Choosing price points: of all that match the circumstances, the most specific one per price type and period."""

from datetime import datetime

from cartwright.models.cart import Cart, Item
from cartwright.models.catalog import Offering, PricePoint
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.pricing.facts import Facts
from cartwright.pricing.tiers import unit_amount
from cartwright.pricing.validity import valid_at
from cartwright.pricing.worksheet import Row, Worksheet

PRICED_ACTIONS = frozenset({"add", "modify", "swap"})
"""Actions that sell something; what is kept or given up costs nothing new (002, 004)."""


def choose_prices(sheet: Worksheet) -> None:
    """Give every sold line its rows; raise `price-not-found` for an offering that has no price here."""
    cart_facts = circumstances(sheet.cart)
    for line in sheet.lines:
        if line.offering is not None and line.item.action in PRICED_ACTIONS:
            points = matching(line.item, cart_facts, sheet)
            if not points and not _included(line.item, line.offering):
                raise _price_not_found(sheet.cart, line.item)
            line.rows = [Row(point, unit_amount(point, line.item.quantity)) for point in points]


def circumstances(cart: Cart) -> frozenset[tuple[str, str]]:
    """What a price point's criteria are compared with, as pairs of name and value."""
    header = cart.header
    pairs: set[tuple[str, str]] = set()
    for name, reference in (("channel", header.channel), ("place", header.place)):
        if reference is not None:
            pairs |= {(name, value) for value in (reference.id, reference.name) if value is not None}
    segment = header.market_segment
    if isinstance(segment, str):
        pairs.add(("market_segment", segment))
    elif segment is not None:
        pairs |= {("market_segment", value) for value in (segment.id, segment.name) if value is not None}
    return frozenset(pairs)


def matching(item: Item, cart_facts: frozenset[tuple[str, str]], sheet: Worksheet) -> list[PricePoint]:
    """The price points that apply to one line, one per type and period, one-time first."""
    have = cart_facts | {(f"characteristics.{name}", value) for name, value in item.characteristics.items()}
    if item.term is not None:
        have |= {("term", item.term)}
    best: dict[tuple[str, str | None], PricePoint] = {}
    for point in _candidates(sheet.facts, item, sheet.cart.currency, sheet.at):
        if point.criteria <= have:
            key = (point.type, point.period)
            if key not in best or len(point.criteria) > len(best[key].criteria):
                best[key] = point
    return sorted(best.values(), key=lambda point: (TYPE_ORDER[point.type], point.period or "", point.id))


def _candidates(facts: Facts, item: Item, currency: str, at: datetime) -> list[PricePoint]:
    points = facts.price_points_of.get(item.offering_id or "", ())
    return [point for point in points if point.currency == currency and valid_at(point.valid_for, at)]


def _included(item: Item, offering: Offering) -> bool:
    """A bundle, or a member of one, may cost nothing of its own."""
    return bool(offering.bundle) or item.parent_id is not None


def _price_not_found(cart: Cart, item: Item) -> Refusal:
    return Refusal(
        ErrorCode.PRICE_NOT_FOUND,
        f"Offering {item.offering_id} has no price in {cart.currency} for this cart.",
        details={"itemId": item.id, "offeringId": item.offering_id, "currency": cart.currency},
    )


TYPE_ORDER = {"one-time": 0, "recurring": 1, "allowance": 2, "usage": 3}
"""The order in which price types are listed."""
