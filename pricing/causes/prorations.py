"""Why a first period is another part of its cycle than before: by the row of its price point, by the days, by policy.

What the row that there is now would have left before tells its doing from that of the days that passed since; where
the policy may be another one too, it does not.
"""

from datetime import datetime

from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.price import Phase, Price
from models.cart.sources import PRORATION
from models.catalog.price_point import PricePoint
from pricing.causes.codes import BEGAN, CHANGED, LISTED, POLICY, STARTED
from pricing.causes.comparing import PRORATED, kind_of, taken
from pricing.causes.meanwhile import PRICES, Meanwhile
from pricing.causes.touched import Kinds, Touched
from pricing.sheet.first_periods import known_first_period
from pricing.sheet.policies import policy_of


class Prorations:
    """The causes of moves of prorated prices between two priced states of a cart."""

    def __init__(self, carts: tuple[Cart, Cart], facts: Facts, touched: Touched, meanwhile: Meanwhile) -> None:
        self._carts = carts
        self._facts = facts
        self._touched = touched
        self._meanwhile = meanwhile

    def of(self, what: str, then: Price | Phase, now: Price | Phase, point_id: str, *, same: bool) -> Kinds:
        """Why a part of a period is another one, or is all of it on one side; whether its point is the same as then."""
        causes = self._touched.header(PRORATION)
        if causes:
            return causes
        point: PricePoint | None = self._facts.table(PRICES).get(point_id)
        anew = not same or self._meanwhile.may_differ(PRICES, point_id)
        if anew and point is not None and not self._meanwhile.policy_may_differ:
            return self._of_row_and_days(what, then, point)
        if same and what != CHANGED and self._is_prorated_anew(what, point, point_id):
            return {LISTED}
        if not self._meanwhile.time_passed:
            return {POLICY}
        return {BEGAN, POLICY} if self._meanwhile.policy_may_differ and _parted_otherwise(then, now) else {BEGAN}

    def _of_row_and_days(self, what: str, then: Price | Phase, point: PricePoint) -> Kinds:
        """Which of the two it is, if not the policy; one that prorates by now, or no longer, is all there is."""
        whole, part, _ = taken(PRORATED, then)
        left, still_left = (self._left(whole, point, cart.pricing.stamp.priced_at) for cart in self._carts)
        of_row = left != whole + part
        of_days = left != still_left and not (of_row and what != CHANGED)
        return ({LISTED} if of_row or not of_days else set()) | ({BEGAN} if of_days else set())

    def _left(self, amount: int, point: PricePoint, at: datetime | None) -> int:
        """What a point leaves of an amount for the first period at a time, by the policy that there is."""
        policy = policy_of(self._carts[1], self._facts)
        first = known_first_period(point, self._carts[1].header.bill_cycle_day, at, policy)
        return amount if first is None else first.part_of(amount, policy.rounding)

    def _is_prorated_anew(self, what: str, point: PricePoint | None, point_id: str) -> bool:
        """Whether a price point says now that it is prorated, or that it is not."""
        if what == STARTED:
            return self._meanwhile.came_since(PRICES, point_id)
        return point is not None and not point.is_prorated


def _parted_otherwise(then: Price | Phase, now: Price | Phase) -> bool:
    """Whether a period was parted into other units than it is now."""
    before, after = (kind_of(PRORATED, each) for each in (then, now))
    return None not in (before, after) and before != after
