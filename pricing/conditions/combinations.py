"""`all`, `any` and `not`: conditions of conditions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.refusals import Problem, pointer
from facts.reach import NOBODY, Reach
from pricing.conditions import (
    EFFECTS,
    AnyCondition,
    Condition,
    Effect,
    condition,
    narrowest,
    turns_of,
)
from pricing.promotions.scope import Scope
from pricing.remarks import remarks_on


class Several(Condition):
    """Base of what is made of several conditions."""

    conditions: Annotated[list[AnyCondition], Field(min_length=1, max_length=50)]
    """The conditions."""

    @property
    def depth(self) -> int:
        """One more than the deepest of them."""
        return 1 + max(each.depth for each in self.conditions)

    @property
    def turns(self) -> Sequence[datetime] | None:
        """Whenever one of them may."""
        return turns_of(self.conditions)

    @property
    def reductions_may(self) -> Effect:
        """The worst that they may do to one of them."""
        return max((each.reductions_may for each in self.conditions), key=EFFECTS.index)

    def remarks(self) -> Iterator[Problem]:
        """Those of all of them."""
        return remarks_on("conditions", self.conditions)

    def turns_between(self, start: datetime, end: datetime, zone: str) -> Iterable[datetime]:
        """Whenever one of them may."""
        return chain.from_iterable(each.turns_between(start, end, zone) for each in self.conditions)


@condition
class All(Several):
    """All of `conditions` hold."""

    kind: Literal["all"]

    @property
    def reach(self) -> Reach | None:
        """The smallest of theirs."""
        return narrowest(self.conditions)

    def holds(self, scope: Scope) -> bool:
        """Whether every one holds."""
        return all(each.holds(scope) for each in self.conditions)


@condition
class AnyOf(Several):
    """At least one of `conditions` holds."""

    kind: Literal["any"]

    @property
    def reach(self) -> Reach | None:
        """All of theirs together."""
        reaches = [each.reach for each in self.conditions]
        known = [each for each in reaches if each is not None]
        return NOBODY.union(*known) if len(known) == len(reaches) else None

    def holds(self, scope: Scope) -> bool:
        """Whether one holds."""
        return any(each.holds(scope) for each in self.conditions)


@condition
class Not(Condition):
    """`condition` does not hold."""

    kind: Literal["not"]
    condition: AnyCondition
    """The condition that must not hold."""

    @property
    def depth(self) -> int:
        """One more than that of the condition."""
        return 1 + self.condition.depth

    @property
    def turns(self) -> Sequence[datetime] | None:
        """Whenever the condition may."""
        return self.condition.turns

    @property
    def reductions_may(self) -> Effect:
        """What makes the condition fail makes this hold."""
        return "nothing" if self.condition.reductions_may == "nothing" else "turn"

    def remarks(self) -> Iterator[Problem]:
        """Those of the condition."""
        for remark in self.condition.remarks():
            yield replace(remark, path=pointer("condition") + remark.path)

    def turns_between(self, start: datetime, end: datetime, zone: str) -> Iterable[datetime]:
        """Whenever the condition may."""
        return self.condition.turns_between(start, end, zone)

    def holds(self, scope: Scope) -> bool:
        """Whether it doesn't hold."""
        return not self.condition.holds(scope)
