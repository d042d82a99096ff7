"""When a promotion applies: one file per kind of condition, its fields being the wire format."""

from abc import abstractmethod
from typing import Annotated

from pydantic import SerializeAsAny

from cartwright.wire.schema import Model
from facts.kinds import Kinds
from pricing.promotions.scope import Scope


class Condition(Model):
    """Something that must be true of the lines that a promotion is tested on, or of their cart."""

    kind: str
    """The kind of condition."""

    @property
    def depth(self) -> int:
        """How deep conditions are nested, including this one."""
        return 1

    @abstractmethod
    def holds(self, scope: Scope) -> bool:
        """Whether it holds, at the current prices of the sheet."""


kinds: Kinds[Condition] = Kinds("pricing.conditions")
condition = kinds.register
"""Decorator of a condition's model."""

AnyCondition = Annotated[SerializeAsAny[Condition], kinds]
"""A field that holds a condition of any kind."""
