"""`customer-type`: the customer is of one of these user types."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Name
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class CustomerType(Steady):
    """The customer's user type is one of `userTypes`."""

    kind: Literal["customer-type"]
    user_types: Annotated[list[Name], Field(min_length=1, max_length=100)]
    """The user types."""

    def holds(self, scope: Scope) -> bool:
        """Whether it is; a cart without a customer has none."""
        customer = scope.sheet.cart.header.customer
        return customer is not None and customer.user_type in self.user_types
