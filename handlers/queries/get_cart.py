"""`get-cart`: read a cart by its id or one of its keys, at its stored prices or at today's."""

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import Id, Model, Name
from handlers.registry import NOTHING, Context, Needs, query
from models.answers.cart_answer import CartAnswer
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from pricing.explaining import explain_as_priced


class CartKey(Model):
    """One of the keys that a cart was given, e.g. `salesJourneyId`."""

    name: Name
    """The key's name, e.g. `salesJourneyId`."""
    value: Id
    """The key's value."""


class GetCart(CommandData):
    """Which cart, unless the envelope names it, and at which prices."""

    model_config = example({"reprice": True})

    key: CartKey | None = None
    """One of the cart's keys, instead of its id."""
    reprice: bool = Field(default=False)
    """Whether to show the cart at today's prices; nothing is written."""


def needs(data: GetCart) -> Needs:
    """The cart by its key, if it is named so."""
    return Needs(keys=((data.key.name, data.key.value),)) if data.key else NOTHING


@query("get-cart", GetCart, needs=needs, reply_type="cart-updated")
def get_cart(cart: Cart, data: GetCart, context: Context) -> CartAnswer:
    """The cart as it is, or as `reprice-cart` would make it."""
    if data.reprice:
        return CartAnswer.of("cart-updated", "dry-run", context.would_be(cart, (), context.facts))
    explain = context.command.envelope.explain
    explanation = explain_as_priced(cart, context.fetched.catalogs.values()) if explain else None
    return CartAnswer.of("cart-updated", "read", Outcome(cart, [], [], explanation))
