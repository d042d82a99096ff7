"""`validate-cart`: reprice the cart, list all that is wrong with it, or give a token with which to submit it (002)."""

from collections.abc import Iterable
from datetime import timedelta

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import format_time
from handlers.needs import Context
from handlers.registry import command
from handlers.submission import hindrances, submission_needs
from handlers.tokens import Validity
from models.answers.outcome import Outcome
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change
from pricing.price import price


class ValidateCart(CommandData):
    """No fields."""

    model_config = example({})


def tells(before: Cart, data: ValidateCart, context: Context, outcome: Outcome) -> Document:
    """All errors of the repriced cart, and without any a token for its version; a dry run issues none."""
    # What moved no amount is not written, and is an error all the same, such as another reason of a promotion.
    cart = price(outcome.cart, context.facts, context.at) if outcome.unchanged else outcome.cart
    errors = [each.wire() for each in hindrances(cart, context)]
    told: Document = {"valid": not errors, "errors": errors, "token": None, "expiresAt": None}
    if not errors and not context.command.envelope.dry_run:
        minutes = timedelta(minutes=context.facts.configuration.validity_minutes)
        expires_at = (context.now + minutes).replace(microsecond=0)
        validity = Validity(cart.tenant, cart.id, outcome.cart.version, expires_at)
        told.update(token=context.fetched.tokens.issue(validity), expiresAt=format_time(expires_at))
    return {"validation": told}


@command("validate-cart", ValidateCart, needs=submission_needs, reprices=True, tells=tells)
def validate_cart(cart: Cart, data: ValidateCart, context: Context) -> Iterable[Change]:
    """No change besides the prices."""
    return ()
