"""A line that keeps its amounts leaves other lines what they cost: an amount is given once, in every payment."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from models.cart.price import Price, in_period
from pricing.price import price
from support.pricing import NOON, document, price_row, priced, promotion, rows
from support.promotions import EUR, off, percent

UNHURRIED = settings(deadline=None, max_examples=100, derandomize=True)
NAMES = "abc"
AMOUNTS = st.integers(1, 200).map(lambda each: f"{each}.00")
STATED = st.fixed_dictionaries({"amount": AMOUNTS, **{name: st.just(code) for name, code in EUR.items()}})
PRICES = st.lists(st.tuples(AMOUNTS, st.sampled_from([None, "P1W", "P1M", "P1Y"])), min_size=2, max_size=3)
LASTING = st.sampled_from([{}, {"periods": 1}, {"periods": 2}])
REDUCTIONS = (
    st.builds(off, AMOUNTS)
    | st.builds(lambda most: percent("40", atMost=most), STATED)
    | st.sampled_from([percent("10"), percent("25")])
)
LAST = REDUCTIONS | st.builds(lambda least: percent("40", notBelow=least), STATED)
LAST |= st.builds(lambda stated: {"kind": "fixed-price", **stated}, STATED)
"""What counts all that lines keep, also what later promotions took off: so these come last."""
VOUCHERS = AMOUNTS.map(lambda each: {"code": "V", "reductionAmount": each, **EUR, "everyRecurringPayment": True})
"""One for a single payment that a line keeps for a later one comes off no other line."""
PERIODS = range(1, 5)


def costs(found: Price) -> list[int]:
    return [in_period(found, period).gross for period in PERIODS]


def without_price(told: dict[str, Any], name: str) -> tuple[Cart, Cart]:
    """The priced cart, and the same when the price of an offering is gone."""
    cart, facts = priced(told), Facts().with_rows(rows(told), 1)
    [row] = [each for each in told["facts"]["prices"] if each["offeringId"] == name]
    over = {**row, "validFor": {"endDateTime": "2000-01-01T00:00:00Z"}}
    return cart, price(cart, facts.with_rows(CatalogRows.of({"prices": [over]}), 2), NOON)


@UNHURRIED
@given(PRICES, st.lists(st.tuples(REDUCTIONS, LASTING), max_size=2), st.none() | LAST, st.none() | VOUCHERS, st.data())
def test_a_line_that_keeps_its_amounts_moves_no_other_but_for_odd_cents(
    prices: list[tuple[str, str | None]],
    first: list[tuple[dict[str, Any], dict[str, Any]]],
    last: dict[str, Any] | None,
    voucher: dict[str, Any] | None,
    data: st.DataObject,
) -> None:
    goods = [
        price_row(name, amount, **({} if period is None else {"period": period}))
        for name, (amount, period) in zip(NAMES, prices, strict=False)
    ]
    offers = [promotion(f"p{place}", {**each, **lasting}) for place, (each, lasting) in enumerate(first)]
    if last is not None and voucher is None:
        offers.append(promotion("q", last))
    told = document({each["offeringId"]: 1 for each in goods}, goods, *offers)
    if voucher is not None:
        told["facts"]["vouchers"], told["vouchers"] = [voucher], ["V"]
    gone = data.draw(st.sampled_from([each["offeringId"] for each in goods]))
    before, after = without_price(told, gone)
    for old in before.items:
        new = after.item(old.id)
        assert new is not None
        for one, other in zip(old.prices, new.prices, strict=True):
            odd = [abs(ours - theirs) for ours, theirs in zip(costs(one), costs(other), strict=True)]
            assert max(odd) <= 1 + len(offers)
