"""`quantity`: a number of units, of all offerings or of some."""

from typing import Literal

from pydantic import Field

from cartwright.wire.schema import CountFromZero
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope
from pricing.promotions.target import Target


@condition
class Quantity(Steady):
    """The lines have `minimum` to `maximum` units; without a maximum, any number from the minimum up."""

    kind: Literal["quantity"]
    minimum: CountFromZero = 1
    """The least units."""
    maximum: CountFromZero | None = None
    """The most units; without it, any number."""
    target: Target = Field(default_factory=Target)
    """Which lines are counted."""

    def holds(self, scope: Scope) -> bool:
        """Whether the target lines have that many units together."""
        count = sum(
            line.item.quantity for line in scope.lines if (line.kept or line.rows) and self.target.takes_line(line)
        )
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)
