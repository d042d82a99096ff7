"""The cart that a command or a query is about: in a state that allows it, and at the version that it expects."""

from datetime import datetime

from cartwright.wire.command import AnyCommand
from cartwright.wire.refusals import ErrorCode, Refusal
from engine.opening import blank_cart
from handlers.kinds import CartCommand, Query
from handlers.lifecycle import check_state
from models.cart.cart import Cart


def opened(entry: CartCommand | Query, cart: Cart | None, command: AnyCommand, at: datetime) -> Cart:
    """The cart, or version 0 of one that does not exist yet; raises the refusal of a command that can't have it.

    A query about no cart sees a blank one, whatever cart has the id that it names.
    """
    check_state(entry, None if cart is None else cart.status)
    if cart is None or (isinstance(entry, Query) and entry.blank):
        return blank_cart(command.tenant, command.cart_id, at, command.actor)
    return cart.as_of(at)


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
