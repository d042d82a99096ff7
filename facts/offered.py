"""Which price points a cart is offered: those of its currency that hold for it, whatever a line still has to choose."""

from datetime import datetime

from facts.circumstances import agreement_in_force, cart_circumstances
from facts.snapshot import Facts
from facts.validity import valid_at
from models.cart.cart import Cart
from models.catalog.price_point import PricePoint

ACCESS_MODE = "accessMode"
"""The characteristic whose value names an access mode of an offering (003): each mode is a price point."""


def offered_prices(cart: Cart, offering_id: str, facts: Facts, at: datetime) -> list[PricePoint]:
    """The price points of an offering that hold for the cart at this time, in listing order.

    Term and characteristics are what a line chooses, so they are not compared; of points that differ in neither, nor
    in type and period, the most specific one counts.
    """
    own = cart_circumstances(cart.header, agreement_in_force(cart.header, facts.agreements, at))
    found: dict[object, PricePoint] = {}
    for group in facts.prices_of.get(offering_id, ()):
        if group[0].currency != cart.currency:
            continue
        for point in group:
            choice = frozenset(pair for pair in point.criteria if _chosen_by_line(pair[0]))
            if valid_at(point.valid_for, at) and point.criteria - choice <= own:
                found.setdefault((point.type, point.period, choice), point)
    return list(found.values())


def _chosen_by_line(criterion: str) -> bool:
    return criterion == "term" or criterion.startswith("characteristics.")
