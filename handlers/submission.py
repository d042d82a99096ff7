"""What a cart needs before it is ordered: a token for exactly this version of it, and of an amendment its order."""

from collections.abc import Iterator

from cartwright.wire.refusals import ErrorCode, Refusal
from handlers.amended_orders import order_errors
from handlers.needs import Context, Needs
from handlers.tokens import check_token
from handlers.validation import CartError, errors_of
from models.cart.cart import Cart


def submission_needs(_data: object) -> Needs:
    """The needs of commands that issue or read tokens."""
    return Needs(tokens=True, order=True)


def hindrances(cart: Cart, context: Context) -> Iterator[CartError]:
    """Everything that keeps the cart, as it is, from being ordered."""
    yield from order_errors(cart, context)
    yield from errors_of(cart, context.facts, context.at)


def check_ready(cart: Cart, token: str, context: Context) -> None:
    """Raise what is wrong with the token, with the first thing that is wrong with the cart, if there is any.

    The cart is looked at as it is, at its stored prices (001, notReadyForOrderCauseMessage). What is wrong with the
    order of an amendment is raised as well: the token says nothing about it.
    """
    try:
        check_token(context.fetched.tokens, token, cart, context.now)
    except Refusal as refusal:
        cause = next(hindrances(cart, context), None)
        told = (
            {}
            if cause is None
            else {"notReadyForOrderCause": cause.code, "notReadyForOrderCauseMessage": cause.message}
        )
        raise Refusal(
            refusal.code, refusal.message, details={**refusal.details, **told}, problems=refusal.problems
        ) from None
    for each in order_errors(cart, context):
        raise Refusal(ErrorCode(each.code), each.message, details=dict(each.parameters))
