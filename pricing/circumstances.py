"""What the criteria of prices and of exemptions are compared with, as pairs of name and value."""

from cartwright.models.cart import Item
from cartwright.models.header import Header, Reference

Circumstances = frozenset[tuple[str, str]]


def cart_circumstances(header: Header) -> Circumstances:
    """Those of the cart; what has an id and a name is met by either. The agreement is the key `agreementId`."""
    customer = header.customer
    found = {
        "agreement_id": (header.keys.get("agreementId"),),
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


def _names(reference: Reference | str | None) -> tuple[str | None, ...]:
    return (reference.id, reference.name) if isinstance(reference, Reference) else (reference,)
