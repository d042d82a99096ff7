"""`add-item`: an item that is added and removed with others (002, Shopping Cart rules)."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import Id, Quantity
from models.cart.cart import Item
from models.cart.free_ids import free_id
from models.cart.item_fields import write_item
from models.changes.change import Change
from models.changes.item_changes import ItemAdded
from rules.contents import Contents, Move
from rules.removal import remove_items
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class AddItem(Rule):
    """A cart with a line of `when` has one of the offering; the added line leaves with the last of them."""

    rests: ClassVar[bool] = True

    kind: Literal["add-item"]
    when: Selector
    """Lines that bring the item along."""
    offering_id: Id
    """The offering that is added."""
    quantity: Quantity = 1
    """How many units."""

    def reactions(self, move: Move) -> Iterator[Change]:
        """Add the item, or remove it."""
        cart, mark = move.after.cart, f"rule:{self.id}"
        own = [item for item in cart.items if item.added_by == mark]
        wanted = any(item.added_by != mark for item in self.when.items(move.after))
        if wanted and not self._there(move.after) and move.after.sells(self.offering_id):
            item_id = free_id(f"{self.id}-{self.offering_id}", {each.id for each in cart.items})
            item = Item(item_id, self.offering_id, self.quantity, added_by=mark)
            yield ItemAdded(item_id=item.id, item=write_item(item))
        elif not wanted and own:
            yield from remove_items(cart, [item.id for item in own])

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One if the offering should be there, but is not on sale."""
        if self.when.items(contents) and not self._there(contents):
            message = f"Rule {self.id} adds {self.offering_id}, which is not on sale for this cart."
            yield Finding(self.id, "", ErrorCode.OFFERING_NOT_AVAILABLE, message, pending=True)

    def _there(self, contents: Contents) -> bool:
        return any(item.offering_id == self.offering_id for item, _ in contents.lines)

    def offering_ids(self) -> Iterator[tuple[str, str]]:
        """The one that it adds."""
        yield "offeringId", self.offering_id
