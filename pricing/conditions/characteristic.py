"""`characteristic`: a line carries a characteristic with one of these values."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.schema import Key, Text
from pricing.conditions import Steady, condition
from pricing.promotions.scope import Scope


@condition
class Characteristic(Steady):
    """Some line has the characteristic `name` with one of `values`."""

    kind: Literal["characteristic"]
    name: Key
    """The characteristic's name."""
    values: Annotated[list[Text], Field(min_length=1, max_length=1000)]
    """The values; one of them must match."""

    @cached_property
    def wanted(self) -> frozenset[str]:
        """The values, for look-up."""
        return frozenset(self.values)

    def holds(self, scope: Scope) -> bool:
        """Whether some line does."""
        return any(line.item.characteristics.get(self.name) in self.wanted for line in scope.lines)
