"""`delete-cart`: for good; a tombstone answers redeliveries for a while (001, Delete item; 002, Delete Cart)."""

from collections.abc import Iterator

from cartwright.handlers.registry import Context, command
from cartwright.models.cart import Cart
from cartwright.models.cart_changes import CartDeleted
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example


class DeleteCart(CommandData):
    """Nothing to say."""

    model_config = example({})


@command("delete-cart", DeleteCart, on_read_only=True)
def delete_cart(cart: Cart, data: DeleteCart, context: Context) -> Iterator[Change]:
    """Delete the cart."""
    yield CartDeleted()
