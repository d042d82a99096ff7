"""`date-window`: the cart is priced between two times."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from cartwright.wire.header import TimePeriod
from facts.validity import bounds, valid_at
from pricing.conditions import Condition, Effect, condition
from pricing.promotions.scope import Scope


@condition
class DateWindow(Condition):
    """The time of pricing is in `period`; the end is excluded."""

    kind: Literal["date-window"]
    period: TimePeriod
    """The period."""

    @property
    def reductions_may(self) -> Effect:
        """Nothing."""
        return "nothing"

    @property
    def turns(self) -> Sequence[datetime]:
        """When the period begins and when it ends."""
        return bounds(self.period)

    def holds(self, scope: Scope) -> bool:
        """Whether the time of pricing is in the period."""
        return valid_at(self.period, scope.sheet.at)
