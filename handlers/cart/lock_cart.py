"""`lock-cart`: let only one owner change the cart for a while; the owner extends the lock by locking it again."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id, format_time
from handlers.lifecycle import check_owner
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import CartLocked


class LockCart(CommandData):
    """Who locks the cart, and for how long."""

    model_config = example({"owner": "agent-7", "seconds": 300})

    owner: Id
    """Who may change the cart: commands whose header `lock-owner` says so."""
    seconds: Annotated[int, Field(ge=1, le=86_400)]
    """After how many seconds the lock ends by itself."""


@command("lock-cart", LockCart)
def lock_cart(cart: Cart, data: LockCart, context: Context) -> Iterator[Change]:
    """Lock the cart from now on; raises `cart-locked` if somebody else has."""
    check_owner(cart, data.owner)
    until = format_time(context.now + timedelta(seconds=data.seconds))
    if cart.lock is None or format_time(cart.lock.until) != until:
        yield CartLocked(owner=data.owner, until=until)
