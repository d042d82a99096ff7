"""`exclusion`: some lines never share a cart with some others (002, Mutually Exclusivity)."""

from collections.abc import Iterator
from typing import Literal

from cartwright.wire.refusals import ErrorCode
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class Exclusion(Rule):
    """Lines of one side keep out those of the other; a line that both sides name is not in its own way."""

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
