"""Where a command says something about a line item: the JSON Pointer that a problem with the item gets."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from pydantic import JsonValue

from cartwright.wire.refusals import pointer_parts
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import Change
from models.changes.item_changes import ItemAdded, ItemChanged
from models.changes.note_changes import NoteChange


def places_in(cart: Cart, changes: Sequence[Change]) -> Callable[[str | None], str]:
    """Where the command says something about an item, or about what it hangs on; else its data as a whole."""
    places = dict(_places(changes))
    items = {item.id: item for item in cart.items}

    def of(item_id: str | None) -> str:
        seen: set[str] = set()
        item = items.get(item_id or "")
        while item is not None and item.id not in seen:
            if item.id in places:
                return places[item.id]
            seen.add(item.id)
            item = items.get(item.parent_id or "")
        return "/data"

    return of


def place_of_quantity(place: str, data: Document) -> str:
    """Where the command states the quantity of what it says at a place; the place itself if it states none."""
    found: JsonValue = data
    for part in pointer_parts(place)[1:]:
        found = found[int(part)] if isinstance(found, list) else found.get(part) if isinstance(found, dict) else None
    stated = isinstance(found, dict) and found.get("quantity") is not None
    return f"{place}/quantity" if stated else place


def _places(changes: Iterable[Change]) -> Iterator[tuple[str, str]]:
    """Items and where the command names them: those that it is about after those that something comes to hang on."""
    told = [(change, change.origin) for change in changes]
    own: list[tuple[str, str]] = []
    for change, origin in told:
        if origin is not None:
            parent = _parent(change)
            own += [(item_id, origin) for item_id in _items(change) if item_id != parent]
            if parent is not None:
                yield parent, f"{origin}/parentId"
    yield from reversed(own)


def _items(change: Change) -> list[str]:
    """The items that a change is about, among other names."""
    if isinstance(change, NoteChange):
        return [change.item_id] if change.item_id is not None else []
    return [name.removeprefix("item:") for name in change.touches()]


def _parent(change: Change) -> str | None:
    """The item that the change hangs its own one on."""
    fields = change.item if isinstance(change, ItemAdded) else change.after if isinstance(change, ItemChanged) else {}
    parent: str | None = fields.get("parentId")
    return parent
