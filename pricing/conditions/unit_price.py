"""`unit-price`: a unit of some line costs at least an amount, or more."""

from typing import Literal

from pydantic import Field

from cartwright.wire.amounts import StatedAmount
from models.catalog.target import Target
from pricing.conditions import Effect, Steady, condition
from pricing.promotions.scope import Scope
from pricing.sheet.counting import counting_of


@condition
class UnitPrice(Steady, StatedAmount):
    """One unit of some price of the target costs `amount` or more before all promotions, as the cart's prices count."""

    kind: Literal["unit-price"]
    target: Target = Field(default_factory=Target)
    """Which prices are looked at."""
    above: bool = False
    """Whether it must be more than the amount."""

    @property
    def reductions_may(self) -> Effect:
        """Take it below the amount, or out of the target."""
        return "fail"

    def holds(self, scope: Scope) -> bool:
        """Whether one does; never in another currency."""
        if self.currency != scope.sheet.currency:
            return False
        counting, rows = counting_of(scope.sheet), scope.counted(self.target)
        runs = [(row, run) for row in rows for run in row.units_unpromoted]
        beyond = [counting.of(row, run.amount) - self.minor * run.units for row, run in runs]
        return any(each > 0 or (each == 0 and not self.above) for each in beyond)
