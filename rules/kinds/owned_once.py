"""`owned-once`: the customer can't buy an offering again that they own (003, "already owned")."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cartwright.wire.refusals import ErrorCode
from rules.contents import Contents
from rules.rule import Finding, Rule, rule
from rules.selector import Selector


@rule
class OwnedOnce(Rule):
    """Lines of `items` are refused if their offering is in the customer's `ownedOfferings`."""

    kind: Literal["owned-once"]
    items: Selector = Field(default_factory=Selector)
    """Lines that the rule is about."""

    def findings(self, contents: Contents) -> Iterator[Finding]:
        """One for every line that is added although it is owned."""
        customer = contents.cart.header.customer
        owned = set(customer.owned_offerings) if customer else set()
        for item in self.items.items(contents):
            if item.offering_id in owned and item.action == "add":
                message = f"The customer owns {item.offering_id} already."
                yield Finding(self.id, item.id, ErrorCode.ALREADY_OWNED, message, item.id)
