"""`customer-type`: the customer is of one of these user types."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Name
from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope


@condition
class CustomerType(Condition):
    """Any of `userTypes`, the caller's own terms."""

    kind: Literal["customer-type"]
    user_types: Annotated[list[Name], Field(min_length=1, max_length=100)]
    """The user types."""

    def holds(self, scope: Scope) -> bool:
        """Whether the cart's customer is; nobody is of no type."""
        customer = scope.sheet.cart.header.customer
        return customer is not None and customer.user_type in self.user_types
