"""`date-window`: the cart is priced between two times."""

from typing import Literal

from cartwright.wire.header import TimePeriod
from facts.validity import valid_at
from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope


@condition
class DateWindow(Condition):
    """The `period`, its end excluded."""

    kind: Literal["date-window"]
    period: TimePeriod
    """The period."""

    def holds(self, scope: Scope) -> bool:
        """Whether the time of pricing lies in it."""
        return valid_at(self.period, scope.sheet.at)
