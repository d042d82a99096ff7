"""`add-voucher`: add a voucher to the cart, which takes one of its uses (003, addCartVoucher)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import ShortText
from facts.validity import valid_at
from handlers.registry import Context, Needs, command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.voucher_changes import VoucherAdded
from pricing.steps.budgeting import voucher_budget


class AddVoucher(CommandData):
    """The voucher to add."""

    model_config = example({"code": "WELCOME"})

    code: ShortText
    """The voucher's code, exactly as in the catalog."""


@command("add-voucher", AddVoucher, needs=lambda data: Needs(vouchers=(data.code,)))
def add_voucher(cart: Cart, data: AddVoucher, context: Context) -> Iterator[Change]:
    """Add it, unless the cart has it already; raises `voucher-unknown`, `voucher-exhausted`."""
    path = "/data/code"
    voucher = context.facts.vouchers.get(data.code)
    if voucher is None:
        raise Refusal.at(path, ErrorCode.VOUCHER_UNKNOWN, "There is no such voucher.")
    if data.code in cart.held_vouchers:
        return
    if not valid_at(voucher.valid_for, context.at):
        raise Refusal.at(path, ErrorCode.VOUCHER_UNKNOWN, "The voucher is not valid at this time.", "not-valid-now")
    if voucher.reduction_percent is None and voucher.currency != cart.currency:
        raise Refusal.at(path, ErrorCode.INVALID, f"The voucher is in {voucher.currency}.", "other-currency")
    if voucher_budget(data.code) in context.facts.exhausted:
        raise Refusal.at(path, ErrorCode.VOUCHER_EXHAUSTED, "The voucher has no use left.")
    yield VoucherAdded(code=data.code)
