"""How the contents of one cart come into another: what is the same becomes one, everything else moves.

Two lines are the same if their offerings, products, actions, terms, characteristics and the lines that they hang on
are: a product that is given up is never one that is ordered. A swapped pair is the same as another pair, or comes in
as a whole; one half alone would end a product by accident, or order one. Two containers are the same if their
portfolios are; where one of them has no portfolio, if their categories are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal

from cartwright.wire.notes import MAX_NOTES, Note
from models.cart.cart import Cart, Container, Item, without_gifts
from models.cart.forms import Document
from models.cart.free_ids import free_id
from models.cart.item_fields import write_container, write_item
from models.changes.change import Change
from models.changes.container_changes import ContainerAdded
from models.changes.item_changes import ItemAdded, QuantityChanged
from models.changes.note_changes import NoteAdded
from rules.bundles import BUNDLE
from rules.pairs import REPLACES, related, swapped

Strategy = Literal["keep-target", "sum", "take-larger"]
Signature = tuple[object, ...]
COMBINED: Mapping[Strategy, Callable[[int, int], int]] = {
    "keep-target": lambda own, _: own,
    "sum": lambda own, other: own + other,
    "take-larger": max,
}
"""The quantity of a line that both carts have."""


class Merging:
    """What becomes of the contents of `source` in `target`. What promotions give comes again by itself."""

    def __init__(self, target: Cart, source: Cart, strategy: Strategy) -> None:
        self._target = target
        self._source = source
        self._strategy = strategy
        self._lines = without_gifts(source.items)

    @cached_property
    def containers(self) -> Mapping[str, str]:
        """The ids that the containers of the source have in the target."""
        taken = {each.id for each in (*self._target.containers, *self._source.containers)}
        ids: dict[str, str] = {}
        for each in self._source.containers:
            same = _same_container(self._target, each)
            own = same.id if same is not None else _new_id(self._target.container(each.id), each.id, taken)
            ids[each.id] = own
            taken.add(own)
        return ids

    @cached_property
    def same(self) -> Mapping[str, Item]:
        """The lines of the target that lines of the source are the same as, by the ids of the latter."""
        own: dict[Signature, Item] = {}
        for item, signature in _signed(self._target):
            own.setdefault(signature, item)
        return {item.id: own[signature] for item, signature in _signed(self._source) if signature in own}

    @cached_property
    def items(self) -> Mapping[str, str]:
        """The ids that the lines of the source have in the target."""
        taken = {each.id for each in (*self._target.items, *self._source.items)}
        ids: dict[str, str] = {}
        for each in self._lines:
            same = self.same.get(each.id)
            own = same.id if same is not None else _new_id(self._target.item(each.id), each.id, taken)
            ids[each.id] = own
            taken.add(own)
        return ids

    def placed(self, item_id: str | None) -> str | None:
        """The line of the target that is meant by what names a line of the source; none for one that is gone."""
        if item_id is None or item_id in self.items:
            return self.items.get(item_id or "")
        return free_id(item_id, {*(each.id for each in self._target.items), *self.items.values()})

    @property
    def moving(self) -> list[Item]:
        """The lines of the source that the target does not have."""
        return [item for item in self._lines if item.id not in self.same]

    @property
    def arriving(self) -> list[Container]:
        """The containers of the source that the target does not have."""
        return [each for each in self._source.containers if _same_container(self._target, each) is None]

    def quantities(self) -> Iterator[tuple[Item, int]]:
        """The lines of the target whose quantity differs, with the new one; children follow their parents by rule."""
        combined: dict[str, int] = {}
        for item in self._lines:
            own = self.same.get(item.id)
            if own is not None and own.parent_id is None:
                before = combined.get(own.id, own.quantity)
                combined[own.id] = COMBINED[self._strategy](before, item.quantity)
        for item in self._target.items:
            if combined.get(item.id, item.quantity) != item.quantity:
                yield item, combined[item.id]

    def changes(self) -> Iterator[Change]:
        """Containers and lines that come in, quantities, and the notes of what both carts have."""
        for each in self.arriving:
            container = replace(each, id=self.containers[each.id])
            yield ContainerAdded(container_id=container.id, container=write_container(container))
        for item in self.moving:
            yield ItemAdded(item_id=self.items[item.id], item=self._moved(item))
        for item, quantity in self.quantities():
            yield QuantityChanged(item_id=item.id, before=item.quantity, after=quantity)
        yield from self._notes()

    def _moved(self, item: Item) -> Document:
        """A line with the ids that it and all that it refers to have in the target."""
        fields = {**write_item(item), "id": self.items[item.id]}
        if item.container_id is not None:
            fields["containerId"] = self.containers[item.container_id]
        if item.parent_id is not None:
            fields["parentId"] = self.items[item.parent_id]
        if item.added_by is not None and item.added_by.startswith(f"{BUNDLE}:"):
            parent = item.added_by.removeprefix(f"{BUNDLE}:")
            fields["addedBy"] = f"{BUNDLE}:{self.items.get(parent, parent)}"
        if "relationships" in fields:
            ties = fields["relationships"]
            fields["relationships"] = [{**each, "id": self.items.get(each["id"], each["id"])} for each in ties]
        return fields

    def _notes(self) -> Iterator[NoteAdded]:
        """Notes of containers that are one now, and of lines unless those of the source are dropped."""
        for container in self._source.containers:
            own = _same_container(self._target, container)
            for note in _further(own.notes, container.notes) if own is not None else ():
                yield NoteAdded(container_id=self.containers[container.id], note_id=note.id, note=note.wire())
        for item in self._lines if self._strategy != "keep-target" else ():
            same = self.same.get(item.id)
            for note in _further(same.notes, item.notes) if same is not None else ():
                yield NoteAdded(item_id=self.items[item.id], note_id=note.id, note=note.wire())


def _signed(cart: Cart) -> Iterator[tuple[Item, Signature]]:
    """Every line with what makes it the same as another one."""
    items = {item.id: item for item in cart.items}
    pairs = swapped(cart.items)
    partners = {**pairs, **{new: old for old, new in pairs.items()}}
    signatures: dict[str, Signature] = {}

    def signature(item: Item) -> Signature:
        if item.id not in signatures:
            parent = items.get(item.parent_id or "")
            above = signature(parent) if parent is not None else None
            signatures[item.id] = (_traits(item), _swap(item, items, partners), above)
        return signatures[item.id]

    return ((item, signature(item)) for item in without_gifts(cart.items))


def _traits(item: Item) -> Signature:
    """What a line says by itself: what it is of, and what becomes of that."""
    characteristics = tuple(sorted(item.characteristics.items()))
    return (item.offering_id, item.product_id, item.action, item.term, characteristics)


def _swap(item: Item, items: Mapping[str, Item], partners: Mapping[str, str]) -> object:
    """The other half of the line's pair, or what it replaces outside of the cart; in equal pairs, both halves agree.

    Halves that hang on different lines, and a line that replaces several, are like no other.
    """
    if item.id not in partners:
        return tuple(related(item, REPLACES))
    other = items[partners[item.id]]
    if other.parent_id != item.parent_id or partners[other.id] != item.id:
        return object()
    return _traits(other)


def _same_container(target: Cart, container: Container) -> Container | None:
    if container.portfolio_id is not None:
        for own in target.containers:
            if own.portfolio_id == container.portfolio_id:
                return own
    for own in target.containers:
        portfolios = {own.portfolio_id, container.portfolio_id}
        if container.category is not None and own.category == container.category and None in portfolios:
            return own
    return None


def _new_id(collides: object, own: str, taken: set[str]) -> str:
    return own if collides is None else free_id(own, taken)


def _further(own: tuple[Note, ...], others: tuple[Note, ...]) -> Iterator[Note]:
    """The other notes with ids that are free, as many as there is room for."""
    taken = {each.id for each in own}
    for note in others[: MAX_NOTES - len(own)]:
        note_id = free_id(note.id, taken)
        taken.add(note_id)
        yield note.model_copy(update={"id": note_id})
