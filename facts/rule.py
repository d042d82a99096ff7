"""A rule as the catalog holds it, and what it is asked about; each kind is a file in `rules/kinds/` (002)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from cartwright.wire.header import TimePeriod
from cartwright.wire.lines import Action
from cartwright.wire.refusals import ErrorCode
from cartwright.wire.schema import Id, Model, ShortText
from facts.availability import unavailable
from facts.kinds import Kinds
from models.cart.cart import Cart, Item
from models.catalog.rows import Offering
from models.changes.change import Change

if TYPE_CHECKING:
    from facts.snapshot import Facts

GIVEN_UP: frozenset[Action] = frozenset({"delete", "terminate"})
"""Actions of lines that are on their way out (004)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a cart: by which rule, about what (`subject`), how badly (`excess`).

    One that is `pending` may still come right while the cart is filled: it is a warning, never a refusal.
    """

    rule_id: str
    subject: str
    code: ErrorCode
    message: str
    item_id: str | None = None
    excess: int = 1
    pending: bool = False


@dataclass(frozen=True)
class Contents:
    """A cart as rules see it: lines that stay, without what promotions give; facts and time that go with it."""

    cart: Cart
    facts: "Facts"
    at: datetime

    @cached_property
    def lines(self) -> list[tuple[Item, Offering | None]]:
        """Line items with their offerings, in cart order."""
        offerings = self.facts.offerings
        return [
            (item, offerings.get(item.offering_id or ""))
            for item in self.cart.items
            if not item.is_gift and item.action not in GIVEN_UP
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
    """A cart before a command, and as it is now."""

    before: Contents
    after: Contents

    @cached_property
    def arrived(self) -> list[tuple[Item, Offering | None]]:
        """The lines that were not there before."""
        known = {item.id for item in self.before.cart.items}
        return [(item, offering) for item, offering in self.after.lines if item.id not in known]


class Rule(Model):
    """What may stand in a cart, what must, or what comes and goes with something else."""

    kind: str
    """The kind of rule."""
    id: Id
    """The rule's id."""
    name: ShortText | None = None
    """The rule's name."""
    lifecycle: Literal["active", "paused"] = "active"
    """Only `active` rules count."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    def findings(self, contents: Contents) -> Iterable[Finding]:  # noqa: ARG002 (for those that override it)
        """What is wrong with these contents; nothing, by default."""
        return ()

    def reactions(self, move: Move) -> Iterable[Change]:  # noqa: ARG002 (for those that override it)
        """What else happens to a cart that has just moved; nothing, by default."""
        return ()

    def offering_ids(self) -> Iterable[tuple[str, str]]:
        """Offerings that the rule itself brings into carts, as pairs of field name and id; they must be known."""
        return ()


kinds: Kinds[Rule] = Kinds("rules.kinds")
rule = kinds.register
"""Decorator of a rule's model."""
