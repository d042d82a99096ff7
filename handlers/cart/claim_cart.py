"""`claim-cart`: make a saved cart that nobody owns a customer's, at the customer's prices."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.header import Customer
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.cart_changes import HeaderChanged
from models.changes.change import Change
from models.changes.life_changes import CartClaimed


class KnownCustomer(Customer):
    """A customer who has an id."""

    id: Id
    """The customer's id."""


class ClaimCart(CommandData):
    """Whose cart it becomes."""

    model_config = example({"customer": {"id": "u-1", "userType": "CUSTOMER"}})

    customer: KnownCustomer
    """The customer."""


@command("claim-cart", ClaimCart, needs=lambda data: Needs(customers=(data.customer.id,)))
def claim_cart(cart: Cart, data: ClaimCart, context: Context) -> Iterator[Change]:
    """Set the customer, and make the cart active; raises `forbidden` for a cart that has a customer."""
    customer = cart.header.customer
    if customer is not None and customer.id is not None:
        raise Refusal(ErrorCode.FORBIDDEN, "The cart has a customer already.")
    before = None if customer is None else customer.wire()
    yield HeaderChanged(before={"customer": before}, after={"customer": data.customer.wire()})
    yield CartClaimed()
