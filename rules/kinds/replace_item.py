"""`replace-item`: lines that become another offering when others come (002, Shopping Cart rules)."""

from collections.abc import Iterator
from typing import Literal

from cartwright.models.item_changes import ItemChanged
from cartwright.models.schema import Id
from cartwright.pricing.rule import Move, Rule, rule
from cartwright.rules.selector import Selector


@rule
class ReplaceItem(Rule):
    """Where there is a line of `when`, lines of `items` are sold as the offering `by`."""

    kind: Literal["replace-item"]
    when: Selector
    items: Selector
    by: Id

    def reactions(self, move: Move) -> Iterator[ItemChanged]:
        """Change their offerings; quantity, container and all else stay."""
        causes = {item.id for item in self.when.items(move.after)}
        for item in self.items.items(move.after) if causes else ():
            if item.id not in causes and item.offering_id != self.by:
                before, after = {"offeringId": item.offering_id}, {"offeringId": self.by}
                yield ItemChanged(item_id=item.id, before=before, after=after)

    def offering_ids(self) -> Iterator[tuple[str, str]]:
        """The one that it puts in the place of others."""
        yield "by", self.by
