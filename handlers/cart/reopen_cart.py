"""`reopen-cart`: let a submitted or expired cart be changed again, at the prices that it has."""

from collections.abc import Iterator
from dataclasses import replace

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import format_time
from cartwright.wire.status import CartStatus
from handlers.amended_orders import check_unamended
from handlers.needs import Context, Needs
from handlers.registry import command
from models.cart.budgets import VOUCHER
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.life_changes import CartReopened, SuppressionScheduled


class ReopenCart(CommandData):
    """No fields."""

    model_config = example({})


@command("reopen-cart", ReopenCart, needs=lambda _: Needs(amendments=True))
def reopen_cart(cart: Cart, data: ReopenCart, context: Context) -> Iterator[Change]:
    """Make the cart active; a date at which it should have expired does not count any more.

    Raises `cart-read-only` for an order that is amended. An expired cart has let go of its budgets: reopening it needs
    them again.
    """
    check_unamended(context)
    for budget in replace(cart, status=CartStatus.ACTIVE).budgets:
        if budget not in cart.budgets and budget in context.facts.exhausted:
            if budget.kind == VOUCHER:
                raise Refusal(ErrorCode.VOUCHER_EXHAUSTED, f"The voucher {budget.id} has no use left.")
            raise Refusal(ErrorCode.PROMOTION_NOT_APPLICABLE, f"The promotion {budget.id} has no use left.")
    yield CartReopened()
    if cart.suppress_at is not None and cart.suppress_at <= context.now:
        yield SuppressionScheduled(before=format_time(cart.suppress_at), after=None)
