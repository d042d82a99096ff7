"""`replace-items`: what is sent stays or comes in, what is not sent goes (002, Replace Items)."""

from collections.abc import Iterator

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import NewItems
from cartwright.wire.refusals import ErrorCode, Refusal
from cartwright.wire.schema import Id
from handlers.admission import admit_items
from handlers.registry import Context, command
from models.cart.cart import Cart
from models.cart.item_fields import OVERRIDES, write_item
from models.changes.change import Change, evolve
from models.changes.item_changes import ItemAdded
from rules.removal import remove_items

OWN_FIELDS = frozenset({"addedBy", OVERRIDES})
"""What a line is given by rules and by overrides, never by those who send items."""


class ReplaceItems(CommandData):
    """The items that a container, or without one the whole cart, shall hold."""

    model_config = example({"containerId": "k-1", "items": [{"id": "i-1", "offeringId": "sim-only", "quantity": 2}]})

    container_id: Id | None = None
    items: NewItems


@command("replace-items", ReplaceItems)
def replace_items(cart: Cart, data: ReplaceItems, context: Context) -> Iterator[Change]:
    """Take out what is there and let in what is sent; a line that is sent as it is does not move.

    Gifts go with their promotions; but one that is sent along, as it is, stands in nobody's way.
    """
    if data.container_id is not None and cart.container(data.container_id) is None:
        raise Refusal.at(
            "/data/containerId", ErrorCode.CONTAINER_NOT_FOUND, f"There is no container {data.container_id}."
        )
    inside = [item for item in cart.items if data.container_id in (None, item.container_id)]
    removed = list(remove_items(cart, [item.id for item in inside]))
    added = list(admit_items(evolve(cart, removed), data.items, context, data.container_id))
    staying = {each.item_id for each in added if _unmoved(cart, each)}
    sent = {each.item_id for each in added}
    gifts = {item.id for item in inside if item.is_gift}
    yield from (each for each in removed if each.item_id not in staying and each.item_id not in gifts - sent)
    yield from (each for each in added if each.item_id not in staying)


def _unmoved(cart: Cart, added: ItemAdded) -> bool:
    """Whether the cart holds just this line already; what callers can't send stays with it."""
    item = cart.item(added.item_id)
    if item is None:
        return False
    return {name: value for name, value in write_item(item).items() if name not in OWN_FIELDS} == added.item
