"""How a line that is swapped finds the one whose place it takes (004, `swap;add`): terminate the old, add the new.

The new line names the old one by a relationship `replaces`, or the customer's product by `productId`; else the old one
is the last terminated line before it in the command, with the same parent. A swapped line that finds nothing stays
alone: what it takes the place of is not in this cart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cartwright.wire.lines import Action, NewItem
from models.cart.cart import Cart
from models.cart.forms import Document
from models.cart.item_fields import write_item
from models.changes.item_changes import ItemChanged
from rules.contents import GIVEN_UP
from rules.pairs import REPLACED_BY, REPLACES, SWAP, swapped, tied

TERMINATE: Action = "terminate"


def without_old_line(cart: Cart, given: Sequence[NewItem]) -> frozenset[int]:
    """The places of swapped lines whose product is in no line: it gets a line of its own, which is terminated."""
    swaps = {place for place, new in enumerate(given) if new.action == SWAP and new.product_id and not _named(new)}
    if not swaps:
        return frozenset()
    known = {item.product_id for item in cart.items}
    known |= {new.product_id for place, new in enumerate(given) if place not in swaps}
    return frozenset(place for place in swaps if given[place].product_id not in known)


def pairs_of(cart: Cart, lines: Sequence[tuple[str, NewItem]]) -> dict[str, str]:
    """What the swapped lines among these take the place of: old by new."""
    found: dict[str, str] = {}
    known = {item.id for item in cart.items} | {own for own, _ in lines} if any(map(_is_swap, lines)) else set()
    for place, (own, new) in enumerate(lines):
        if new.action == SWAP:
            old = _old_line(cart, lines, place, known, found.values())
            if old is not None:
                found[own] = old
    return found


def taken_twice(cart: Cart, pairs: Mapping[str, str]) -> Iterator[str]:
    """The new lines whose old one has another new one already."""
    taken = set(swapped(cart.items)) if pairs else set()
    for new, old in pairs.items():
        if old in taken:
            yield new
        taken.add(old)


def tie(own: str, fields: Document, pairs: Mapping[str, str]) -> Document:
    """The fields of a new line with the relationships and the action that its pair, if it is in one, demands."""
    if own in pairs:
        fields = tied(fields, REPLACES, pairs[own])
    for new, old in pairs.items():
        if old == own:
            action = fields.get("action")
            fields = {**tied(fields, REPLACED_BY, new), "action": action if action in GIVEN_UP else TERMINATE}
    return fields


def old_lines_changed(cart: Cart, pairs: Mapping[str, str]) -> Iterator[tuple[str, ItemChanged]]:
    """Changes that terminate lines of the cart whose place others take, each with the id of its new line."""
    for new, old in pairs.items():
        item = cart.item(old)
        if item is not None:
            before = write_item(item)
            after = tie(old, before, {new: old})
            names = [name for name in ("action", "relationships") if before.get(name) != after.get(name)]
            values = {name: before.get(name) for name in names}
            yield new, ItemChanged(item_id=old, before=values, after={name: after[name] for name in names})


def _is_swap(line: tuple[str, NewItem]) -> bool:
    return line[1].action == SWAP


def _named(new: NewItem) -> list[str]:
    """What the line says it replaces."""
    return [each.id for each in new.relationships or () if each.type == REPLACES]


def _old_line(
    cart: Cart, lines: Sequence[tuple[str, NewItem]], place: int, known: set[str], taken: Iterable[str]
) -> str | None:
    """The line whose place this one takes, if there is one."""
    own, new = lines[place]
    named = [each for each in _named(new) if each in known and each != own]
    if named:
        return named[0]
    if new.product_id is not None:
        others = [(other, each) for other, each in lines if other != own and each.action != SWAP]
        sent = [other for other, each in others if each.product_id == new.product_id]
        there = [item.id for item in cart.items if item.product_id == new.product_id and item.action != SWAP]
        return next(iter((*sent, *there)), None)
    for other, each in reversed(lines[:place]):
        if each.action == TERMINATE and each.parent_id == new.parent_id and other not in taken:
            return other
    return None
