"""The cart that a command or a query begins with: one that is there, or a blank one."""

from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.header import Header
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.status import CartStatus
from models.cart.cart import Cart, Stamp


def opened(cart: Cart | None, command: AnyCommand, at: datetime, *, blank: bool) -> Cart:
    """The cart, or version 0 of one if it must not exist yet; raises `cart-exists`, `cart-not-found`."""
    if blank:
        if cart is not None:
            raise Refusal(ErrorCode.CART_EXISTS, "There is, or was, a cart with this id.")
        return blank_cart(command.tenant, command.cart_id, at, command.actor)
    if cart is None or cart.status is CartStatus.DELETED:
        raise Refusal(ErrorCode.CART_NOT_FOUND, "There is no cart with this id.")
    return cart


def blank_cart(tenant: str, cart_id: str, at: datetime, actor: str | None) -> Cart:
    """Version 0 of a cart: what the first change is applied to."""
    return Cart(
        id=cart_id,
        tenant=tenant,
        version=0,
        status=CartStatus.ACTIVE,
        header=Header.model_construct(currency="XXX"),
        created=Stamp(at, actor),
        updated=Stamp(at, actor),
    )


def is_stale(command: AnyCommand, cart: Cart) -> bool:
    """Whether the command expects an older version, but may be rebased; raises `stale-version` if it may not."""
    expected = command.envelope.version
    if expected is None or expected == cart.version:
        return False
    if command.envelope.on_conflict == "rebase" and expected < cart.version:
        return True
    raise Refusal(
        ErrorCode.STALE_VERSION,
        f"The cart is at version {cart.version}, the command expected {expected}.",
        details={"currentVersion": cart.version},
    )
