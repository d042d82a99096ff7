"""Line items of a patched cart: added as `add-items` adds them, and changed as `update-products` changes them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from pydantic import JsonValue

from cartwright.wire.line_view import ItemView
from cartwright.wire.lines import DETAIL_NAMES, NewItem
from handlers.admission import PlacedItem, admit
from handlers.extensions import as_sent
from handlers.finding import find_container, find_item, gift_refusal
from handlers.lines import line_changes, misplaced
from handlers.patching.step import Step
from handlers.patching.targets import Part
from models.cart.cart import Cart, Item
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.changes.change import Change, evolve
from rules.removal import remove_items

SHOWN = frozenset(field.alias or name for name, field in ItemView.model_fields.items()) - {"prices", "promotions"}
"""Fields of a line; what it costs is known only when all operations are done."""


class ItemPart(Part):
    """`/items/<id>`. A line that is replaced keeps its offering, container and parent if the value names no other."""

    blank: ClassVar[Mapping[str, JsonValue]] = {
        **dict.fromkeys(DETAIL_NAMES),
        "quantity": 1,
        "action": "add",
        "term": None,
        "characteristics": {},
    }

    def show(self, step: Step) -> Document:
        """Its fields but for prices."""
        return {**dict.fromkeys(SHOWN), **as_sent(write_item(find_item(step.cart, step.names[0], step.path)))}

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Change]:
        """Set what differs."""
        cart, item = step.cart, find_item(step.cart, step.names[0], step.path)
        step.check_id(fields, item.id)
        given = step.read(NewItem, {**fields, "id": item.id}).wire()
        del given["id"]
        if "characteristics" in fields and fields["characteristics"] is None:
            given["characteristics"] = {}
        container = given.get("containerId")
        if isinstance(container, str):
            find_container(cart, container, f"{step.value_path}/containerId")
        changes = line_changes(cart, item, given, step.context, step.value_place)
        if given.get("parentId") is not None:
            _check_parent(evolve(cart, changes), item.id, f"{step.value_path}/parentId")
        return changes

    def remove(self, step: Step) -> Iterable[Change]:
        """Remove it with what hangs on it."""
        return remove_items(step.cart, step.names[:1])


def add_item(step: Step) -> Iterator[Change]:
    """`/items`: add a line."""
    yield from _admit(step, PlacedItem(step.read(NewItem, step.fields()), step.value_place))


def add_item_to_container(step: Step) -> Iterator[Change]:
    """`/containers/<id>/items`: add a line to a container."""
    container = find_container(step.cart, step.names[0], step.path)
    new = step.read(NewItem, step.fields())
    yield from _admit(step, PlacedItem(new, step.value_place, container.id, nested=True))


def _admit(step: Step, given: PlacedItem) -> Iterable[Change]:
    parent = step.cart.item(given.item.parent_id or "")
    if parent is not None:
        _check_no_gift(parent, f"{step.value_path}/parentId")
    return admit(step.cart, (), [given], step.context, first=step.number + 1)


def _check_parent(after: Cart, item_id: str, path: str) -> None:
    """Raise `Refusal` if a line can't hang where it does after a change."""
    parents = {item.id: item.parent_id for item in after.items}
    refused = misplaced(parents, {item_id: path}).get(item_id)
    if refused is not None:
        raise refused
    _check_no_gift(find_item(after, parents[item_id] or "", path), path)


def _check_no_gift(parent: Item, path: str) -> None:
    if parent.is_gift:
        raise gift_refusal(parent, path)
