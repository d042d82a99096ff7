"""`free-item`: the promotion adds an item for free; it is removed when the promotion no longer applies."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.lines import Characteristics
from cartwright.wire.schema import Id
from facts.availability import unavailable
from models.cart.cart import GIFT, Item
from pricing.benefits import Benefit, benefit
from pricing.promotions.scope import Offer, Scope


@benefit
class FreeItem(Benefit):
    """The offering that is given, and how many units."""

    kind: Literal["free-item"]
    offering_id: Id
    """The offering that is given."""
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many units."""
    characteristics: Characteristics = Field(default_factory=dict)
    """The characteristics of the new item."""

    @property
    def brings(self) -> Sequence[str]:
        """The offering."""
        return (self.offering_id,)

    def offer(self, scope: Scope) -> Offer:
        """The new item; a warning if the offering is not on sale here."""
        sheet, promotion_id = scope.sheet, scope.promotion_id
        if any(line.item.added_by == f"{GIFT}{promotion_id}" for line in sheet.kept):
            return Offer()
        offering = sheet.facts.offerings.get(self.offering_id)
        reason = "is not known" if offering is None else unavailable(offering, sheet.cart.header, sheet.at)
        if offering is None or reason is not None:
            sheet.warn("gift-not-available", f"{self.offering_id}, which promotion {promotion_id} gives, {reason}.")
            return Offer()
        first = scope.lines[0].item if scope.level != "cart" and scope.lines else None
        place = "" if first is None else f"-{first.id if scope.level == 'item' else first.container_id}"
        item = Item(
            id=sheet.new_item_id(f"{promotion_id}{place}-{self.offering_id}"[:120]),
            offering_id=self.offering_id,
            quantity=self.quantity,
            container_id=first.container_id if first else None,
            characteristics=self.characteristics,
            added_by=f"{GIFT}{promotion_id}",
        )
        return Offer(gifts=[(item, offering)])
