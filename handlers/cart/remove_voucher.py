"""`remove-voucher`: give a voucher back, so that another cart may have it."""

from collections.abc import Iterator

from cartwright.handlers.registry import Context, command
from cartwright.models.cart import Cart
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.models.schema import ShortText
from cartwright.models.voucher_changes import VoucherRemoved


class RemoveVoucher(CommandData):
    """The voucher's code."""

    model_config = example({"code": "WELCOME"})

    code: ShortText


@command("remove-voucher", RemoveVoucher)
def remove_voucher(cart: Cart, data: RemoveVoucher, context: Context) -> Iterator[Change]:
    """Let go of it; raises `voucher-unknown` where the cart does not hold it."""
    if data.code not in cart.held_vouchers:
        raise Refusal.at("/data/code", ErrorCode.VOUCHER_UNKNOWN, "The cart holds no such voucher.")
    yield VoucherRemoved(code=data.code)
