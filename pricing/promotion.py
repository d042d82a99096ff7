"""A promotion as the catalog holds it: conditions × benefits, at one level, within caps and dates."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from cartwright.wire.header import TimePeriod
from cartwright.wire.schema import Id, Model, Name, ShortText
from facts.promotion import Caps, Level
from facts.reach import EVERYBODY, NOBODY, Reach
from facts.rows import promotion_rows
from facts.snapshot import Facts
from facts.validity import bounds
from pricing.benefits import AnyBenefit
from pricing.conditions import AnyCondition, narrowest, turns_of

MAX_NESTING = 20
"""How deep conditions may be nested; the database has a limit too, and deeper ones are unreadable."""


def _readable(conditions: list[AnyCondition]) -> list[AnyCondition]:
    if any(each.depth > MAX_NESTING for each in conditions):
        raise PydanticCustomError("too-deep", f"conditions are nested at most {MAX_NESTING} deep")
    return conditions


def _counting(caps: Caps, given: ValidationInfo) -> Caps:
    if caps.per_cart not in (None, 1) and given.data.get("level") == "cart":
        raise PydanticCustomError("without-effect", "a promotion of the cart applies to it once: more has no effect")
    return caps


@promotion_rows.register
class Promotion(Model):
    """A reduction that carts get automatically, by a coupon, or on demand (`automatic: false`).

    Within a level, higher priorities come first. An exclusive promotion reduces only prices that no other has
    reduced, and no other reduces them afterwards.
    """

    id: Id
    """The promotion's id."""
    name: ShortText | None = None
    """The promotion's name."""
    level: Level = "cart"
    """Whether it is tested on and applied to each item, each container, or the cart."""
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] = 0
    """Higher priorities come first within a level, or altogether if the pricing policy's `promotionOrder` says so."""
    exclusive: bool = False
    """Whether prices that it reduces are closed to other promotions."""
    group: Name | None = None
    """Of promotions in one group only one applies to a cart in a period: the one that leaves the least to pay."""
    automatic: bool = True
    """Whether it applies without being asked for."""
    coupon: ShortText | None = None
    """The coupon that asks for it."""
    lifecycle: Literal["draft", "active", "paused", "retired"] = "active"
    """Only `active` promotions apply."""
    conditions: Annotated[list[AnyCondition], Field(max_length=50), AfterValidator(_readable)] = Field(
        default_factory=list
    )
    """All of them must hold."""
    benefits: Annotated[list[AnyBenefit], Field(min_length=1, max_length=20)]
    """What it gives."""
    caps: Annotated[Caps, AfterValidator(_counting)] = Field(default_factory=Caps)
    """How often it applies."""
    valid_for: TimePeriod | None = None
    """When it is valid; always if absent."""

    @cached_property
    def on_demand(self) -> bool:
        """Whether somebody must ask for it."""
        return self.coupon is not None or not self.automatic

    @cached_property
    def about_all_goods(self) -> bool:
        """Whether one of its benefits is for all goods, reduced or not."""
        return any(each.target.takes_all_goods for each in self.benefits)

    @cached_property
    def by_price(self) -> bool:
        """Whether the lines where it holds may be looked at together: each price gets what it gets alone, for good."""
        free = not self.limited and self.caps.per_cart is None
        return free and self.level == "item" and all(each.by_price(self.level) for each in self.benefits)

    @cached_property
    def comparing(self) -> Sequence[AnyBenefit]:
        """The benefits that compare the prices of lines."""
        return [each for each in self.benefits if each.compares_lines(self.level)]

    @cached_property
    def brings_items(self) -> bool:
        """Whether it may add something to carts, whatever is left of their prices."""
        return any(each.brings is None or each.brings for each in self.benefits)

    @cached_property
    def limited(self) -> bool:
        """Whether it gives something for a number of periods only."""
        return any(each.limited for each in self.benefits)

    @cached_property
    def reach(self) -> Reach:
        """The keys of the carts that get it without asking, if its conditions hold."""
        if self.on_demand or self.lifecycle != "active":
            return NOBODY
        narrow = narrowest(self.conditions)
        return EVERYBODY if narrow is None else narrow

    @cached_property
    def turns(self) -> Sequence[datetime] | None:
        """When it may begin or cease to apply to a cart that stays as it is, at the prices that it has.

        None: at any time, for one that is volatile: because of a condition, of a benefit, or of caps over many carts.
        """
        turns = turns_of(self.conditions)
        if turns is None or self.caps.shared or any(each.brings is None for each in self.benefits):
            return None
        return (*turns, *bounds(self.valid_for))

    @cached_property
    def brings(self) -> Sequence[str]:
        """The offerings that it adds to carts."""
        return [offering_id for each in self.benefits for offering_id in each.brings or ()]


def promotions_of(levels: Sequence[Level], facts: Facts, *, on_demand: bool) -> list[Promotion]:
    """The promotions of some levels in their order, with or without those that somebody must ask for."""
    promotions = facts.promotions if on_demand else facts.automatic
    return cast("list[Promotion]", [each for level in levels for each in promotions.get(level, ())])
