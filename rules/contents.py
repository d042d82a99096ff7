"""What rules look at: a cart with its facts, and how it has moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cartwright.wire.lines import Action
from facts.availability import unavailable
from facts.snapshot import Facts
from models.cart.cart import Cart, Item, without_gifts
from models.catalog.offering import Offering

GIVEN_UP: frozenset[Action] = frozenset({"delete", "terminate"})
"""Actions of lines that are on their way out (004)."""


@dataclass(frozen=True)
class Contents:
    """A cart as rules see it: lines that stay, without what promotions give; facts and time that go with it."""

    cart: Cart
    facts: Facts
    at: datetime

    @cached_property
    def lines(self) -> list[tuple[Item, Offering | None]]:
        """Line items with their offerings, in cart order."""
        offerings = self.facts.offerings
        return [
            (item, offerings.get(item.offering_id or ""))
            for item in without_gifts(self.cart.items)
            if item.action not in GIVEN_UP
        ]

    @cached_property
    def children(self) -> Mapping[str, list[Item]]:
        """Line items by what they hang on, in cart order."""
        found: dict[str, list[Item]] = {}
        for item, _ in self.lines:
            if item.parent_id is not None:
                found.setdefault(item.parent_id, []).append(item)
        return found

    def sells(self, offering_id: str) -> bool:
        """Whether an offering is known and on sale for this cart, so that a rule may bring it."""
        offering = self.facts.offerings.get(offering_id)
        return offering is not None and unavailable(offering, self.cart.header, self.at) is None


@dataclass(frozen=True)
class Move:
    """A cart before a command, and as it is now. The quantities of lines with the ids `held` are the command's own."""

    before: Contents
    after: Contents
    held: frozenset[str] = frozenset()

    @cached_property
    def arrived(self) -> list[tuple[Item, Offering | None]]:
        """The lines that were not there before."""
        known = {item.id for item in self.before.cart.items}
        return [(item, offering) for item, offering in self.after.lines if item.id not in known]
