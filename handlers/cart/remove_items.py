"""`remove-items`: line items by id, their children with them (002, Remove Items; 003, Remove Product)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.handlers.registry import Context, command
from cartwright.models.cart import Cart
from cartwright.models.changes import Change
from cartwright.models.command import CommandData
from cartwright.models.examples import example
from cartwright.models.lines import MAX_ITEMS
from cartwright.models.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.models.schema import Id
from cartwright.rules.removal import remove_items as removals


class RemoveItems(CommandData):
    """Ids of the items to remove."""

    model_config = example({"itemIds": ["i-2"]})

    item_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_ITEMS)]


@command("remove-items", RemoveItems)
def remove_items(cart: Cart, data: RemoveItems, context: Context) -> Iterator[Change]:
    """Remove the items; every unknown id is a problem of its own."""
    known = {item.id for item in cart.items}
    problems = [
        Problem(pointer("data", "itemIds", index), ErrorCode.ITEM_NOT_FOUND, f"There is no item {item_id}.")
        for index, item_id in enumerate(data.item_ids)
        if item_id not in known
    ]
    if problems:
        raise Refusal(ErrorCode.ITEM_NOT_FOUND, problems[0].message, problems=problems)
    yield from removals(cart, data.item_ids)
