"""`segment`: the market segment of the cart is one of these."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import ShortText
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Segment(Steady):
    """The cart's market segment is one of `segments`, by id or name."""

    kind: Literal["segment"]
    segments: Annotated[list[ShortText], Field(min_length=1, max_length=1000)]
    """The market segments."""

    def holds(self, scope: Scope) -> bool:
        """Whether it is."""
        circumstances = scope.sheet.cart_circumstances
        return any(("market_segment", each) in circumstances for each in self.segments)
