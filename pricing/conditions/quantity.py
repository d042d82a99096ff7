"""`quantity`: so many units, of all offerings or of some."""

from typing import Literal

from pydantic import Field

from cartwright.wire.schema import CountFromZero
from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope
from pricing.promotions.target import Target


@condition
class Quantity(Condition):
    """From `minimum` up to `maximum` units; no maximum means any number above."""

    kind: Literal["quantity"]
    minimum: CountFromZero = 1
    """The least units."""
    maximum: CountFromZero | None = None
    """The most units; without it, any number."""
    target: Target = Field(default_factory=Target)
    """Which lines are counted."""

    def holds(self, scope: Scope) -> bool:
        """Whether the lines that are meant have so many units together."""
        count = sum(line.item.quantity for line in scope.lines if line.rows and self.target.takes_line(line))
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)
