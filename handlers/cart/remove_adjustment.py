"""`remove-adjustment`: stop paying with a gift card, wallet, voucher or down payment."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.adjustment_changes import AdjustmentRemoved
from models.changes.change import Change


class RemoveAdjustment(CommandData):
    """The adjustment to remove."""

    model_config = example({"id": "a-3"})

    id: Id
    """The adjustment's id."""


@command("remove-adjustment", RemoveAdjustment)
def remove_adjustment(cart: Cart, data: RemoveAdjustment, context: Context) -> Iterator[Change]:
    """Remove it; an unknown id is refused."""
    if not any(each.id == data.id for each in cart.adjustments):
        raise Refusal.at("/data/id", ErrorCode.INVALID, f"There is no adjustment {data.id}.", "adjustment-not-found")
    yield AdjustmentRemoved(adjustment_id=data.id)
