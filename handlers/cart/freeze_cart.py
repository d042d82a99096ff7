"""`freeze-cart`: keep the catalog and the time that the cart's prices are from until a given time."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Time, format_time
from handlers.needs import Context, Needs
from handlers.registry import command
from handlers.times import check_future
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import CartFrozen


class FreezeCart(CommandData):
    """Until when."""

    model_config = example({"until": "2026-12-31T23:00:00Z"})

    until: Time
    """When the cart's prices follow the catalog again; it must lie in the future."""


@command("freeze-cart", FreezeCart, needs=lambda _: Needs(own_catalog=True))
def freeze_cart(cart: Cart, data: FreezeCart, context: Context) -> Iterator[Change]:
    """Freeze the cart at the prices that it has."""
    until = check_future("until", data.until, context.now)
    if cart.frozen_until != until:
        yield CartFrozen(until=format_time(until))
