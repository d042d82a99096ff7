"""`all`, `any` and `not`: conditions of conditions."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.pricing.conditions import AnyCondition, Condition, condition
from cartwright.pricing.scope import Scope

Several = Annotated[list[AnyCondition], Field(min_length=1, max_length=50)]


@condition
class All(Condition):
    """All of `conditions`."""

    kind: Literal["all"]
    conditions: Several

    def holds(self, scope: Scope) -> bool:
        """Whether every one holds."""
        return all(each.holds(scope) for each in self.conditions)


@condition
class AnyOf(Condition):
    """At least one of `conditions`."""

    kind: Literal["any"]
    conditions: Several

    def holds(self, scope: Scope) -> bool:
        """Whether one holds."""
        return any(each.holds(scope) for each in self.conditions)


@condition
class Not(Condition):
    """Anything but `condition`."""

    kind: Literal["not"]
    condition: AnyCondition

    def holds(self, scope: Scope) -> bool:
        """Whether it doesn't hold."""
        return not self.condition.holds(scope)
