"""`free-period`: the first periods of a recurring price cost nothing."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from facts.promotion import Level
from pricing.benefits import Reduction, benefit
from pricing.promotions.scope import Offer, Scope


@benefit
class FreePeriod(Reduction):
    """The first `periods` of recurring prices are free."""

    only_recurring: ClassVar[bool] = True

    kind: Literal["free-period"]
    periods: Annotated[int, Field(ge=1, le=1200)] = 1
    """How many periods are free."""

    def by_price(self, level: Level) -> bool:  # noqa: ARG002 (the same at all levels)
        """Each price is reduced for itself."""
        return not self.has_limits

    def offer(self, scope: Scope) -> Offer:
        """All of every recurring row of the target."""
        rows = scope.rows(self.target)
        return Offer([[(row, row.amount)] for row in rows if row.type == "recurring"])
