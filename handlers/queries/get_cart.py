"""`get-cart`: a cart by id or key; freshly priced on request, which is a dry run of a repricing."""

from collections.abc import Iterable

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id, Model, Name
from handlers.registry import Context, command
from models.cart.cart import Cart
from models.changes.change import Change


class CartKey(Model):
    """One of the keys that a cart was given, e.g. `salesJourneyId`."""

    name: Name
    value: Id


class GetCart(CommandData):
    """Which cart, unless the envelope names it, and whether at fresh prices."""

    model_config = example({"reprice": True})

    key: CartKey | None = None
    reprice: bool = Field(default=False)


@command(
    "get-cart",
    GetCart,
    reads=True,
    reprices=lambda data: data.reprice,
    lookup=lambda data: (data.key.name, data.key.value) if data.key else None,
)
def get_cart(cart: Cart, data: GetCart, context: Context) -> Iterable[Change]:
    """Nothing happens to the cart."""
    return ()
