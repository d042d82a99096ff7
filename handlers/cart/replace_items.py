"""`replace-items`: make the cart, or one container, hold exactly these items (002, Replace Items)."""

from collections.abc import Collection

from cartwright.wire.command import CommandData
from cartwright.wire.examples import example
from cartwright.wire.lines import NewItem, NewItems
from cartwright.wire.schema import Id
from handlers.admission import admit_items
from handlers.differing import same
from handlers.finding import find_container
from handlers.kinds import Decision
from handlers.needs import Context
from handlers.registry import command
from models.cart.cart import Cart
from models.cart.item_fields import write_item
from models.changes.change import evolve
from models.changes.item_changes import ItemAdded, ItemRemoved
from models.changes.stated import QuantityStated
from rules.removal import leaving_with

SENT = frozenset(field.alias or name for name, field in NewItem.model_fields.items())
"""Fields that the items of a command can hold; rules, overrides and amendments set the others."""


class ReplaceItems(CommandData):
    """The items that the container, or the whole cart, should hold."""

    model_config = example({"containerId": "k-1", "items": [{"id": "i-1", "offeringId": "sim-only", "quantity": 2}]})

    container_id: Id | None = None
    """The container whose items are replaced; without it, all items of the cart."""
    items: NewItems
    """The items that should be there afterwards."""


@command("replace-items", ReplaceItems)
def replace_items(cart: Cart, data: ReplaceItems, context: Context) -> Decision:
    """Remove what is there and add what is sent; a line that is sent unchanged stays as it is, its quantity too.

    What hangs on a line that is sent stays with it in another container; it leaves with one that is not sent. Gifts
    belong to their promotions, so they stay; one that is sent unchanged is accepted.
    """
    if data.container_id is not None:
        find_container(cart, data.container_id, "/data/containerId")
    inside = [item for item in cart.items if data.container_id in (None, item.container_id)]
    sent = {each.id for each in data.items}
    gone = leaving_with(cart, [item.id for item in inside if item.id not in sent and not item.is_gift])
    replaced = gone | {item.id for item in inside if item.id in sent}
    removed = [ItemRemoved(item_id=item.id, offering_id=item.offering_id) for item in cart.items if item.id in replaced]
    added = list(admit_items(evolve(cart, removed), data.items, context, data.container_id, before=cart))
    noted = {each.id for each in data.items if each.notes is not None}
    staying = {each.item_id for each in added if isinstance(each, ItemAdded) and _unmoved(cart, each, noted)}
    yield from map(QuantityStated, sorted(staying))
    for change in (*removed, *added):
        if not (isinstance(change, ItemAdded | ItemRemoved) and change.item_id in staying):
            yield change


def _unmoved(cart: Cart, added: ItemAdded, noted: Collection[str | None]) -> bool:
    """Whether the cart has this line already; notes count if they are sent, fields that callers can't send don't."""
    item = cart.item(added.item_id)
    if item is None:
        return False
    counted = SENT if item.id in noted else SENT - {"notes"}
    there, sent = ({name: fields.get(name) for name in counted} for fields in (write_item(item), added.item))
    return same(there, sent)
