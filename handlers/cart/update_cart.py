"""`update-cart`: header fields; a null removes one (001, PrivateCartInput; 002, Update Shopping Cart)."""

from collections.abc import Iterator

from cartwright.handlers.registry import Context, command
from cartwright.models.cart import Cart
from cartwright.models.cart_changes import HeaderChanged
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.header import HeaderFields
from cartwright.models.refusals import ErrorCode, Refusal


class UpdateCart(HeaderFields, CommandData):
    """The header fields to set; those left out stay as they are."""

    model_config = example({"country": "BE", "agentId": None})


@command("update-cart", UpdateCart)
def update_cart(cart: Cart, data: UpdateCart, context: Context) -> Iterator[Change]:
    """Set what differs."""
    given = data.wire()
    if "currency" in given and given["currency"] is None:
        raise Refusal.at("/data/currency", ErrorCode.INVALID, "A cart always has a currency.", "missing")
    current = cart.header.wire()
    after = {name: value for name, value in given.items() if current.get(name) != value}
    if after:
        yield HeaderChanged(before={name: current.get(name) for name in after}, after=after)
