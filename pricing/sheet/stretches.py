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

    `holders`: of promotions that a cart gets so often, who had them in a period before, by promotion. `ends` are the
    sources whose periods were asked for, with these; `ended` says how many stretches began because one of them ended.
    """

    first: int = 1
    waited: Mapping[Source, int] = field(default_factory=lambda: MappingProxyType({}))
    holders: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    ends: frozenset[tuple[Source, int]] = frozenset()
    ended: int = 0


FIRST = Stretch()
"""The stretch that begins with the first period."""


@dataclass(slots=True)
class Calendar:
    """What the steps find out about the periods of a stretch: what ends in it, and what still waits."""

    stretch: Stretch = FIRST
    horizon: int = 1
    """Up to this period everything is told, also what rises again and again."""
    _turns: set[int] = field(default_factory=set)
    _known: set[int] = field(default_factory=set)
    _waiting: set[Source] = field(default_factory=set)
    _holders: dict[str, frozenset[str]] = field(default_factory=dict)
    _ends: set[tuple[Source, int]] = field(default_factory=set)

    @property
    def first(self) -> int:
        """The first period of the stretch."""
        return self.stretch.first

    def left(self, source: Source, periods: int) -> int:
        """How many of its periods a source has left; of one that is over, zero or fewer."""
        self._ends.add((source, periods))
        return periods - self.first + 1 + self.stretch.waited.get(source, 0)

    def copied(self) -> "Calendar":
        """The same, to find out something else."""
        return Calendar(
            self.stretch,
            self.horizon,
            set(self._turns),
            set(self._known),
            set(self._waiting),
            dict(self._holders),
            set(self._ends),
        )

    def holders(self, promotion_id: str) -> frozenset[str]:
        """The lines or containers that have or had a promotion which a cart gets so often."""
        return self._holders.get(promotion_id) or self.stretch.holders.get(promotion_id, frozenset())

    def hold(self, promotion_id: str, place: str) -> None:
        """A line or container gets such a promotion, in this period and whenever there is something to reduce."""
        self._holders[promotion_id] = self.holders(promotion_id) | {place}

    def turn_at(self, period: int) -> None:
        """Something is different from a later period on, and it is known beforehand that this ends some time."""
        self._turns.add(period)
        self._known.add(period)

    def turn_after(self, periods: int) -> None:
        """Something is different when so many periods of the stretch are over: the periods of a source, or of a part.

        What is so only because the first period is over may be said of that one alone.
        """
        if self.first == 1:
            self.turn_at(1 + periods)
        else:
            self._turns.add(self.first + periods)

    @property
    def may_wait(self) -> bool:
        """Whether there may be something that has not begun: in later stretches only what waited in those before."""
        return self.first == 1 or bool(self.stretch.waited)

    def wait(self, source: Source) -> None:
        """A source has nothing to reduce in this stretch; if that was so in all before, it has not begun."""
        if self.stretch.waited.get(source, 0) == self.first - 1:
            self._waiting.add(source)

    def following(self) -> Stretch | None:
        """The next stretch; None if this one is for good.

        The periods of a source end once, and a whole number of them before a part of one ends once: raises
        `RuntimeError` if more stretches began than that, which would go on for ever.
        """
        if not self._turns:
            return None
        start, waited = min(self._turns), self.stretch.waited
        ends, ended = self.stretch.ends | self._ends, self.stretch.ended + (start not in self._known)
        if ended > 2 * len(ends):
            raise RuntimeError(f"{ended} stretches began where something ended, but only {len(ends)} things end.")
        more = {source: waited.get(source, 0) + start - self.first for source in self._waiting}
        return Stretch(start, {**waited, **more}, {**self.stretch.holders, **self._holders}, ends, ended)
