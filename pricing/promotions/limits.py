"""Limits of a reduction: a ceiling for what it takes off, and a floor for what is left of its target."""

from cartwright.wire.amounts import StatedAmount
from models.catalog.target import Target
from models.money.allocation import allocate_within
from pricing.promotions.scope import Offer, Scope
from pricing.sheet.counting import counting_of


def limited(
    offer: Offer, scope: Scope, target: Target, *, at_most: StatedAmount | None, not_below: StatedAmount | None
) -> Offer:
    """The offer, or as much of it as the limits let through, by its own proportions; nothing in another currency.

    What is paid once is limited together with what recurs in the first period only.
    """
    if at_most is None and not_below is None:
        return offer
    if any(limit is not None and limit.currency != scope.sheet.cart.currency for limit in (at_most, not_below)):
        return Offer()
    counting = counting_of(scope.sheet)
    shares = [counting.of(row, less) for part in offer.parts for row, less in part]
    most = sum(shares)
    if at_most is not None:
        most = min(most, max(at_most.minor - scope.already, 0))
    if not_below is not None:
        left = [(row, row.amount) for row in scope.taken(target) if not row.settled]
        scope.sheet.turn_where_shares_end(left)
        costs = counting.total(left) + scope.kept(target)
        most = min(most, max(costs - not_below.minor, 0))
    if most == sum(shares):
        return offer
    scope.sheet.turn_where_shares_end([pair for part in offer.parts for pair in part])
    allotted = iter(allocate_within(shares, most, shares, scope.sheet.policy.remainder))
    return Offer([[(row, counting.stated(row, next(allotted))) for row, _ in part] for part in offer.parts])
