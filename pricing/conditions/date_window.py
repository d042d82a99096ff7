"""`date-window`: the cart is priced between two times."""

from typing import Literal

from cartwright.models.header import TimePeriod
from cartwright.pricing.conditions import Condition, condition
from cartwright.pricing.scope import Scope
from cartwright.pricing.validity import valid_at


@condition
class DateWindow(Condition):
    """The `period`, its end excluded."""

    kind: Literal["date-window"]
    period: TimePeriod

    def holds(self, scope: Scope) -> bool:
        """Whether the time of pricing lies in it."""
        return valid_at(self.period, scope.sheet.at)
