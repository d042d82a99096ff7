"""`remove-items`: remove line items and their children (002, Remove Items; 003, Remove Product)."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import MAX_ITEMS
from cartwright.wire.refusals import ErrorCode, Problem, Refusal, pointer
from cartwright.wire.schema import Id
from handlers.finding import find_container
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.changes.change import Change
from rules.removal import remove_items as removals


class RemoveItems(CommandData):
    """The items to remove."""

    model_config = example({"itemIds": ["i-2"]})

    item_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_ITEMS)]
    """Ids of the items to remove; their children leave with them."""
    container_id: Id | None = None
    """The container that the items must be in; without it they may be in any."""


@command("remove-items", RemoveItems)
def remove_items(cart: Cart, data: RemoveItems, context: Context) -> Iterator[Change]:
    """Remove the items; raises `container-not-found`, and `item-not-found` with every unknown id."""
    if data.container_id is not None:
        find_container(cart, data.container_id, "/data/containerId")
    known = {item.id for item in cart.items if data.container_id in {None, item.container_id}}
    place = "" if data.container_id is None else f" in container {data.container_id}"
    problems = [
        Problem(pointer("data", "itemIds", index), ErrorCode.ITEM_NOT_FOUND, f"There is no item {item_id}{place}.")
        for index, item_id in enumerate(data.item_ids)
        if item_id not in known
    ]
    if problems:
        raise Refusal(ErrorCode.ITEM_NOT_FOUND, problems[0].message, problems=problems)
    places = {item_id: index for index, item_id in enumerate(data.item_ids)}
    for removed in removals(cart, data.item_ids):
        yield removed.at("itemIds", places[removed.item_id]) if removed.item_id in places else removed
