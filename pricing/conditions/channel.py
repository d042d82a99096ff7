"""`channel`: the channel of the cart is one of these."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import ShortText
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Channel(Steady):
    """The cart's channel is one of `channels`, by id or name."""

    kind: Literal["channel"]
    channels: Annotated[list[ShortText], Field(min_length=1, max_length=1000)]
    """The channels."""

    def holds(self, scope: Scope) -> bool:
        """Whether it is."""
        circumstances = scope.sheet.cart_circumstances
        return any(("channel", each) in circumstances for each in self.channels)
