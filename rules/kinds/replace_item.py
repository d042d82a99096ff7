"""`replace-item`: lines that become another offering when others are added (002, Shopping Cart rules)."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import Id
from models.cart.cart import Item
from models.changes.item_changes import ItemChanged
from rules.contents import Contents, Move
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class ReplaceItem(Rule):
    """If the cart has a line of `when`, lines of `items` become the offering `by`."""

    rests: ClassVar[bool] = True

    kind: Literal["replace-item"]
    when: Selector
    """Lines that cause the replacement."""
    items: Selector
    """Lines that are replaced."""
    by: Id
    """The offering that replaces them."""

    def reactions(self, move: Move) -> Iterator[ItemChanged]:
        """Change their offerings; quantity, container and all else stay."""
        for item in self._replaced(move.after) if move.after.sells(self.by) else ():
            before, after = {"offeringId": item.offering_id}, {"offeringId": self.by}
            yield ItemChanged(item_id=item.id, before=before, after=after)

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One for every line that should be another offering, which is not on sale."""
        for item in self._replaced(contents):
            message = f"Rule {self.id} replaces {item.offering_id} by {self.by}, which is not on sale for this cart."
            yield Finding(self.id, item.id, ErrorCode.OFFERING_NOT_AVAILABLE, message, item.id, pending=True)

    def _replaced(self, contents: Contents) -> list[Item]:
        causes = {item.id for item in self.when.items(contents)}
        lines = self.items.items(contents) if causes else []
        return [item for item in lines if item.id not in causes and item.offering_id != self.by]

    def offering_ids(self) -> Iterator[tuple[str, str]]:
        """The one that it puts in the place of others."""
        yield "by", self.by
