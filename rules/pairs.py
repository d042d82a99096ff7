"""Swapped pairs: a line that is terminated, and the one that takes its place (004, `swap;add`).

The new line has the action `swap` and a relationship `replaces` to the old one; the old one has an action that gives it
up and a relationship `replaced-by` to the new one. A pair leaves the cart together, and no command may undo one half.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from models.cart.cart import Cart, Item
from models.changes.change import Change
from models.changes.item_changes import ItemChanged, ItemRemoved
from rules.contents import GIVEN_UP

SWAP = "swap"
REPLACES = "replaces"
REPLACED_BY = "replaced-by"
RELATIONSHIPS = "relationships"


def related(item: Item, kind: str) -> list[str]:
    """What the line has relationships of this type to, by id."""
    ties: Any = item.details.get(RELATIONSHIPS) or ()
    return [tie["id"] for tie in ties if tie["type"] == kind]


def swapped(items: Iterable[Item]) -> dict[str, str]:
    """The pairs among these lines: new by old."""
    by_id: dict[str, Item] | None = None
    pairs: dict[str, str] = {}
    every = tuple(items)
    for item in every:
        if item.action == SWAP:
            by_id = by_id or {each.id: each for each in every}
            for old in related(item, REPLACES):
                if old in by_id and item.id in related(by_id[old], REPLACED_BY):
                    pairs[old] = item.id
    return pairs


def torn(before: Cart, after: Cart, changes: Sequence[Change]) -> Iterator[str]:
    """The halves of pairs that a command would undo, and leave the other half of."""
    if not any(isinstance(each, ItemRemoved | ItemChanged) for each in changes):
        return
    lines = {item.id: item for item in after.items}
    for old_id, new_id in swapped(before.items).items():
        old, new = lines.get(old_id), lines.get(new_id)
        gives = old is not None and old.action in GIVEN_UP and new_id in related(old, REPLACED_BY)
        takes = new is not None and new.action == SWAP and old_id in related(new, REPLACES)
        if gives != takes:
            yield old_id if takes else new_id


def loosened(cart: Cart, changes: Iterable[Change]) -> Iterator[ItemChanged]:
    """Relationships to lines that have left: they leave, too."""
    gone = {each.item_id for each in changes if isinstance(each, ItemRemoved)}
    if not gone:
        return
    gone -= {item.id for item in cart.items}
    for item in cart.items if gone else ():
        ties: Any = item.details.get(RELATIONSHIPS) or ()
        kept = [tie for tie in ties if tie["id"] not in gone]
        if len(kept) < len(ties):
            yield ItemChanged(item_id=item.id, before={RELATIONSHIPS: ties}, after={RELATIONSHIPS: kept})


def related_to(fields: Mapping[str, Any], kind: str, other: str) -> dict[str, Any]:
    """The fields of a line with a relationship to another one added, unless it has it."""
    ties = list(fields.get(RELATIONSHIPS) or ())
    tie = {"id": other, "type": kind}
    return {**fields, RELATIONSHIPS: ties if tie in ties else [*ties, tie]}
