"""What is agreed on one line and decides its price or what may be done with it (001, ProductInput)."""

from dataclasses import dataclass
from typing import Annotated

from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.lines import DiscountPlan, PaidPeriod
from models.cart.fields import UNLESS_EMPTY


@dataclass(frozen=True, slots=True)
class LineTerms:
    """The fields of `LineDetails` that pricing or handlers compute with; a line item has them among its own fields.

    All other fields of a line are in `Item.details`.
    """

    trial: Annotated[bool | None, UNLESS_EMPTY] = None
    discount_plan: Annotated[DiscountPlan | None, UNLESS_EMPTY] = None
    discount_plan_step: Annotated[int | None, UNLESS_EMPTY] = None
    paid_period: Annotated[PaidPeriod | None, UNLESS_EMPTY] = None
    quantity_max_reached: Annotated[bool | None, UNLESS_EMPTY] = None
    change_rule: Annotated[ChangeRule | None, UNLESS_EMPTY] = None


NO_TERMS = LineTerms()
"""The one for all lines without any."""
