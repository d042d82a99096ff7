"""How a line that is swapped finds the one whose place it takes (004, `swap;add`): terminate the old, add the new.

The new line names the old one by a relationship `replaces`, or the customer's product by `productId`; else the old one
is the last terminated line before it in the command, with the same parent. A swapped line that finds nothing stays
alone: what it takes the place of is not in this cart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cartwright.wire.lines import Action, NewItem
from handlers.differing import differing
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.changes.item_changes import ItemChanged
from rules.contents import GIVEN_UP
from rules.pairs import REPLACED_BY, REPLACES, SWAP, related_to, swapped

TERMINATE: Action = "terminate"
_SHARED = ("productId", "parentId", "containerId", "actionReason")
"""Fields that the line of a swapped product has from the new one."""


def without_old_line(cart: Cart, given: Sequence[NewItem]) -> frozenset[int]:
    """The places of swapped lines whose product is in no line: it gets a line of its own, which is terminated."""
    swaps = {place for place, new in enumerate(given) if new.action == SWAP and new.product_id and not _named(new)}
    if not swaps:
        return frozenset()
    known = {item.product_id for item in cart.items}
    known |= {new.product_id for place, new in enumerate(given) if place not in swaps}
    return frozenset(place for place in swaps if given[place].product_id not in known)


def old_line(new: NewItem) -> NewItem:
    """The line that terminates the product of a swapped one."""
    given = new.wire()
    return NewItem.model_validate({**{name: given[name] for name in _SHARED if name in given}, "action": TERMINATE})


def pairs_of(cart: Cart, lines: Sequence[tuple[str, NewItem]]) -> dict[str, str]:
    """What the swapped lines among these take the place of: old by new."""
    if not any(new.action == SWAP for _, new in lines):
        return {}
    known = {item.id for item in cart.items} | {own for own, _ in lines}
    products = {item.product_id: item.id for item in reversed(cart.items) if item.action != SWAP}
    products |= {new.product_id: own for own, new in reversed(lines) if new.action != SWAP and new.product_id}
    found: dict[str, str] = {}
    taken: set[str] = set()
    terminated: dict[str | None, list[str]] = {}
    for own, new in lines:
        if new.action == TERMINATE:
            terminated.setdefault(new.parent_id, []).append(own)
        if new.action == SWAP:
            named = next((each for each in _named(new) if each in known and each != own), None)
            waiting = terminated.get(new.parent_id, []) if new.product_id is None else []
            while named is None and waiting and waiting[-1] in taken:
                waiting.pop()
            old = named or products.get(new.product_id or "") or (waiting[-1] if waiting else None)
            if old is not None:
                found[own] = old
                taken.add(old)
    return found


def taken_twice(cart: Cart, pairs: Mapping[str, str]) -> Iterator[str]:
    """The new lines whose old one has another new one already."""
    taken = set(swapped(cart.items)) if pairs else set()
    for new, old in pairs.items():
        if old in taken:
            yield new
        taken.add(old)


@dataclass(slots=True)
class Tie:
    """What a line is to others: the old one that it takes the place of, the new one that takes its place."""

    old: str | None = None
    new: str | None = None


def ties_of(pairs: Mapping[str, str]) -> dict[str, Tie]:
    """What the lines of these pairs are to each other, by id."""
    ties: dict[str, Tie] = {}
    for new, old in pairs.items():
        ties.setdefault(new, Tie()).old = old
        ties.setdefault(old, Tie()).new = new
    return ties


def tied(fields: Document, tie: Tie) -> Document:
    """The fields of a line with the relationships and the action that its pair demands."""
    if tie.old is not None:
        fields = related_to(fields, REPLACES, tie.old)
    if tie.new is not None:
        action = fields.get("action")
        fields = {**related_to(fields, REPLACED_BY, tie.new), "action": action if action in GIVEN_UP else TERMINATE}
    return fields


def old_lines_changed(cart: Cart, pairs: Mapping[str, str]) -> Iterator[tuple[str, ItemChanged]]:
    """Changes that terminate lines of the cart whose place others take, each with the id of its new line."""
    items = {item.id: item for item in cart.items} if pairs else {}
    for new, old in pairs.items():
        if old in items:
            current = write_item(items[old])
            fields = tied(current, Tie(new=new))
            before, after = differing({name: fields[name] for name in ("action", "relationships")}, current)
            yield new, ItemChanged(item_id=old, before=before, after=after)


def _named(new: NewItem) -> list[str]:
    """What the line says it replaces."""
    return [each.id for each in new.relationships or () if each.type == REPLACES]
