"""What the criteria of prices and of exemptions are compared with, as pairs of name and value."""

from collections.abc import Mapping
from datetime import datetime

from cartwright.wire.header import Header, Reference
from facts.validity import valid_at
from models.cart.cart import Item
from models.cart.keys import AGREEMENT_ID
from models.catalog.agreement import Agreement

Circumstances = frozenset[tuple[str, str]]


def agreement_in_force(header: Header, agreements: Mapping[str, Agreement], at: datetime) -> str | None:
    """The agreement that the cart names (key `agreementId`), unless the catalog knows that it does not apply.

    One that the catalog does not know at all is taken as the caller gives it (002, agreement based pricing).
    """
    named = header.keys.get(AGREEMENT_ID)
    known = agreements.get(named or "")
    if known is None:
        return named
    customer = header.customer.id if header.customer else None
    applies = valid_at(known.valid_for, at) and (not known.customer_ids or customer in known.customer_ids)
    return named if applies else None


def cart_circumstances(header: Header, agreement_id: str | None) -> Circumstances:
    """Those of the cart; what has an id and a name is met by either."""
    customer = header.customer
    found = {
        "agreement_id": (agreement_id,),
        "channel": _names(header.channel),
        "customer_id": (customer.id if customer else None,),
        "market_segment": _names(header.market_segment),
        "place": _names(header.place),
        "user_type": (customer.user_type if customer else None,),
    }
    return frozenset((name, value) for name, values in found.items() for value in values if value is not None)


def line_circumstances(of_cart: Circumstances, item: Item) -> Circumstances:
    """Those of the cart, and the line's term and characteristics."""
    own = {(f"characteristics.{name}", value) for name, value in item.characteristics.items()}
    if item.term is not None:
        own.add(("term", item.term))
    return of_cart | own


def is_at(place: str, header: Header) -> bool:
    """Whether a cart is at this place, by its id or name."""
    return place in _names(header.place)


def _names(reference: Reference | str | None) -> tuple[str | None, ...]:
    return (reference.id, reference.name) if isinstance(reference, Reference) else (reference,)
