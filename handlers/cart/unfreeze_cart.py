"""`unfreeze-cart`: end a freeze before its time; the prices stay until the next command."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import CartUnfrozen


class UnfreezeCart(CommandData):
    """No fields."""

    model_config = example({})


@command("unfreeze-cart", UnfreezeCart)
def unfreeze_cart(cart: Cart, data: UnfreezeCart, context: Context) -> Iterator[Change]:
    """Unfreeze the cart, if it is frozen."""
    if cart.frozen_until is not None:
        yield CartUnfrozen()
