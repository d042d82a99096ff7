"""When a promotion applies: one file per kind of condition, its fields being the wire format."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import SerializeAsAny

from cartwright.wire.refusals import Problem
from cartwright.wire.schema import Model
from facts.kinds import Kinds
from facts.reach import Reach
from pricing.promotions.scope import Scope

Effect = Literal["nothing", "fail", "turn"]
"""What lower prices may do to a condition: nothing, make it fail where it held, or either that or make it hold."""
EFFECTS: Sequence[Effect] = ("nothing", "fail", "turn")
"""The worse ones come later."""


class Condition(Model):
    """Something that must be true of the lines that a promotion is tested on, or of their cart."""

    kind: str
    """The kind of condition."""

    @property
    def depth(self) -> int:
        """How deep conditions are nested, including this one."""
        return 1

    @property
    def reach(self) -> Reach | None:
        """Keys of carts (`facts.reach`): it holds for carts only that have one of them. None: for any cart, perhaps."""
        return None

    @property
    def turns(self) -> Sequence[datetime] | None:
        """When it may turn for a cart that stays as it is, at the prices that it has. None: at any time."""
        return None

    @property
    def reductions_may(self) -> Effect:
        """What other promotions may do to it by what they take off; the worst, unless it is known."""
        return "turn"

    def remarks(self) -> Iterator[Problem]:
        """What may be a mistake in it although it is valid; the paths begin at the condition."""
        yield from ()

    def turns_between(self, start: datetime, end: datetime, zone: str) -> Iterable[datetime]:  # noqa: ARG002
        """When the clock may turn it from one time to another, as far as it says so; `zone` is the policy's."""
        return self.turns or ()

    @abstractmethod
    def holds(self, scope: Scope) -> bool:
        """Whether it holds, at the current prices of the sheet."""


class Steady(Condition):
    """Base of what depends on nothing but the cart, its prices, and what its offerings are.

    One that looks at prices says what reductions may do to it.
    """

    @property
    def reductions_may(self) -> Effect:
        """Nothing: it looks at no prices."""
        return "nothing"

    @property
    def turns(self) -> Sequence[datetime]:
        """Never."""
        return ()


kinds: Kinds[Condition] = Kinds("pricing.conditions")
condition = kinds.register
"""Decorator of a condition's model."""

AnyCondition = Annotated[SerializeAsAny[Condition], kinds]
"""A field that holds a condition of any kind."""


def narrowest(conditions: Sequence[Condition]) -> Reach | None:
    """The keys that carts must have for which all of these hold; none is needed under None."""
    return min((each.reach for each in conditions if each.reach is not None), key=len, default=None)


def turns_of(conditions: Sequence[Condition]) -> Sequence[datetime] | None:
    """When one of these may turn; None: at any time."""
    found: list[datetime] = []
    for each in conditions:
        turns = each.turns
        if turns is None:
            return None
        found += turns
    return found
