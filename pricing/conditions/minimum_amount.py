"""`minimum-amount`: the lines, or some of their prices, cost at least an amount."""

from typing import Literal

from cartwright.wire.amounts import StatedAmount
from models.catalog.target import Target
from pricing.conditions import Effect, Steady, condition
from pricing.promotions.scope import Scope
from pricing.sheet.rows import Basis

WHOLE = Target()
"""Everything that is paid now."""


@condition
class MinimumAmount(Steady, StatedAmount):
    """The lines cost at least `amount`, at the prices that earlier promotions left; the first period counts."""

    kind: Literal["minimum-amount"]
    target: Target | None = None
    """Which prices count; all if absent. Leave shipping out with `excludeCategories`."""
    basis: Basis = "stated"
    """Whether prices count as others of the cart do, without taxes (`net`), or with them (`gross`)."""
    before_reductions: bool = False
    """Whether prices count as they were before all promotions."""

    @property
    def reductions_may(self) -> Effect:
        """Take it below the amount, or out of the target."""
        return "fail"

    def holds(self, scope: Scope) -> bool:
        """Whether they do; never in another currency."""
        if self.currency != scope.sheet.currency:
            return False
        if self.target is None and self.basis == "stated" and not self.before_reductions:
            return scope.amount >= self.minor
        return scope.worth(self.target or WHOLE, self.basis, unpromoted=self.before_reductions) >= self.minor
