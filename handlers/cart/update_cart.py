"""`update-cart`: set header fields; null removes one (001, PrivateCartInput; 002, Update Shopping Cart).

Where the cart is sold is no field of it: channel, place and market segment change by `move-cart` only.
"""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.extensions import MAX_OF_CART
from cartwright.wire.header import HeaderFields
from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.differing import differing
from handlers.extensions import outgrown, with_extensions
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change


class UpdateCart(HeaderFields, CommandData):
    """The header fields to set; fields that are absent stay as they are."""

    model_config = example({"country": "BE", "agentId": None})


@command("update-cart", UpdateCart, needs=lambda data: Needs(customers=data.customer_ids))
def update_cart(cart: Cart, data: UpdateCart, context: Context) -> Iterator[Change]:
    """Set what differs."""
    given = with_extensions(data.wire(), cart.header.kept)
    if "currency" in given and given["currency"] is None:
        raise Refusal.at("/data/currency", ErrorCode.INVALID, "A cart always has a currency.", "missing")
    before, after = differing(given, cart.header.wire())
    if refusals := list(outgrown(after, "/data", MAX_OF_CART)):
        raise Refusal.of(refusals)
    if after:
        yield HeaderChanged(before=before, after=after)
