"""What a cart needs before it is ordered: a token for exactly this version of it."""

from cartwright.wire.refusals import Refusal
from handlers.needs import Context, Needs
from handlers.tokens import check_token
from handlers.validation import errors_of
from models.cart.cart import Cart


def needs_tokens(_data: object) -> Needs:
    """The needs of commands that issue or read tokens."""
    return Needs(tokens=True)


def check_ready(cart: Cart, token: str, context: Context) -> None:
    """Raise what is wrong with the token, with the first thing that is wrong with the cart, if there is any.

    The cart is looked at as it is, at its stored prices (001, notReadyForOrderCauseMessage).
    """
    try:
        check_token(context.fetched.tokens, token, cart, context.now)
    except Refusal as refusal:
        cause = next(errors_of(cart, context.facts, context.at), None)
        told = (
            {}
            if cause is None
            else {"notReadyForOrderCause": cause.code, "notReadyForOrderCauseMessage": cause.message}
        )
        raise Refusal(
            refusal.code, refusal.message, details={**refusal.details, **told}, problems=refusal.problems
        ) from None
