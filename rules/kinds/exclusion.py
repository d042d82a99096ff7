"""`exclusion`: some lines can't be in a cart with others (002, Mutually Exclusivity)."""

from collections.abc import Iterator
from typing import Literal

from cartwright.wire.refusals import ErrorCode
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class Exclusion(Rule):
    """Lines of `items` and `others` can't be in one cart; a line on both sides does not exclude itself."""

    kind: Literal["exclusion"]
    items: Selector
    """Lines on one side."""
    others: Selector
    """Lines on the other side."""

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One for every line of the other side."""
        items = {item.id for item in self.items.items(contents)}
        for other in self.others.items(contents):
            if items - {other.id}:
                message = f"Rule {self.id} keeps {other.offering_id} and others of this cart apart."
                yield Finding(self.id, other.id, ErrorCode.INCOMPATIBLE_ITEMS, message, other.id)
