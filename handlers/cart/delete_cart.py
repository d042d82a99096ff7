"""`delete-cart`: delete a cart for good; its id is never used again (001, Delete item; 002, Delete Cart)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.cart_changes import CartDeleted
from models.changes.change import Change


class DeleteCart(CommandData):
    """No fields."""

    model_config = example({})


@command("delete-cart", DeleteCart)
def delete_cart(cart: Cart, data: DeleteCart, context: Context) -> Iterator[Change]:
    """Delete the cart."""
    yield CartDeleted()
