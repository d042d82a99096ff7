"""`reprice-cart`: recalculate all prices, now or as of another time, and report what changed and why (002, Reprice)."""

from collections.abc import Iterable

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import PricingTime
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change


class RepriceCart(CommandData):
    """When the prices are valid."""

    model_config = example({"asOf": "2026-01-01T00:00:00Z"})

    as_of: PricingTime | None = None
    """The time whose prices count; now if absent."""


@command(
    "reprice-cart",
    RepriceCart,
    needs=lambda data: Needs(at=data.as_of),
    reprices=True,
    reply_type="price-changed",
)
def reprice_cart(cart: Cart, data: RepriceCart, context: Context) -> Iterable[Change]:
    """No change besides the prices."""
    return ()
