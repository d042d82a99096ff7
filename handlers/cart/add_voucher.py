"""`add-voucher`: add a voucher to the cart, which takes one of its uses (003, addCartVoucher)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.schema import ShortText
from handlers.needs import Context, Needs
from handlers.registry import command
from handlers.vouchers import check_voucher
from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.voucher_changes import VoucherAdded


class AddVoucher(CommandData):
    """The voucher to add."""

    model_config = example({"code": "WELCOME"})

    code: ShortText
    """The voucher's code, exactly as in the catalog."""


@command("add-voucher", AddVoucher, needs=lambda data: Needs(vouchers=(data.code,)))
def add_voucher(cart: Cart, data: AddVoucher, context: Context) -> Iterator[Change]:
    """Add it, unless the cart has it already; raises `voucher-unknown`, `voucher-exhausted`."""
    check_voucher(cart, data.code, context, "/data/code")
    if data.code not in cart.held_vouchers:
        yield VoucherAdded(code=data.code)
