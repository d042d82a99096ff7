"""Changes of carts that amend an order."""

from dataclasses import replace
from typing import Annotated, ClassVar

from pydantic import Field

from cartwright.wire.money import parse_amount
from cartwright.wire.schema import Decimals
from cartwright.wire.status import CartStatus
from models.cart.amendment import Amendment
from models.cart.budgets import Budget
from models.cart.cart import Cart
from models.cart.forms import Document
from models.changes.change import EVERYTHING, Change, change


@change("amendment-started")
class AmendmentStarted(Change):
    """The cart amends an order; it has the order's lines by now, and each keeps the price that it was ordered at."""

    announced: ClassVar[bool] = True

    amends: str
    """The submitted cart."""
    version: int
    """Its version."""
    paid: Decimals
    """What was paid for it."""
    budgets: Annotated[list[Document], Field(max_length=10_000)] = Field(default_factory=list)
    """What it, or an order that it amends in turn, holds of budgets."""

    def apply(self, cart: Cart) -> Cart:
        """Remember what was ordered."""
        amendment = Amendment(
            amends=self.amends,
            version=self.version,
            paid=parse_amount(self.paid, cart.currency),
            ordered=tuple(item.id for item in cart.items),
            covered=tuple(Budget(**each) for each in self.budgets),
        )
        return replace(cart, amendment=amendment)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})


@change("amendment-submitted")
class AmendmentSubmitted(Change):
    """The amendment was submitted, at the prices that it has."""

    announced: ClassVar[bool] = True
    reprices: ClassVar[bool] = False

    amends: str
    """The cart that it amends."""

    def apply(self, cart: Cart) -> Cart:
        """Close it; what it uses of budgets stays used."""
        return replace(cart, status=CartStatus.SUBMITTED)

    def touches(self) -> frozenset[str]:
        """All."""
        return frozenset({EVERYTHING})
