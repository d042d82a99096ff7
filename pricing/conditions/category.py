"""`category`: a line is of one of these categories."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import ShortText
from facts.reach import Reach, category_key
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Category(Steady):
    """The offering of some line is in one of `categories`."""

    kind: Literal["category"]
    categories: Annotated[list[ShortText], Field(min_length=1, max_length=1000)]
    """The categories."""

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The categories, for look-up."""
        return frozenset(self.categories)

    @property
    def reach(self) -> Reach:
        """Carts with an offering of one of them."""
        return frozenset(map(category_key, self.categories))

    def holds(self, scope: Scope) -> bool:
        """Whether one is."""
        wanted = self.wanted
        for line in scope.lines:
            if line.offering is not None and not wanted.isdisjoint(line.offering.categories):
                return True
        return False
