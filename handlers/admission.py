"""How containers and line items are added to a cart: ids are kept or assigned, references are checked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cartwright.wire.lines import NewContainer, NewItem
from cartwright.wire.refusals import ErrorCode, Refusal, pointer
from handlers.registry import Context
from models.cart.cart import Cart
from models.cart.item_fields import read_container, read_item, write_container, write_item
from models.changes.container_changes import ContainerAdded
from models.changes.item_changes import ItemAdded
from rules.offerings import check_characteristics, sellable_offering


def admit_containers(cart: Cart, given: Sequence[NewContainer]) -> Iterator[ContainerAdded]:
    """Changes that add these containers; raises `invalid` for an id that is taken."""
    ids = _ids("k", cart.version, [each.id for each in given], {each.id for each in cart.containers}, "containers")
    for index, (container_id, new) in enumerate(zip(ids, given, strict=True)):
        container = read_container({**new.wire(), "id": container_id})
        added = ContainerAdded(container_id=container_id, container=write_container(container))
        yield added.at("containers", index)


def admit_items(
    cart: Cart, given: Sequence[NewItem], context: Context, container_id: str | None = None
) -> Iterator[ItemAdded]:
    """Changes that add these items, into `container_id` where an item names none.

    Raises `Refusal` with the problems of all of them.
    """
    most = context.facts.configuration.limits.items
    if len(cart.items) + len(given) > most:
        raise Refusal(ErrorCode.CART_TOO_LARGE, f"A cart holds at most {most} items.")
    ids = _ids("i", cart.version, [each.id for each in given], {item.id for item in cart.items}, "items")
    targets = [each.container_id or container_id for each in given]
    refusals = list(_refusals(cart, dict(zip(ids, given, strict=True)), targets, context))
    if refusals:
        raise Refusal.of(refusals)
    for index, (item_id, new, target) in enumerate(zip(ids, given, targets, strict=True)):
        item = read_item({**new.wire(), "id": item_id, "quantity": new.quantity, "containerId": target})
        yield ItemAdded(item_id=item_id, item=write_item(item)).at("items", index)


def _refusals(
    cart: Cart, given: Mapping[str, NewItem], targets: Sequence[str | None], context: Context
) -> Iterator[Refusal]:
    """Every reason why the items can't be added."""
    containers = {None, *(each.id for each in cart.containers)}
    existing = {None, *(item.id for item in cart.items)}
    parents = {item_id: new.parent_id for item_id, new in given.items()}
    for index, ((item_id, new), target) in enumerate(zip(given.items(), targets, strict=True)):
        path = pointer("data", "items", index)
        if target not in containers:
            yield Refusal.at(path + "/containerId", ErrorCode.CONTAINER_NOT_FOUND, f"There is no container {target}.")
        if new.parent_id not in existing and new.parent_id not in parents:
            yield Refusal.at(path + "/parentId", ErrorCode.ITEM_NOT_FOUND, f"There is no item {new.parent_id}.")
        if _in_cycle(item_id, parents):
            yield Refusal.at(path + "/parentId", ErrorCode.INVALID, "The item is its own ancestor.", "cycle")
        try:
            _check_offering(cart, new, context, path)
        except Refusal as refusal:
            yield refusal


def _check_offering(cart: Cart, new: NewItem, context: Context, path: str) -> None:
    if new.offering_id is None:
        if new.product_id is None:
            raise Refusal.at(path, ErrorCode.INVALID, "An item needs an offering or an existing product.", "missing")
        return
    offering = sellable_offering(new.offering_id, cart.header, context.facts, context.at, path + "/offeringId")
    check_characteristics(offering, new.characteristics, path + "/characteristics")


def _ids(prefix: str, version: int, given: Sequence[str | None], taken: Iterable[str], where: str) -> list[str]:
    """The ids of new parts of a cart; assigned ids contain the version that adds them, so they are never used twice.

    Raises `invalid` with a problem for each that is taken.
    """
    used = set(taken)
    ids = []
    refusals = []
    for index, own in enumerate(given):
        if own is not None and own in used:
            path = pointer("data", where, index, "id")
            refusals.append(Refusal.at(path, ErrorCode.INVALID, f"The id {own} is taken.", "duplicate-id"))
        ids.append(own or _free(f"{prefix}-{version + 1}-{index + 1}", used))
        used.add(ids[-1])
    if refusals:
        raise Refusal.of(refusals)
    return ids


def _free(candidate: str, used: set[str]) -> str:
    while candidate in used:
        candidate += "x"
    return candidate


def _in_cycle(start: str, parents: dict[str, str | None]) -> bool:
    seen: set[str] = set()
    current: str | None = start
    while current is not None and current not in seen:
        seen.add(current)
        current = parents.get(current)
    return current == start
