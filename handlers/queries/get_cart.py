"""`get-cart`: read a cart by its id or one of its keys, at its stored prices, at today's, or as it once was."""

from dataclasses import replace

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id, Model, Name, Version
from handlers.amended_orders import amended_by
from handlers.needs import Context, Needs
from handlers.registry import query
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
    """Which cart, unless the envelope names it, at which prices or at which of its versions."""

    model_config = example({"reprice": True})

    key: CartKey | None = None
    """One of the cart's keys, instead of its id; not together with it."""
    reprice: bool = Field(default=False)
    """Whether to show the cart at today's prices; nothing is written."""
    at_version: Version | None = None
    """The version at which to show the cart, as it was then; not together with `reprice`."""

    @field_validator("at_version")
    @classmethod
    def _as_it_was_or_at_new_prices(cls, version: Version | None, info: ValidationInfo) -> Version | None:
        if version is not None and info.data.get("reprice"):
            raise PydanticCustomError("one-of", "reprice and atVersion can't be combined")
        return version


def needs(data: GetCart) -> Needs:
    """The cart by its key, if it is named so; the cart as it was, if that is asked for."""
    keys = ((data.key.name, data.key.value),) if data.key is not None else ()
    if data.at_version is not None:
        return Needs(keys=keys, versions=(data.at_version,))
    return Needs(keys=keys, amendments=True)


@query("get-cart", GetCart, needs=needs, reply_type="cart-updated")
def get_cart(cart: Cart, data: GetCart, context: Context) -> CartAnswer:
    """The cart as it is, as it was, or as `reprice-cart` would make it; raises `invalid` for a version that was not."""
    if data.reprice:
        repriced = CartAnswer.of("cart-updated", "dry-run", context.would_be(cart, (), context.facts))
        return replace(repriced, amended_by=amended_by(context))
    shown = cart if data.at_version is None else context.fetched.versions.get(data.at_version)
    if shown is None:
        message = f"The cart was never at version {data.at_version}, or its history until then is archived."
        raise Refusal.at("/data/atVersion", ErrorCode.INVALID, message, "unknown-version")
    explain = context.command.envelope.explain
    explanation = explain_as_priced(shown, context.fetched.catalogs.values()) if explain else None
    answer = CartAnswer.of("cart-updated", "read", Outcome(shown, [], [], explanation))
    return replace(answer, amended_by=amended_by(context)) if data.at_version is None else answer
