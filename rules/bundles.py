"""Bundles: default members come with their parent, quantities follow it, and members keep within their cardinality.

Members hang on their parent by `parentId`; that they leave with it is the matter of `removal` (002, 004).
"""

from collections.abc import Iterable, Iterator

from cartwright.wire.refusals import ErrorCode
from models.cart.cart import Item
from models.cart.free_ids import free_id
from models.cart.item_fields import write_item
from models.catalog.offering import BundleMember, Offering
from models.changes.change import Change
from models.changes.item_changes import ItemAdded, QuantityChanged
from rules.contents import Contents, Move
from rules.rule import Finding

BUNDLE = "bundle"
"""The id under which bundles report what they did."""


def bundle_findings(contents: Contents) -> Iterator[Finding]:
    """Members beyond their maximum per unit of the parent; those below their minimum may still come."""
    for item, offering in _bundles(contents.lines):
        for member in offering.bundle:
            members = _members(contents, item, member)
            count = sum(child.quantity for child in members)
            subject = f"{item.id} {member.offering_id}"
            if count > member.max * item.quantity:
                message = f"{item.offering_id} holds at most {member.max * item.quantity} of {member.offering_id}."
                excess = count - member.max * item.quantity
                yield Finding(BUNDLE, subject, ErrorCode.RULE_BROKEN, message, members[-1].id, excess)
            if count < member.min * item.quantity:
                message = f"{item.offering_id} needs {member.min * item.quantity} of {member.offering_id}."
                yield Finding(BUNDLE, subject, ErrorCode.RULE_BROKEN, message, item.id, pending=True)


def bundle_reactions(move: Move) -> Iterator[Change]:
    """Default members of bundles that came without them, and quantities of members whose parent's has changed."""
    yield from _defaults(move)
    yield from _quantities(move)


def _defaults(move: Move) -> Iterator[ItemAdded]:
    """A member that is not on sale does not come; its bundle then stays incomplete."""
    taken = {item.id for item in move.after.cart.items}
    for item, offering in _bundles(move.arrived):
        for member in offering.bundle:
            if member.default and move.after.sells(member.offering_id) and not _members(move.after, item, member):
                child_id = free_id(f"{item.id}-{member.offering_id}", taken)
                taken.add(child_id)
                child = Item(
                    id=child_id,
                    offering_id=member.offering_id,
                    quantity=member.default * item.quantity,
                    container_id=item.container_id,
                    parent_id=item.id,
                    added_by=f"{BUNDLE}:{item.id}",
                )
                yield ItemAdded(item_id=child.id, item=write_item(child))


def _quantities(move: Move) -> Iterator[QuantityChanged]:
    """A member that comes so many times per unit of its parent keeps doing so, unless the command states how many."""
    before = {item.id: item.quantity for item in move.before.cart.items}
    after = {item.id: item.quantity for item, _ in move.after.lines}
    for child, _ in move.after.lines:
        parent = child.parent_id
        if parent in before and parent in after and before[parent] != after[parent] and child.id not in move.held:
            each, odd = divmod(child.quantity, before[parent])
            if before.get(child.id) == child.quantity and not odd:
                yield QuantityChanged(item_id=child.id, before=child.quantity, after=each * after[parent])


def _bundles(lines: Iterable[tuple[Item, Offering | None]]) -> Iterator[tuple[Item, Offering]]:
    for item, offering in lines:
        if offering is not None and offering.bundle:
            yield item, offering


def _members(contents: Contents, parent: Item, member: BundleMember) -> list[Item]:
    return [item for item in contents.children.get(parent.id, ()) if item.offering_id == member.offering_id]
