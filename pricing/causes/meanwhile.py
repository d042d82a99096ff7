"""What happened between two priced states of a cart besides its changes: rows came to the catalog, and time passed."""

from collections.abc import Mapping
from functools import cached_property

from cartwright.wire.policy import ProrationUnit
from cartwright.wire.zones import wall_clock
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.price import in_period
from models.cart.sources import PROMOTION, PRORATION, VOUCHER
from models.catalog.configuration import CONFIGURATION
from models.catalog.price_point import PricePoint
from pricing.causes.codes import BEGAN, LISTED, POLICY
from pricing.causes.comparing import Altered, moves_whole
from pricing.causes.touched import Kinds, Touched
from pricing.promotion import Promotion
from pricing.sheet.first_periods import FirstPeriod, known_first_period
from pricing.sheet.policies import policy_of

PRICES, TAXES = "prices", "taxes"
TABLES = {PROMOTION: "promotions", VOUCHER: "vouchers"}
"""The table of facts that holds the rows of each source of alterations."""


class Meanwhile:
    """What differs between two states by facts and time; the second one is priced with these facts."""

    def __init__(self, before: Cart, after: Cart, facts: Facts) -> None:
        self._carts = before, after
        self._facts = facts
        self._moved_whole: dict[tuple[Altered, int], bool] = {}
        self._renewed: dict[Altered, bool] = {}
        self._in_months: dict[Altered, bool] = {}

    def came_since(self, table: str, of: str) -> bool:
        """Whether a row came to the catalog since the first state was priced."""
        return self._facts.since.get(table, {}).get(of, 0) > self._carts[0].pricing.stamp.catalog_revision

    def may_differ(self, table: str, of: str) -> bool:
        """Whether a row may be another one than for the first state; in an earlier catalog any may."""
        return self.came_since(table, of) or self._facts.revision < self._carts[0].pricing.stamp.catalog_revision

    @cached_property
    def lasting(self) -> frozenset[Altered]:
        """The promotions and vouchers that were in force in both states: none of them started or ended."""
        return frozenset(_in_force(self._carts[0]) & self._in_force_now)

    def is_renewed(self, altered: Altered) -> bool:
        """Whether it is a promotion or voucher in force whose row may be another one than for the first state."""
        found = self._renewed.get(altered)
        if found is None:
            table = TABLES.get(altered[0])
            found = table is not None and self.may_differ(table, altered[1]) and altered in self._in_force_now
            self._renewed[altered] = found
        return found

    @cached_property
    def _in_force_now(self) -> set[Altered]:
        return _in_force(self._carts[1])

    def is_changed(self, altered: Altered, first: int) -> bool:
        """Whether a row may be another one than for the first state, and takes another amount or part off the cart.

        What is only shared out in another way is no reason to say that the row changed.
        """
        if not self.is_renewed(altered):
            return False
        found = self._moved_whole.get((altered, first))
        if found is None:
            before, after = ([in_period(total, first) for total in cart.pricing.totals] for cart in self._carts)
            found = self._moved_whole[altered, first] = moves_whole(altered, before, after)
        return found

    @cached_property
    def policy_may_differ(self) -> bool:
        """Whether the tenant may have, or the cart has, another pricing policy than in the first state."""
        before, after = (cart.header.pricing_policy for cart in self._carts)
        return before != after or self.may_differ(CONFIGURATION, CONFIGURATION)

    @cached_property
    def unexplained(self) -> str:
        """What moved an amount that nothing else explains: the policy, unless only rows of prices may be other ones."""
        return LISTED if not self.policy_may_differ and any(map(self._is_repriced, self._carts)) else POLICY

    def _is_repriced(self, cart: Cart) -> bool:
        """Whether the row of any price of a cart, or of one whose place it takes, may be another one."""
        known: Mapping[str, PricePoint] = self._facts.table(PRICES)
        ids = {price.id for item in cart.items for price in item.prices}
        replaced = [each for price_id in ids & known.keys() for each in known[price_id].replaces]
        return any(self.may_differ(PRICES, each) for each in (*ids, *replaced))

    @cached_property
    def time_passed(self) -> bool:
        """Whether another day has begun since the first state, or another second where the policy counts them."""
        policy = policy_of(self._carts[1], self._facts)
        before, after = (cart.pricing.stamp.priced_at for cart in self._carts)
        if before is None or after is None or policy.proration is ProrationUnit.SECOND:
            return before != after
        return wall_clock(before, policy.time_zone).date() != wall_clock(after, policy.time_zone).date()

    def first_periods(self, of: str) -> tuple[FirstPeriod | None, FirstPeriod | None]:
        """The first period of a price in both states, as its point is now; None where it is not prorated."""
        point: PricePoint | None = self._facts.table(PRICES).get(of)
        before, after = (None if point is None else _first_period(point, each, self._facts) for each in self._carts)
        return before, after

    def counts_anew(self, altered: Altered, of: str | None) -> bool:
        """Whether a promotion counts months of a price that has another first period than in the first state."""
        if of is None or not self._counts_months(altered):
            return False
        before, after = self.first_periods(of)
        return before != after

    def _counts_months(self, altered: Altered) -> bool:
        """Whether it is a promotion that gives something for a number of months."""
        found = self._in_months.get(altered)
        if found is None:
            row: Promotion | None = (
                self._facts.table(TABLES[PROMOTION]).get(altered[1]) if altered[0] == PROMOTION else None
            )
            found = self._in_months[altered] = row is not None and any(each.in_months for each in row.benefits)
        return found

    def of_first_period(self, touched: Touched) -> Kinds:
        """Why a first period is another one, if the price's point is not why."""
        return touched.header(PRORATION) or {BEGAN if self.time_passed else POLICY}


def _first_period(point: PricePoint, cart: Cart, facts: Facts) -> FirstPeriod | None:
    policy, at = policy_of(cart, facts), cart.pricing.stamp.priced_at
    return known_first_period(point, cart.header.bill_cycle_day, at, policy)


def _in_force(cart: Cart) -> set[Altered]:
    """The promotions that apply to a cart in any period, and the vouchers that do or would if something was to pay."""
    vouchers = [each.code for each in cart.pricing.vouchers if each.reason in (None, "nothing-to-reduce")]
    promotions = [each.id for each in cart.pricing.promotions if each.applied]
    return {*((VOUCHER, each) for each in vouchers), *((PROMOTION, each) for each in promotions)}
