"""What is left of a deleted cart for good: its id, version and times, and no customer data."""

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Stamp


def tombstone(cart: Cart) -> Cart:
    """A deleted cart without all that only its last reply shows."""
    return Cart(
        id=cart.id,
        tenant=cart.tenant,
        version=cart.version,
        status=CartStatus.DELETED,
        header=Header.model_construct(currency=cart.header.currency),
        created=Stamp(cart.created.at, None),
        updated=Stamp(cart.updated.at, None),
    )
