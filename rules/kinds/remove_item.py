"""`remove-item`: lines that are removed when others are added (002, Shopping Cart rules)."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from models.changes.item_changes import ItemRemoved
from rules.contents import Move
from rules.removal import remove_items
from rules.rule import Rule, rule
from rules.selector import Selector


@rule
class RemoveItem(Rule):
    """If the cart has a line of `when`, lines of `items` are removed; a line of both stays."""

    rests: ClassVar[bool] = True

    kind: Literal["remove-item"]
    when: Selector
    """Lines that push others out."""
    items: Selector
    """Lines that are removed."""

    def reactions(self, move: Move) -> Iterator[ItemRemoved]:
        """Remove them and their children."""
        causes = {item.id for item in self.when.items(move.after)}
        if causes:
            going = [item.id for item in self.items.items(move.after) if item.id not in causes]
            yield from remove_items(move.after.cart, going)
