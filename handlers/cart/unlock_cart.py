"""`unlock-cart`: end a lock before its time."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id
from handlers.lifecycle import check_owner
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import CartUnlocked


class UnlockCart(CommandData):
    """Whose lock it is."""

    model_config = example({"owner": "agent-7"})

    owner: Id
    """The lock's owner."""


@command("unlock-cart", UnlockCart)
def unlock_cart(cart: Cart, data: UnlockCart, context: Context) -> Iterator[Change]:
    """Take the lock off, if there is one; raises `cart-locked` if it is somebody else's."""
    check_owner(cart, data.owner)
    if cart.lock is not None:
        yield CartUnlocked(owner=data.owner)
