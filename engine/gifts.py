"""Items that promotions added or removed while a cart was priced, reported as ordinary changes."""

from collections.abc import Iterator

from models.cart.cart import Cart, gifts_in
from models.cart.item_fields import write_item
from models.changes.change import Change
from models.changes.item_changes import ItemAdded, ItemRemoved


def gift_changes(before: Cart, after: Cart) -> Iterator[Change]:
    """What became of the promotions' items between a cart and the same cart priced; one that differs goes and comes."""
    old = {item.id: write_item(item) for item in gifts_in(before.items)}
    new = {item.id: write_item(item) for item in gifts_in(after.items)}
    for item_id, item in old.items():
        if new.get(item_id) != item:
            yield ItemRemoved(item_id=item_id, offering_id=item.get("offeringId"))
    for item_id, item in new.items():
        if old.get(item_id) != item:
            yield ItemAdded(item_id=item_id, item=item)
