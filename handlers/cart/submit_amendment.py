"""`submit-amendment`: hand the changes of an order over; the order then says which cart amends it (002)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Token
from handlers.needs import Context
from handlers.registry import command
from handlers.submission import check_ready, submission_needs
from models.cart.cart import Cart
from models.changes.amendment_changes import AmendmentSubmitted
from models.changes.change import Change


class SubmitAmendment(CommandData):
    """The token that says that this version of the amendment is valid."""

    model_config = example({"token": "eyJhbGciOiJIUzI1NiIsInR5cCI6ImNhcnQtdmFsaWRpdHkifQ.e30.c2lnbmF0dXJl"})

    token: Token
    """The token of the last `validate-cart`."""


@command("submit-amendment", SubmitAmendment, needs=submission_needs)
def submit_amendment(cart: Cart, data: SubmitAmendment, context: Context) -> Iterator[Change]:
    """Submit it.

    Raises `invalid` for another cart, `signature-invalid`, `token-expired`, `stale-version`, and `cart-not-submitted`
    if the order is no longer as it was when the amendment began.
    """
    if cart.amendment is None:
        message = "The cart amends no order: submit it with submit-cart."
        raise Refusal.at("/data", ErrorCode.INVALID, message, "no-amendment")
    check_ready(cart, data.token, context)
    yield AmendmentSubmitted(amends=cart.amendment.amends)
