"""How line items leave a cart: their children leave with them."""

from collections.abc import Iterable, Iterator

from models.cart.cart import Cart
from models.changes.item_changes import ItemRemoved


def with_descendants(cart: Cart, item_ids: Iterable[str]) -> set[str]:
    """These items and everything that hangs on them."""
    children: dict[str, list[str]] = {}
    for item in cart.items:
        if item.parent_id is not None:
            children.setdefault(item.parent_id, []).append(item.id)
    found: set[str] = set()
    waiting = list(item_ids)
    while waiting:
        item_id = waiting.pop()
        if item_id not in found:
            found.add(item_id)
            waiting.extend(children.get(item_id, ()))
    return found


def remove_items(cart: Cart, item_ids: Iterable[str]) -> Iterator[ItemRemoved]:
    """Changes that remove these items and their descendants, in cart order."""
    leaving = with_descendants(cart, item_ids)
    for item in cart.items:
        if item.id in leaving:
            yield ItemRemoved(item_id=item.id, offering_id=item.offering_id)
