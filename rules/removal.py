"""How line items and containers leave a cart: children leave with their parents, and items with their container."""

from collections.abc import Iterable, Iterator

from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.container_changes import ContainerRemoved
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


def remove_containers(cart: Cart, container_ids: Iterable[str]) -> Iterator[Change]:
    """Changes that remove these containers: first their items with all descendants, then the containers themselves.

    What promotions give leaves by itself, when the cart is priced without the container.
    """
    leaving = set(container_ids)
    yield from remove_items(cart, [item.id for item in cart.items if item.container_id in leaving and not item.is_gift])
    for container in cart.containers:
        if container.id in leaving:
            yield ContainerRemoved(container_id=container.id)
