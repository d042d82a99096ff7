"""What a snapshot and the budgets know of a promotion: its place among the others, and its caps."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, Self, TypeVar

from cartwright.wire.schema import Count, Model
from facts.reach import Reach

Level = Literal["item", "container", "cart"]
LEVELS: tuple[Level, ...] = ("item", "container", "cart")
"""Levels in the order in which they are applied (002)."""


class Caps(Model):
    """How often a promotion applies: to lines or containers of one cart, for one customer, altogether."""

    per_cart: Count | None = None
    """To how many lines or containers of one cart it applies."""
    per_customer: Count | None = None
    """How many carts of one customer it applies to."""
    total: Count | None = None
    """How many carts it applies to altogether."""

    @property
    def shared(self) -> bool:
        """Whether other carts count."""
        return self.per_customer is not None or self.total is not None


class PromotionRow(Protocol):
    """A promotion without its conditions and benefits, which `pricing.promotion` adds."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def level(self) -> Level:
        """What it reduces together: the prices of a line, of a container, of the cart."""

    @property
    def priority(self) -> int:
        """Higher ones of a level come first."""

    @property
    def caps(self) -> Caps:
        """How often it applies."""

    @property
    def on_demand(self) -> bool:
        """Whether somebody must ask for it."""

    @property
    def reach(self) -> Reach:
        """The keys of the carts that get it without asking."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """The promotion with some fields set."""


P = TypeVar("P", bound=PromotionRow)


def as_active(promotion: P) -> P:
    """The promotion as if it were active."""
    return promotion.model_copy(update={"lifecycle": "active"})


def by_level(promotions: Iterable[P]) -> dict[str, tuple[P, ...]]:
    """The promotions of each level, the highest priority first; the id decides between equals."""
    ordered = sorted(promotions, key=lambda each: (-each.priority, each.id))
    return {level: tuple(each for each in ordered if each.level == level) for level in LEVELS}
