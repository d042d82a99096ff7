"""An order and what amends it: both share what the order holds of budgets, so it must stay as it was when that began.

The order is not reopened as long as an amendment of it counts. What came to be at the same moment, or while the
amendment had expired, is found when the amendment is validated and submitted.
"""

from collections.abc import Iterator

from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.status import CartStatus
from handlers.needs import Context
from handlers.validation import CartError
from models.cart.cart import Cart
from pricing.steps.budgeting import ENDED


def amended_by(context: Context) -> str | None:
    """The cart that was submitted last as an amendment of the order at hand."""
    submitted = [each for each in context.fetched.amendments if each.status is CartStatus.SUBMITTED]
    return max(submitted, key=lambda each: each.updated.at).id if submitted else None


def check_unamended(context: Context) -> None:
    """Raise `cart-read-only` for an order with an open or submitted amendment."""
    for each in context.fetched.amendments:
        if each.status not in ENDED:
            message = f"The cart is amended by {each.id}, and stays as it was ordered."
            raise Refusal(ErrorCode.CART_READ_ONLY, message, details={"amendedBy": each.id})


def order_errors(cart: Cart, context: Context) -> Iterator[CartError]:
    """What is wrong with the order of an amendment: that it was reopened, or deleted, since the amendment began."""
    if cart.amendment is not None:
        order = context.fetched.carts.get(cart.amendment.amends)
        if order is None or order.version != cart.amendment.version:
            message = f"The order {cart.amendment.amends} is no longer as it was when the amendment began."
            yield CartError(ErrorCode.CART_NOT_SUBMITTED.value, message, "", {"amends": cart.amendment.amends})
