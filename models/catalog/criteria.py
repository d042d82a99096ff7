"""What price points, taxes and exemptions are for: the circumstances of a cart and a line."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from cartwright.wire.lines import Characteristics
from cartwright.wire.schema import Id, Model, Name, ShortText

Lifecycle = Literal["draft", "active"]
"""A draft counts nowhere, but in a preview that names it."""


class Criteria(Model):
    """Circumstances of a cart and a line; a criterion that is null or absent matches all."""

    channel: Id | None = None
    """The channel, by id or name."""
    market_segment: Id | None = None
    """The market segment, by id or name."""
    place: Id | None = None
    """The place, by id or name."""
    agreement_id: Id | None = None
    """The agreement that the cart names."""
    customer_id: Id | None = None
    """The customer."""
    user_type: Name | None = None
    """The customer's user type."""
    term: ShortText | None = None
    """The line's contract term."""
    characteristics: Characteristics = Field(default_factory=dict)
    """Values that the line's characteristics must have."""

    @cached_property
    def criteria(self) -> frozenset[tuple[str, str]]:
        """Every circumstance that must hold, as pairs of name and value."""
        plain = ("channel", "market_segment", "place", "agreement_id", "customer_id", "user_type", "term")
        pairs = {(name, value) for name in plain if (value := getattr(self, name)) is not None}
        return frozenset(pairs | {(f"characteristics.{name}", value) for name, value in self.characteristics.items()})
