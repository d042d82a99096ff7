"""`submit-cart`: hand a validated cart over to be ordered; from then on it is read-only (001, 002)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Token
from handlers.needs import Context
from handlers.registry import command
from handlers.submission import check_ready, submission_needs
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.submission_changes import CartSubmitted


class SubmitCart(CommandData):
    """The token that says that this version of the cart is valid."""

    model_config = example({"token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImNhcnQtdmFsaWRpdHkifQ.e30.c2lnbmF0dXJl"})

    token: Token
    """The token of the last `validate-cart`."""


@command("submit-cart", SubmitCart, needs=submission_needs)
def submit_cart(cart: Cart, data: SubmitCart, context: Context) -> Iterator[Change]:
    """Submit it; raises `invalid` for an amendment, `signature-invalid`, `token-expired`, `stale-version`."""
    if cart.amendment is not None:
        message = "The cart amends an order: submit it with submit-amendment."
        raise Refusal.at("/data", ErrorCode.INVALID, message, "amendment")
    check_ready(cart, data.token, context)
    yield CartSubmitted()
