"""`offering`: a line has one of these offerings."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Id
from facts.reach import Reach, offering_key
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class HasOffering(Steady):
    """Some line has one of `offeringIds`."""

    kind: Literal["offering"]
    offering_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    """The offerings."""

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The offerings, for look-up."""
        return frozenset(self.offering_ids)

    @property
    def reach(self) -> Reach:
        """Carts with one of them."""
        return frozenset(map(offering_key, self.offering_ids))

    def holds(self, scope: Scope) -> bool:
        """Whether some line does."""
        return any(line.item.offering_id in self.wanted for line in scope.lines)
