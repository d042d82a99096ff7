"""The prior price of what is reduced (directive 98/6/EC, article 6a)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from models.cart.fields import SHARED, Money


@dataclass(frozen=True, slots=True)
class PriorPrice:
    """The lowest price of one unit in the 30 days before `reduced_since`, when its price began to be reduced.

    `unit_net` and `unit_gross` are minor units, with the taxes of then; `price_id` is the price point of then.
    """

    price_id: Annotated[str, SHARED]
    unit_net: Money
    unit_gross: Money
    reduced_since: datetime
