"""`remove-adjustment`: a gift card, wallet or down payment is taken back."""

from collections.abc import Iterator

from cartwright.handlers.registry import Context, command
from cartwright.models.adjustment_changes import AdjustmentRemoved
from cartwright.models.cart import Cart
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.models.schema import Id


class RemoveAdjustment(CommandData):
    """The adjustment's id."""

    model_config = example({"id": "a-3"})

    id: Id


@command("remove-adjustment", RemoveAdjustment)
def remove_adjustment(cart: Cart, data: RemoveAdjustment, context: Context) -> Iterator[Change]:
    """Drop it; an id that the cart does not have is refused."""
    if not any(each.id == data.id for each in cart.adjustments):
        raise Refusal.at("/data/id", ErrorCode.INVALID, f"There is no adjustment {data.id}.", "adjustment-not-found")
    yield AdjustmentRemoved(adjustment_id=data.id)
