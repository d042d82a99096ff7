"""Laws of prices whose first period the bill cycle day cuts: reductions in months, and uplifts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.policy import ProrationUnit
from facts.snapshot import Facts
from models.cart.cart import Cart
from models.cart.price import Price, in_period
from pricing.forecasting import forecast, sum_of
from support.phases import cart_of, monthly
from support.pricing import document, only_price, promotion, rows
from support.promotions import off, percent

LAWS = settings(deadline=None, max_examples=40)
PERIODS = ["P1M", "P2M", "P3M", "P5M", "P1Y"]
TOLD = 12
"""Up to this period prices are compared."""


@dataclass(frozen=True)
class Cut:
    """A prorated price in a cart with a bill cycle day, at a time."""

    point: dict[str, Any]
    header: dict[str, Any]
    at: datetime

    def priced(self, *rules: dict[str, Any]) -> Cart:
        return cart_of(*rules, prices=[self.point], at=self.at, **self.header)

    @property
    def facts(self) -> Facts:
        return Facts().with_rows(rows(document({"a": 1}, [self.point])), 1)


@st.composite
def cuts(draw: st.DrawFn, **fields: Any) -> Cut:
    day = draw(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
    at = datetime.combine(day, time(draw(st.sampled_from([0, 12, 23]))), UTC)
    amount = f"{draw(st.integers(10_000, 99_999)) / 100:.2f}"  # so much that a cut is seen in it
    point = monthly(amount, period=draw(st.sampled_from(PERIODS)), isProrated=True, **fields)
    policy = {"proration": draw(st.sampled_from(ProrationUnit)).value}
    return Cut(point, {"billCycleDay": draw(st.integers(1, 31)), "pricingPolicy": policy}, at)


@st.composite
def reductions(draw: st.DrawFn) -> dict[str, Any]:
    """A percentage, an amount or free periods, for months or periods."""
    months = {"months": draw(st.integers(1, 30))}
    lasting = draw(st.sampled_from([months, months, {"periods": draw(st.integers(1, 3))}, {}]))
    benefit = draw(
        st.sampled_from(
            [percent("50", **lasting), percent("100", **lasting), off("7.77", **lasting), {"kind": "free-period"}]
        )
    )
    return promotion("", benefit, priority=draw(st.integers(0, 3)), level=draw(st.sampled_from(["item", "cart"])))


def gross(cart: Cart) -> list[int]:
    return [in_period(only_price(cart, "a"), period).gross for period in range(1, TOLD + 1)]


@LAWS
@given(cuts(), st.lists(reductions(), max_size=2), reductions())
def test_a_further_reduction_raises_no_period(cut: Cut, some: list[dict[str, Any]], further: dict[str, Any]) -> None:
    rules = [{**each, "id": f"p-{place}"} for place, each in enumerate(some)]
    before, after = cut.priced(*rules), cut.priced(*rules, {**further, "id": "new"})
    assert all(now <= then for then, now in zip(gross(before), gross(after), strict=True))


@LAWS
@given(cuts(), st.lists(reductions(), max_size=3))
def test_phases_cover_all_periods_and_bills_sum_to_them(cut: Cut, some: list[dict[str, Any]]) -> None:
    cart = cut.priced(*({**each, "id": f"p-{place}"} for place, each in enumerate(some)))
    phases = only_price(cart, "a").phases
    assert all(one.from_period + (one.periods or 0) == other.from_period for one, other in pairwise(phases))
    assert (phases[0].from_period, phases[-1].periods) == (1, None)
    assert sum_of(forecast(cart, cut.facts, cut.at, TOLD), cut.at.date()).gross == sum(gross(cart))


@LAWS
@given(cuts(), st.integers(1, 30))
def test_months_are_no_fewer_than_stated_and_end_within_a_period_more(cut: Cut, months: int) -> None:
    """What is free are whole periods, a first one that is cut, and at most one part; together about the months."""
    free = only_price(cut.priced(promotion("p", percent("100", months=months))), "a")
    listed = only_price(cut.priced(), "a")
    long = {"P1M": 1, "P2M": 2, "P3M": 3, "P5M": 5, "P1Y": 12}[cut.point["period"]]
    saved = sum(in_period(listed, each).gross - in_period(free, each).gross for each in range(1, months // long + 3))
    of_a_period = listed.phases[-1].gross
    # A month has 28 to 31 days, and a period as many as its months; each of the parts is rounded.
    assert abs(saved - of_a_period * months / long) <= of_a_period * 4 / 28 / long + 3


@LAWS
@given(cuts(uplift={"percent": "50", "every": "P5Y"}))
def test_a_price_that_begins_with_the_second_period_costs_what_was_said(cut: Cut) -> None:
    """Bills tell when the second period begins; then the first is a whole one, and rises come in the same ones."""
    said = cut.priced()
    second = forecast(said, cut.facts, cut.at, 2)[1].day
    later = Cut(cut.point, cut.header, datetime.combine(second, time(), UTC)).priced()
    shift = 1 if _is_cut(only_price(said, "a")) else 0
    ours, theirs = (_rises(only_price(cart, "a")) for cart in (said, later))
    assert ours == [first + shift for first in theirs]


def _is_cut(price: Price) -> bool:
    return any(each.source == "proration" for each in price.alterations)


def _rises(price: Price) -> list[int]:
    return [each.from_period for each in price.phases if each.list_amount > price.list_amount]
