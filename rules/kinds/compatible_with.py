"""`compatible-with`: some lines share a cart with named others only."""

from collections.abc import Iterator
from typing import Literal

from cartwright.wire.refusals import ErrorCode
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class CompatibleWith(Rule):
    """A cart with one of `items` may hold only lines of `items` and `others`."""

    kind: Literal["compatible-with"]
    items: Selector
    """Lines that need compatible company."""
    others: Selector
    """Lines that are compatible with them."""

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One for every line that is on neither list."""
        if self.items.items(contents):
            for item, offering in contents.lines:
                if not self.items.takes(item, offering) and not self.others.takes(item, offering):
                    message = f"Rule {self.id} does not let {item.offering_id} into this cart."
                    yield Finding(self.id, item.id, ErrorCode.INCOMPATIBLE_ITEMS, message, item.id)
