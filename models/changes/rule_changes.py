"""What a rule did to a cart: a report behind the changes themselves (002, changedItemsByRule)."""

from models.cart.cart import Cart
from models.changes.change import Change, change


@change("rule-applied")
class RuleApplied(Change):
    """A rule added, removed or changed these items, by the changes before this one."""

    rule_id: str
    """The rule's id."""
    item_ids: list[str]
    """Ids of the items that it changed."""

    def apply(self, cart: Cart) -> Cart:
        """Nothing more happens."""
        return cart

    def touches(self) -> frozenset[str]:
        """The items."""
        return frozenset(f"item:{item_id}" for item_id in self.item_ids)
