"""How containers and line items are added to a cart: ids are kept or assigned, references are checked.

Containers may hold their items. All problems of a command are found in one pass, before the first change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from cartwright.wire.lines import MAX_CONTAINERS, NewContainer, NewItem
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.extensions import EXTENSIONS, with_extensions
from handlers.finding import nothing_named
from handlers.lines import Place, misplaced
from handlers.needs import Context
from handlers.notes import written_notes
from handlers.swaps import Tie, old_line, old_lines_changed, pairs_of, taken_twice, tied, ties_of, without_old_line
from models.cart.cart import Cart
from models.cart.free_ids import free_id
from models.cart.item_fields import read_container, read_item, write_container, write_item
from models.changes.change import Change
from models.changes.container_changes import ContainerAdded
from models.changes.item_changes import ItemAdded
from rules.offerings import check_characteristics, sellable_offering


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """A line item to add, and its place in the command.

    It goes into `container_id` unless it names a container; one that is `nested` in its container can't name another.
    """

    item: NewItem
    place: Place
    container_id: str | None = None
    nested: bool = False

    @property
    def target(self) -> str | None:
        """The container that it goes into."""
        return self.item.container_id or self.container_id


def admit_items(
    cart: Cart,
    given: Sequence[NewItem],
    context: Context,
    container_id: str | None = None,
    before: Cart | None = None,
) -> Iterator[Change]:
    """Changes that add these items, into `container_id` where an item names none; raises `Refusal`."""
    placed = [PlacedItem(item, ("items", index), container_id) for index, item in enumerate(given)]
    yield from admit(cart, (), placed, context, before=before)


def admit_contents(
    cart: Cart, containers: Sequence[NewContainer], items: Sequence[NewItem], context: Context
) -> Iterator[Change]:
    """Changes that add these containers with the items in them, then these items; raises `Refusal`."""
    placed = [(container, ("containers", index)) for index, container in enumerate(containers)]
    yield from admit(cart, placed, [PlacedItem(item, ("items", index)) for index, item in enumerate(items)], context)


def admit(
    cart: Cart,
    containers: Sequence[tuple[NewContainer, Place]],
    items: Sequence[PlacedItem],
    context: Context,
    *,
    first: int = 1,
    before: Cart | None = None,
) -> Iterator[Change]:
    """Changes that add containers with the items in them, then further items; `Refusal` with the problems of all.

    Ids that are assigned contain numbers from `first` on. Items that were taken out of `before` and come back bring
    notes with them whose times are known.
    """
    taken = [container.id for container in cart.containers]
    ids = _ids("k", cart.version, [container.id for container, _ in containers], taken, first)
    inside = [
        PlacedItem(item, (*place, "items", index), container_id, nested=True)
        for (container, place), container_id in zip(containers, ids, strict=True)
        for index, item in enumerate(container.items)
    ]
    every = _with_old_lines(cart, [*inside, *items])
    check_size(cart, len(containers), len(every), context)
    item_ids = _ids("i", cart.version, [each.item.id for each in every], [item.id for item in cart.items], first)
    lines = list(zip(item_ids, every, strict=True))
    pairs = pairs_of(cart, [(item_id, each.item) for item_id, each in lines])
    refusals = [
        *_taken(zip(ids, (place for _, place in containers), strict=True), taken),
        *_taken(((item_id, each.place) for item_id, each in lines), (item.id for item in cart.items)),
        *_refusals(cart, lines, {*taken, *ids}, context),
        *_swapped_twice(cart, lines, pairs),
    ]
    if refusals:
        raise Refusal.of(refusals)
    for container_id, (container, place) in zip(ids, containers, strict=True):
        yield _container_added(container_id, container, cart, context).at(*place)
    ties = ties_of(pairs)
    for item_id, each in lines:
        yield _item_added(item_id, each, ties.get(item_id), before or cart, context).at(*each.place)
    places = {item_id: each.place for item_id, each in lines} if pairs else {}
    for new, changed in old_lines_changed(cart, pairs):
        yield changed.at(*places[new])


def _with_old_lines(cart: Cart, items: Sequence[PlacedItem]) -> list[PlacedItem]:
    """The items, and before each swapped one whose product has no line yet a line that terminates the product."""
    missing = without_old_line(cart, [each.item for each in items])
    every: list[PlacedItem] = []
    for place, each in enumerate(items):
        if place in missing:
            every.append(replace(each, item=old_line(each.item)))
        every.append(each)
    return every


def _swapped_twice(cart: Cart, lines: Sequence[tuple[str, PlacedItem]], pairs: Mapping[str, str]) -> Iterator[Refusal]:
    """`invalid` for each swapped line whose old one has another new one."""
    places = {item_id: each.place for item_id, each in lines} if pairs else {}
    for new in taken_twice(cart, pairs):
        path = pointer("data", *places[new])
        yield Refusal.at(path, ErrorCode.INVALID, f"Item {pairs[new]} is swapped already.", "swapped-twice")


def check_size(cart: Cart, containers: int, items: int, context: Context) -> None:
    """Raise `cart-too-large` if the cart has no room for so many more."""
    most = context.facts.configuration.limits.items
    if items and len(cart.items) + items > most:
        raise Refusal(ErrorCode.CART_TOO_LARGE, f"A cart holds at most {most} items.")
    if containers and len(cart.containers) + containers > MAX_CONTAINERS:
        raise Refusal(ErrorCode.CART_TOO_LARGE, f"A cart holds at most {MAX_CONTAINERS} containers.")


def _container_added(container_id: str, new: NewContainer, cart: Cart, context: Context) -> ContainerAdded:
    fields = {**_given(new.wire()), "id": container_id}
    if "notes" in fields:
        fields["notes"] = written_notes(new.notes or (), (), cart.version, context.now)
    container = read_container(fields)
    return ContainerAdded(container_id=container_id, container=write_container(container))


def _item_added(item_id: str, given: PlacedItem, tie: Tie | None, before: Cart, context: Context) -> ItemAdded:
    new = given.item
    fields = {**_given(new.wire()), "id": item_id, "quantity": new.quantity, "containerId": given.target}
    if "notes" in fields:
        old = before.item(item_id)
        known = old.notes if old is not None else ()
        fields["notes"] = written_notes(new.notes or (), known, before.version, context.now)
    item = read_item(fields if tie is None else tied(fields, tie))
    return ItemAdded(item_id=item_id, item=write_item(item))


def _given(fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The fields of a new part, of the extensions those that there are."""
    given = with_extensions(fields, {})
    return {name: value for name, value in given.items() if name != EXTENSIONS or value is not None}


def _refusals(
    cart: Cart, lines: Sequence[tuple[str, PlacedItem]], containers: set[str], context: Context
) -> Iterator[Refusal]:
    """Every reason why the items can't be added, but for their own ids."""
    parents = {item.id: item.parent_id for item in cart.items}
    parents |= {item_id: each.item.parent_id for item_id, each in lines}
    badly_placed = misplaced(parents, {own: pointer("data", *each.place, "parentId") for own, each in lines})
    for item_id, each in lines:
        path = pointer("data", *each.place)
        new, target = each.item, each.target
        if each.nested and target != each.container_id:
            message = f"The item is in container {each.container_id}."
            yield Refusal.at(path + "/containerId", ErrorCode.INVALID, message, "mismatch")
        elif target is not None and target not in containers:
            named = path if new.container_id is not None else "/data"
            yield Refusal.at(named + "/containerId", ErrorCode.CONTAINER_NOT_FOUND, f"There is no container {target}.")
        if item_id in badly_placed:
            yield badly_placed[item_id]
        try:
            _check_offering(cart, new, context, path)
        except Refusal as refusal:
            yield refusal


def _check_offering(cart: Cart, new: NewItem, context: Context, path: str) -> None:
    if new.offering_id is None:
        if new.product_id is None:
            raise nothing_named(path)
        return
    offering = sellable_offering(new.offering_id, cart.header, context.facts, context.at, path + "/offeringId")
    check_characteristics(offering, new.characteristics, path + "/characteristics")


def _ids(prefix: str, version: int, given: Sequence[str | None], taken: Iterable[str], first: int) -> list[str]:
    """The ids of new parts of a cart; assigned ids contain the version that adds them, so they are never used twice."""
    used = {*taken, *(own for own in given if own is not None)}
    ids = []
    for index, own in enumerate(given, first):
        ids.append(own or free_id(f"{prefix}-{version + 1}-{index}", used))
        used.add(ids[-1])
    return ids


def _taken(given: Iterable[tuple[str, Place]], taken: Iterable[str]) -> Iterator[Refusal]:
    """`invalid` for each id that the cart has, or that was given before."""
    used = set(taken)
    for own, place in given:
        if own in used:
            path = pointer("data", *place, "id")
            yield Refusal.at(path, ErrorCode.INVALID, f"The id {own} is taken.", "duplicate-id")
        used.add(own)
