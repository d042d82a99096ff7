"""`place`: the place of the cart is one of these."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import ShortText
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Place(Steady):
    """The cart's place is one of `places`, by id or name."""

    kind: Literal["place"]
    places: Annotated[list[ShortText], Field(min_length=1, max_length=1000)]
    """The places."""

    def holds(self, scope: Scope) -> bool:
        """Whether it is."""
        circumstances = scope.sheet.cart_circumstances
        return any(("place", each) in circumstances for each in self.places)
