"""`remove-voucher`: remove a voucher from the cart and give its use back."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import ShortText
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.voucher_changes import VoucherRemoved


class RemoveVoucher(CommandData):
    """The voucher to remove."""

    model_config = example({"code": "WELCOME"})

    code: ShortText
    """The voucher's code."""


@command("remove-voucher", RemoveVoucher)
def remove_voucher(cart: Cart, data: RemoveVoucher, context: Context) -> Iterator[Change]:
    """Remove it; raises `voucher-unknown` if the cart does not have it."""
    if data.code not in cart.held_vouchers:
        raise Refusal.at("/data/code", ErrorCode.VOUCHER_UNKNOWN, "The cart has no such voucher.")
    yield VoucherRemoved(code=data.code)
