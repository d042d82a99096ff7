"""`category`: a line is of one of these categories."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import ShortText
from pricing.conditions import Condition, condition
from pricing.promotions.scope import Scope


@condition
class Category(Condition):
    """The offering of some line is in one of `categories`."""

    kind: Literal["category"]
    categories: Annotated[list[ShortText], Field(min_length=1, max_length=1000)]
    """The categories."""

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The categories, for look-up."""
        return frozenset(self.categories)

    def holds(self, scope: Scope) -> bool:
        """Whether one is."""
        return any(
            line.offering is not None and not self.wanted.isdisjoint(line.offering.categories) for line in scope.lines
        )
