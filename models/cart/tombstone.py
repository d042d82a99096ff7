"""What is left of a deleted cart for good: its id, version and times, and no customer data."""

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Stamp
from models.cart.headers import header_in


def tombstone(cart: Cart) -> Cart:
    """A deleted cart without all that only its last reply shows."""
    return Cart(
        id=cart.id,
        tenant=cart.tenant,
        version=cart.version,
        status=CartStatus.DELETED,
        header=header_in(cart.header.currency),
        created=Stamp(cart.created.at, None),
        updated=Stamp(cart.updated.at, None),
    )
