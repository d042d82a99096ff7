"""`quantity`: a number of units, of all offerings or of some."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from cartwright.wire.schema import CountFromZero
from models.catalog.target import Goods, Target
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Quantity(Steady):
    """The lines have `minimum` to `maximum` units; without a maximum, any number from the minimum up."""

    kind: Literal["quantity"]
    minimum: CountFromZero = 1
    """The least units."""
    maximum: CountFromZero | None = None
    """The most units; without it, any number."""
    target: Goods = Field(default_factory=Target)
    """Which lines are counted."""

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if self.maximum is not None and self.maximum < self.minimum:
            raise PydanticCustomError("out-of-range", "the maximum is less than the minimum")
        return self

    def holds(self, scope: Scope) -> bool:
        """Whether the target lines have that many units together."""
        count = scope.units(self.target)
        return self.minimum <= count and (self.maximum is None or count <= self.maximum)
