"""`remove-adjustment`: a gift card, wallet or down payment is taken back."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.registry import Context, command
from models.cart.cart import Cart
from models.changes.adjustment_changes import AdjustmentRemoved
from models.changes.change import Change


class RemoveAdjustment(CommandData):
    """The adjustment's id."""

    model_config = example({"id": "a-3"})

    id: Id
    """The adjustment's id."""


@command("remove-adjustment", RemoveAdjustment)
def remove_adjustment(cart: Cart, data: RemoveAdjustment, context: Context) -> Iterator[Change]:
    """Drop it; an id that the cart does not have is refused."""
    if not any(each.id == data.id for each in cart.adjustments):
        raise Refusal.at("/data/id", ErrorCode.INVALID, f"There is no adjustment {data.id}.", "adjustment-not-found")
    yield AdjustmentRemoved(adjustment_id=data.id)
