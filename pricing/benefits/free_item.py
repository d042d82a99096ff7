"""`free-item`: the promotion adds an item for free, or one per set; it goes when the promotion no longer applies."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.lines import Characteristics
from cartwright.wire.schema import MAX_QUANTITY, Count, Id
from facts.availability import unavailable
from facts.promotion import Level
from models.cart.cart import GIFT, Item
from models.catalog.target import Goods, Target
from pricing.benefits import NOTHING, Benefit, benefit
from pricing.promotions.scope import Offer, Scope

EVERYTHING = Target()


@benefit
class FreeItem(Benefit):
    """The offering that is given, and how many units: once, or for every `buy` units that are bought."""

    kind: Literal["free-item"]
    offering_id: Id
    """The offering that is given."""
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many units; with `buy`, for each set."""
    characteristics: Characteristics = Field(default_factory=dict)
    """The characteristics of the new item."""
    buy: Annotated[int, Field(ge=1, le=10**6)] | None = None
    """How many units make a set; without it, the gift is given once."""
    bought: Goods | None = None
    """Which units make sets; all if absent."""
    max_sets: Annotated[Count, Field(le=1000)] | None = None
    """How many sets count at most."""

    @model_validator(mode="after")
    def _sets_are_counted(self) -> Self:
        given = next((name for name in ("bought", "max_sets") if getattr(self, name) is not None), None)
        if given is not None and self.buy is None:
            alias = type(self).model_fields[given].alias
            raise PydanticCustomError("without-effect", f"without buy there are no sets: {alias} has no effect")
        return self

    def without_effect(self, level: Level) -> str | None:
        """What is given is the offering, not prices of the cart; and a line has no other goods."""
        if "target" in self.model_fields_set:
            return "target"
        return "bought" if self.bought is not None and level == "item" else None

    @property
    def brings(self) -> Sequence[str]:
        """The offering."""
        return (self.offering_id,)

    def of_unit(self) -> tuple[Fraction, int]:
        """Nothing: it takes only of what it adds."""
        return NOTHING, 0

    def offer(self, scope: Scope) -> Offer:
        """The new item, if there is a set; a warning if the offering is not on sale here."""
        sheet, promotion_id, quantity = scope.sheet, scope.promotion_id, self._given(scope)
        if not quantity or any(line.item.added_by == f"{GIFT}{promotion_id}" for line in sheet.kept):
            return Offer()
        offering = sheet.facts.offerings.get(self.offering_id)
        reason = "is not known" if offering is None else unavailable(offering, sheet.cart.header, sheet.at)
        if offering is None or reason is not None:
            sheet.warn("gift-not-available", f"{self.offering_id}, which promotion {promotion_id} gives, {reason}.")
            return Offer()
        first = scope.lines[0].item if scope.level != "cart" and scope.lines else None
        place = "" if first is None else f"-{first.id if scope.level == 'item' else first.container_id}"
        item = Item(
            id=sheet.new_item_id(f"{promotion_id}{place}-{self.offering_id}"),
            offering_id=self.offering_id,
            quantity=quantity,
            container_id=first.container_id if first else None,
            characteristics=self.characteristics,
            added_by=f"{GIFT}{promotion_id}",
        )
        return Offer(gifts=[(item, offering)])

    def _given(self, scope: Scope) -> int:
        """How many units are given; what is more than an item can have is not."""
        if self.buy is None:
            return self.quantity
        sets = scope.units(self.bought or EVERYTHING) // self.buy
        return min(self.quantity * (sets if self.max_sets is None else min(sets, self.max_sets)), MAX_QUANTITY)
