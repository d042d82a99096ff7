"""`remove-voucher`: give a voucher back, so that another cart may have it."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import ShortText
from handlers.registry import Context, command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.voucher_changes import VoucherRemoved


class RemoveVoucher(CommandData):
    """The voucher's code."""

    model_config = example({"code": "WELCOME"})

    code: ShortText
    """The voucher's code."""


@command("remove-voucher", RemoveVoucher)
def remove_voucher(cart: Cart, data: RemoveVoucher, context: Context) -> Iterator[Change]:
    """Let go of it; raises `voucher-unknown` where the cart does not hold it."""
    if data.code not in cart.held_vouchers:
        raise Refusal.at("/data/code", ErrorCode.VOUCHER_UNKNOWN, "The cart holds no such voucher.")
    yield VoucherRemoved(code=data.code)
