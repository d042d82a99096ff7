"""An amendment: a cart that changes an order (002, Amendment Shopping Cart)."""

from dataclasses import dataclass
from typing import Annotated

from models.cart.budgets import Budget
from models.cart.fields import STORED_UNLESS_EMPTY, Money

AMENDS = "@amends"
"""The name under which an amendment is looked up by the cart that it amends; no key of a caller has such a name."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """Which version of which submitted cart it amends, what was paid for that, and which lines that had.

    `covered` are the budgets that the ordered cart holds, or an order that it amends in turn; they count once for all.
    """

    amends: str
    version: int
    paid: Money
    ordered: Annotated[tuple[str, ...], STORED_UNLESS_EMPTY] = ()
    covered: Annotated[tuple[Budget, ...], STORED_UNLESS_EMPTY] = ()
