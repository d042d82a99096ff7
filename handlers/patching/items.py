"""Line items of a patched cart: added as `add-items` adds them, and changed as `update-products` changes them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from pydantic import JsonValue

from cartwright.wire.line_view import ItemView
from cartwright.wire.lines import DETAIL_NAMES, NewItem
from cartwright.wire.refusals import Refusal
from handlers.admission import PlacedItem, admit
from handlers.extensions import as_sent
from handlers.finding import find_container, find_item, gift_refusal
from handlers.lines import line_changes, misplaced
from handlers.patching.step import Step
from handlers.patching.targets import Part
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.changes.change import Change
from models.changes.stated import Made
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

    def set(self, step: Step, fields: Mapping[str, JsonValue]) -> Iterable[Made]:
        """Set what differs; raises `Refusal` with all that is wrong with it."""
        cart, item = step.cart, find_item(step.cart, step.names[0], step.path)
        step.check_id(fields, item.id)
        given = step.read(NewItem, {**fields, "id": item.id}).wire()
        del given["id"]
        if "characteristics" in fields and fields["characteristics"] is None:
            given["characteristics"] = {}
        refusals: list[Refusal] = []
        changes: Iterable[Made] = ()
        try:
            changes = line_changes(cart, item, given, step.context, step.value_place)
        except Refusal as refusal:
            refusals.append(refusal)
        refusals += _place_refusals(step, item.id, given.get("containerId"), given.get("parentId"))
        if refusals:
            raise Refusal.of(refusals)
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
    refusals = [*_gift_refusals(step, given.item.parent_id)]
    changes: list[Change] = []
    try:
        changes += admit(step.cart, (), [given], step.context, first=step.number + 1)
    except Refusal as refusal:
        refusals.append(refusal)
    if refusals:
        raise Refusal.of(refusals)
    return changes


def _place_refusals(step: Step, item_id: str, container: JsonValue, parent: JsonValue) -> Iterator[Refusal]:
    """Why a line can't go into this container, or can't hang on this line, where they are given."""
    if isinstance(container, str):
        try:
            find_container(step.cart, container, f"{step.value_path}/containerId")
        except Refusal as refusal:
            yield refusal
    if isinstance(parent, str):
        parents = {**{item.id: item.parent_id for item in step.cart.items}, item_id: parent}
        yield from misplaced(parents, {item_id: f"{step.value_path}/parentId"}).values()
        yield from _gift_refusals(step, parent)


def _gift_refusals(step: Step, parent: str | None) -> Iterator[Refusal]:
    """Why nothing can hang on this line, if a promotion gave it."""
    item = step.cart.item(parent or "")
    if item is not None and item.is_gift:
        yield gift_refusal(item, f"{step.value_path}/parentId")
