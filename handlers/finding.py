"""The parts of a cart that commands name by their ids, and what several commands say of them when they refuse.

`path` is the JSON Pointer to the id.
"""

from cartwright.wire.refusals import ErrorCode, Refusal
from models.cart.cart import Cart, Container, Item


def find_item(cart: Cart, item_id: str, path: str) -> Item:
    """The line item; raises `item-not-found`."""
    item = cart.item(item_id)
    if item is None:
        raise Refusal.at(path, ErrorCode.ITEM_NOT_FOUND, f"There is no item {item_id}.")
    return item


def find_container(cart: Cart, container_id: str, path: str) -> Container:
    """The container; raises `container-not-found`."""
    container = cart.container(container_id)
    if container is None:
        raise Refusal.at(path, ErrorCode.CONTAINER_NOT_FOUND, f"There is no container {container_id}.")
    return container


def gift_refusal(item: Item, path: str) -> Refusal:
    """The `invalid` of a command that does something to a gift, or hangs something on it."""
    message = f"Item {item.id} comes from {item.added_by}, and goes with it."
    return Refusal.at(path, ErrorCode.INVALID, message, "gift")


def nothing_named(path: str) -> Refusal:
    """The `invalid` of a line that is of no offering and of no product that there is."""
    return Refusal.at(path, ErrorCode.INVALID, "An item needs an offering or an existing product.", "missing")
