"""How line items and containers leave a cart: children leave with their parents, and items with their container."""

from collections.abc import Iterable, Iterator, Mapping

from models.cart.cart import Cart
from models.changes.change import Change
from models.changes.container_changes import ContainerRemoved
from models.changes.item_changes import ItemRemoved
from rules.pairs import swapped


def descendants(cart: Cart, item_ids: Iterable[str]) -> set[str]:
    """These items and everything that hangs on them."""
    return _reached(_children(cart), item_ids)


def leaving_with(cart: Cart, item_ids: Iterable[str]) -> set[str]:
    """These items, everything that hangs on them, and the others of swapped pairs, which leave together."""
    links = _children(cart)
    for old, new in swapped(cart.items).items():
        links.setdefault(old, []).append(new)
        links.setdefault(new, []).append(old)
    return _reached(links, item_ids)


def _children(cart: Cart) -> dict[str, list[str]]:
    """Items by the one that they hang on."""
    children: dict[str, list[str]] = {}
    for item in cart.items:
        if item.parent_id is not None:
            children.setdefault(item.parent_id, []).append(item.id)
    return children


def _reached(links: Mapping[str, Iterable[str]], item_ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(item_ids)
    while waiting:
        item_id = waiting.pop()
        if item_id not in found:
            found.add(item_id)
            waiting.extend(links.get(item_id, ()))
    return found


def remove_items(cart: Cart, item_ids: Iterable[str]) -> Iterator[ItemRemoved]:
    """Changes that remove these items and all that leaves with them, in cart order."""
    leaving = leaving_with(cart, item_ids)
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
