"""Stretches: the periods of recurring prices for which one run of the steps holds, and what ends them.

A reduction that lasts for so many periods counts them from the first one in which there is something to reduce: after
a free month, a voucher for one payment comes off the first that is asked for. Periods count from 1, each price's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Source = tuple[str, ...]
"""What lasts for so many periods: a voucher, a line's plan, a promotion's benefit for one of its scopes."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a stretch begins, and for how many periods each source found nothing to reduce before it began.

    `holders`: of promotions that a cart gets so often, who had them in a period before, by promotion.
    """

    first: int = 1
    waited: Mapping[Source, int] = field(default_factory=lambda: MappingProxyType({}))
    holders: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


FIRST = Stretch()
"""The stretch that begins with the first period."""


@dataclass(slots=True)
class Calendar:
    """What the steps find out about the periods of a stretch: what ends in it, and what still waits."""

    stretch: Stretch = FIRST
    horizon: int = 1
    """Up to this period everything is told, also what rises again and again."""
    _turns: set[int] = field(default_factory=set)
    _waiting: set[Source] = field(default_factory=set)
    _holders: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The first period of the stretch."""
        return self.stretch.first

    def left(self, source: Source, periods: int) -> int:
        """How many of its periods a source has left; of one that is over, zero or fewer."""
        return periods - self.first + 1 + self.stretch.waited.get(source, 0)

    def copied(self) -> "Calendar":
        """The same, to find out something else."""
        return Calendar(self.stretch, self.horizon, set(self._turns), set(self._waiting), dict(self._holders))

    def holders(self, promotion_id: str) -> frozenset[str]:
        """The lines or containers that have or had a promotion which a cart gets so often."""
        return self._holders.get(promotion_id) or self.stretch.holders.get(promotion_id, frozenset())

    def hold(self, promotion_id: str, place: str) -> None:
        """A line or container gets such a promotion, in this period and whenever there is something to reduce."""
        self._holders[promotion_id] = self.holders(promotion_id) | {place}

    def turn_at(self, period: int) -> None:
        """Something is different from a later period on."""
        self._turns.add(period)

    def turn_after(self, periods: int) -> None:
        """Something is different when so many periods of the stretch are over."""
        self.turn_at(self.first + periods)

    def wait(self, source: Source) -> None:
        """A source has nothing to reduce in this stretch; if that was so in all before, it has not begun."""
        if self.stretch.waited.get(source, 0) == self.first - 1:
            self._waiting.add(source)

    def following(self) -> Stretch | None:
        """The next stretch; None if this one is for good."""
        if not self._turns:
            return None
        start, waited = min(self._turns), self.stretch.waited
        more = {source: waited.get(source, 0) + start - self.first for source in self._waiting}
        return Stretch(start, {**waited, **more}, {**self.stretch.holders, **self._holders})
