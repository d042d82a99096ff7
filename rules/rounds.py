"""Whether rules that answer each other will come to rest: the one thing that rounds of reactions could do for ever.

Rules go in a circle in two ways. They bring the cart back to a state that it had before: that is seen at once. Or each
turn leaves another line behind: that is seen by the number of rounds, for a chain of reactions that ends has no more
links than there are things to react. A link is a rule that has applied, at one level of the lines that hang on each
other; a bundle that came with the command adds one level, because a bundle that ends doesn't hold itself.
"""

from collections.abc import Sequence
from functools import cached_property

from models.cart.cart import Cart
from rules.contents import Move
from rules.nesting import depths


class Rounds:
    """The rounds of reactions to one command."""

    def __init__(self, cart: Cart) -> None:
        self._states = [cart.items]
        self._applied: list[Sequence[str]] = []

    @cached_property
    def _depth(self) -> int:
        """How deep lines hung on each other before the rules reacted; most commands never need to know."""
        return max(depths({item.id: item.parent_id for item in self._states[0]}).values(), default=0)

    def looping(self, applied: Sequence[str], move: Move) -> list[str]:
        """The rules that go in a circle, now that these have applied in one more round; none, if they may rest yet."""
        items = move.after.cart.items
        self._applied.append(applied)
        if items in self._states:
            return _names(self._applied[self._states.index(items) :])
        self._states.append(items)
        rules = len(_names(self._applied))
        bundles = {item.offering_id for item, offering in move.arrived if offering is not None and offering.bundle}
        if len(self._applied) > (rules + 1) * (self._depth + len(bundles) + 1):
            return _names(self._applied[-rules:])
        return []


def _names(rounds: Sequence[Sequence[str]]) -> list[str]:
    return sorted({rule_id for applied in rounds for rule_id in applied})
