"""A blank cart: what the first change is applied to."""

from datetime import datetime

from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Stamp
from models.cart.headers import header_in


def blank_cart(tenant: str, cart_id: str, at: datetime, actor: str | None) -> Cart:
    """Version 0 of a cart: what the first change is applied to."""
    return Cart(
        id=cart_id,
        tenant=tenant,
        version=0,
        status=CartStatus.ACTIVE,
        header=header_in("XXX"),
        created=Stamp(at, actor),
        updated=Stamp(at, actor),
    )
