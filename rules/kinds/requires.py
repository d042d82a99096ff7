"""`requires`: some lines are sold only together with others."""

from collections.abc import Iterator
from typing import Literal

from cartwright.wire.refusals import ErrorCode
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class Requires(Rule):
    """Lines of `items` need a line of `needs`, in the cart or in their own container."""

    kind: Literal["requires"]
    items: Selector
    """Lines that need others."""
    needs: Selector
    """Lines that they need."""
    per: Literal["cart", "container"] = "cart"
    """Whether the needed line may be anywhere in the cart or must be in the same container."""

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One for every line that lacks what it needs."""
        there = self.needs.items(contents)
        for item in self.items.items(contents):
            near = (each for each in there if self.per == "cart" or each.container_id == item.container_id)
            if not any(each.id != item.id for each in near):
                message = f"Rule {self.id} wants something else in the cart for {item.offering_id}."
                yield Finding(self.id, item.id, ErrorCode.RULE_BROKEN, message, item.id)
