"""What a promotion gives: one file per kind of benefit, its fields being the wire format."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field, SerializeAsAny

from cartwright.wire.schema import Model
from facts.kinds import Kinds
from pricing.promotions.scope import Offer, Scope
from pricing.promotions.target import Target


class Benefit(Model):
    """What a promotion takes off the prices of its target, for a number of periods or for good."""

    compares_lines: ClassVar[bool] = False
    """Whether what a line gets depends on how its price compares with the others."""

    kind: str
    """The kind of benefit."""
    target: Target = Field(default_factory=Target)
    """Which prices it reduces."""
    periods: Annotated[int, Field(ge=1, le=1200)] | None = None
    """How many periods of a recurring price it reduces; without it, all."""

    @property
    def brings(self) -> Sequence[str] | None:
        """The offerings that it adds to carts. None: it depends on something else than lines, prices and policy."""
        return None

    @abstractmethod
    def offer(self, scope: Scope) -> Offer:
        """What it takes off which rows, at the current prices of the sheet."""


class Reduction(Benefit):
    """Base of what depends on nothing but the lines, their prices and the policy."""

    @property
    def brings(self) -> Sequence[str]:
        """Nothing."""
        return ()


kinds: Kinds[Benefit] = Kinds("pricing.benefits")
benefit = kinds.register
"""Decorator of a benefit's model."""

AnyBenefit = Annotated[SerializeAsAny[Benefit], kinds]
"""A field that holds a benefit of any kind."""
