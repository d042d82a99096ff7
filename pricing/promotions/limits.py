"""Limits of a reduction: a ceiling for what it takes off, and a floor for what is left of its target."""

from collections.abc import Sequence
from typing import NamedTuple

from cartwright.wire.amounts import StatedAmount
from models.catalog.target import Target
from models.money.allocation import allocate_within
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of
from pricing.sheet.payments import payments
from pricing.sheet.rows import Part, of_rows


def limited(offer: Offer, limits: "Limits") -> Offer:
    """The offer, or as much of it as the limits let through, by its own proportions; nothing in another currency.

    A limit is for what is paid together: for what is paid once and prices of all periods in the first period only.
    """
    scope, stated = limits.scope, (limits.at_most, limits.not_below)
    if any(each is not None and each.currency != scope.sheet.currency for each in stated):
        return Offer()
    counting, pairs = counting_of(scope.sheet), [pair for part in offer.parts for pair in part]
    shares = [counting.of(row, less) for row, less in pairs]
    allotted = limits.let_through(pairs, shares)
    if allotted == shares:
        return offer
    scope.sheet.turn_where_shares_end([*limits.given, *pairs])
    left = iter(allotted)
    return offer._replace(parts=[[(row, counting.stated(row, next(left))) for row, _ in part] for part in offer.parts])


class Limits(NamedTuple):
    """What limits a reduction of the target in a scope, by a benefit of some kind: a ceiling, a floor, or both."""

    scope: Scope
    target: Target
    kind: str
    at_most: StatedAmount | None
    not_below: StatedAmount | None

    @property
    def given(self) -> Part:
        """What lines keep of the reduction, if there is a ceiling for that."""
        return [] if self.at_most is None else self.scope.already(self.target, self.kind)

    def let_through(self, pairs: Part, shares: Sequence[int]) -> Sequence[int]:
        """As much of the shares of rows as the limits let through, payment by payment."""
        costs, given = self._costs(), self.given
        due = payments({row for row, _ in (*pairs, *costs, *given)}, self.scope.sheet)
        if len(due) == 1:
            return self._within(shares, self._room(costs, given))
        allotted, taken = list(shares), list[int]()
        for payment in due:
            own = [place for place, (row, _) in enumerate(pairs) if row in payment.rows]
            room = self._room(of_rows(costs, payment.together), of_rows(given, payment.together))
            room -= sum([taken[place] for place in payment.others])
            less = self._within([shares[place] for place in own], room)
            taken.append(sum(less))
            for place, share in zip(own, less, strict=True):
                allotted[place] = share
        return allotted

    def _within(self, shares: Sequence[int], room: int) -> Sequence[int]:
        """The shares, or as much of them as there is room for."""
        if sum(shares) <= room:
            return shares
        return allocate_within(shares, max(room, 0), shares, self.scope.sheet.policy.remainder)

    def _costs(self) -> Part:
        """What the prices of the target cost, if there is a floor for that."""
        if self.not_below is None:
            return []
        costs = [(row, row.amount) for row in self.scope.taken(self.target) if not row.settled]
        costs += self.scope.kept(self.target)
        self.scope.sheet.turn_where_shares_end(costs)
        return costs

    def _room(self, costs: Part, given: Part) -> int:
        """How much may be taken off prices that cost this together, and have this off where lines keep them."""
        counting, room = counting_of(self.scope.sheet), []
        if self.at_most is not None:
            room.append(self.at_most.minor - counting.total(given))
        if self.not_below is not None:
            room.append(counting.total(costs) - self.not_below.minor)
        return min(room)
