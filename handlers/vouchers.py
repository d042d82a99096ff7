"""Whether a cart may hold a voucher: it is known, valid now, in the cart's currency, and has a use left."""

from cartwright.wire.refusals import ErrorCode, Refusal
from facts.validity import valid_at
from handlers.needs import Context
from models.cart.cart import Cart
from pricing.steps.budgeting import exhausted_for, voucher_budget


def check_voucher(cart: Cart, code: str, context: Context, path: str) -> None:
    """Raise `voucher-unknown`, `invalid` or `voucher-exhausted` at the JSON Pointer `path` if it may not."""
    voucher = context.facts.vouchers.get(code)
    if voucher is None:
        raise Refusal.at(path, ErrorCode.VOUCHER_UNKNOWN, "There is no such voucher.")
    if code in cart.held_vouchers:
        return
    if not valid_at(voucher.valid_for, context.at):
        raise Refusal.at(path, ErrorCode.VOUCHER_UNKNOWN, "The voucher is not valid at this time.", "not-valid-now")
    if voucher.reduction_percent is None and voucher.currency != cart.currency:
        raise Refusal.at(path, ErrorCode.INVALID, f"The voucher is in {voucher.currency}.", "other-currency")
    if voucher_budget(code) in exhausted_for(cart, context.facts):
        raise Refusal.at(path, ErrorCode.VOUCHER_EXHAUSTED, "The voucher has no use left.")
