"""`empty-cart`: remove all items and containers; the header stays (002, Empty Cart; 003, Reset Cart)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart, without_gifts
from models.changes.change import Change
from models.changes.container_changes import ContainerRemoved
from rules.removal import remove_items


class EmptyCart(CommandData):
    """No fields."""

    model_config = example({})


@command("empty-cart", EmptyCart)
def empty_cart(cart: Cart, data: EmptyCart, context: Context) -> Iterator[Change]:
    """Remove every item, then every container; gifts leave with their promotions."""
    yield from remove_items(cart, [item.id for item in without_gifts(cart.items)])
    for container in cart.containers:
        yield ContainerRemoved(container_id=container.id)
