"""Payments where prices are billed on days of their own: an amount, a ceiling or a floor is for each bill by itself."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from pricing.forecasting import forecast
from pricing.price import price
from support.phases import JUNE, cart_of, course, monthly
from support.pricing import document, only_price, price_row, promotion, rows
from support.promotions import off, percent

DECEMBER = datetime(2024, 12, 16, 12, tzinfo=UTC)
FREE = {"kind": "free-period", "periods": 1}
CUT = {"isProrated": True}


def voucher(amount: str, **fields: Any) -> dict[str, Any]:
    return {"code": "V", "reductionAmount": amount, "currency": "EUR", "everyRecurringPayment": True, **fields}


def of(name: str, amount: str, period: str, **fields: Any) -> dict[str, Any]:
    return price_row(name, amount, period=period, **fields)


def later(cart: Cart, period: int = 2) -> list[int]:
    """What each line costs in a period, in minor units."""
    amounts = [only_price(cart, item.id).phases for item in cart.items]
    return [next(each.gross for each in reversed(phases) if each.from_period <= period) for phases in amounts]


def bills(prices: list[dict[str, Any]], at: datetime, periods: int, *promotions: dict[str, Any], **more: Any) -> Any:
    """The day and the amount of the bills after the first."""
    cart = cart_of(*promotions, prices=prices, at=at, billCycleDay=1, **more)
    told = forecast(cart, Facts().with_rows(rows(document({}, prices)), 1), at, periods)
    return [(each.day.isoformat(), each.gross) for each in told[1:]]


def test_what_is_billed_on_another_day_has_an_amount_whole() -> None:
    """A month is billed on the 1st, a year on the 16th, which is the day of the order."""
    told = bills([monthly("30.00", **CUT), of("y", "120.00", "P1Y")], JUNE, 13, vouchers=[voucher("10.00")])
    assert told[:2] == [("2024-07-01", 2000), ("2024-08-01", 2000)]
    assert told[-2:] == [("2025-06-01", 2000), ("2025-06-16", 11000)]
    assert len(told) == 13


def test_an_amount_of_a_promotion_comes_off_each_bill() -> None:
    may, ten = datetime(2024, 5, 20, 12, tzinfo=UTC), promotion("ten", off("10.00"))
    prices = [monthly("30.00"), of("q", "91.00", "P3M", anchorMonth=4, **CUT)]
    assert bills(prices, may, 3, ten) == [("2024-06-20", 2000), ("2024-07-01", 8100), ("2024-07-20", 2000)]


def test_prices_of_one_period_on_different_days_are_different_payments() -> None:
    prices = [monthly("30.00", **CUT), of("b", "10.00", "P1M")]
    assert bills(prices, JUNE, 3, vouchers=[voucher("10.00")]) == [
        ("2024-07-01", 2000),
        ("2024-07-16", 0),
        ("2024-08-01", 2000),
        ("2024-08-16", 0),
    ]


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        # 3.00 off the month; of the 10.00 for the year as much as the ceiling lets through.
        (percent("10", atMost={"amount": "5.00", "currency": "EUR"}), [2700, 9500]),
        # Neither bill is above the floor, or the year only.
        (percent("10", notBelow={"amount": "120.00", "currency": "EUR"}), [3000, 10000]),
        (percent("10", notBelow={"amount": "50.00", "currency": "EUR"}), [3000, 9000]),
        ({"kind": "fixed-price", "amount": "80.00", "currency": "EUR"}, [3000, 8000]),
        (off("20.00"), [1000, 8000]),
    ],
)
def test_a_limit_is_for_each_bill(benefit: dict[str, Any], expected: list[int]) -> None:
    prices = [monthly("30.00", **CUT), of("y", "100.00", "P1Y")]
    assert later(cart_of(promotion("p", benefit), prices=prices, billCycleDay=1)) == expected


@pytest.mark.parametrize(
    ("cycle_day", "month", "year"),
    [
        (16, CUT, {}),  # the order's day is the cycle day
        (1, CUT, CUT),  # both are billed on the 1st
        (1, CUT, {"anchorMonth": 1, **CUT}),
        (1, {}, {}),
        (None, CUT, {}),
    ],
)
def test_what_begins_on_the_same_days_is_paid_together(
    cycle_day: int | None, month: dict[str, Any], year: dict[str, Any]
) -> None:
    prices = [monthly("10.00", **month), of("y", "120.00", "P1Y", **year)]
    cart = cart_of(prices=prices, vouchers=[voucher("10.00")], billCycleDay=cycle_day)
    assert later(cart) == [0, 12000]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("P3M", 4), ("P3M", 5), [0, 10000]),  # July, October …; August, November …
        (("P3M", 4), ("P3M", 7), [0, 19100]),  # the same quarters: 100.00 of 291.00
        (("P3M", 4), ("P6M", 7), [0, 19100]),  # July; the 9.00 that are left
        (("P3M", 4), ("P6M", 8), [0, 10000]),
        (("P2M", 1), ("P6M", 4), [0, 10000]),  # January, March …; April, October
    ],
)
def test_months_in_which_cycles_begin_decide(one: tuple[str, int], other: tuple[str, int], expected: list[int]) -> None:
    """100.00 off every payment of 91.00 and 200.00; the shorter one bears it first."""
    told = zip("ab", ("91.00", "200.00"), (one, other), strict=True)
    prices = [of(name, amount, period, anchorMonth=month, **CUT) for name, amount, (period, month) in told]
    cart = cart_of(prices=prices, vouchers=[voucher("100.00")], billCycleDay=1)
    found = later(cart)
    assert found == expected or (one[0] == other[0] and sum(found) == sum(expected) == 19100)


def test_days_that_differ_in_most_months_are_different_ones() -> None:
    """From 28 February on cycles begin on the 31st, other months on the 28th; the first periods are whole."""
    at = datetime(2026, 2, 28, 12, tzinfo=UTC)
    cart = cart_of(
        prices=[monthly("30.00", **CUT), of("b", "10.00", "P1M")],
        vouchers=[voucher("10.00")],
        at=at,
        billCycleDay=31,
    )
    assert course(only_price(cart, "a")) == [(1, 1, 2250), (2, None, 2000)]
    assert course(only_price(cart, "b")) == [(1, 1, 750), (2, None, 0)]


@pytest.mark.parametrize(("zone", "expected"), [("America/Denver", [0, 12000]), ("UTC", [0, 11000])])
def test_days_are_those_of_the_zone(zone: str, expected: list[int]) -> None:
    """At 05:00 UTC on the 16th it is still the 15th in Denver, which is the cycle day."""
    at = datetime(2024, 6, 16, 5, tzinfo=UTC)
    prices = [monthly("10.00", **CUT), of("y", "120.00", "P1Y")]
    policy = {"timeZone": zone}
    cart = cart_of(prices=prices, vouchers=[voucher("10.00")], at=at, billCycleDay=15, pricingPolicy=policy)
    assert later(cart) == expected


@pytest.mark.parametrize("gone", ["a", "y"])
@pytest.mark.parametrize(("cycle_day", "expected"), [(1, [2000, 11000]), (16, [2000, 12000])])
def test_a_line_that_keeps_its_amounts_is_billed_on_its_days(gone: str, cycle_day: int, expected: list[int]) -> None:
    prices = [monthly("30.00", **CUT), of("y", "120.00", "P1Y")]
    cart = cart_of(prices=prices, vouchers=[voucher("10.00")], billCycleDay=cycle_day)
    over = [
        {**each, "validFor": {"endDateTime": "2000-01-01T00:00:00Z"}} for each in prices if each["id"] == f"pp-{gone}"
    ]
    told = document({}, prices)
    told["facts"]["vouchers"] = [voucher("10.00")]
    facts = Facts().with_rows(rows(told), 1).with_rows(CatalogRows.of({"prices": over}), 2)
    kept = price(cart, facts, JUNE)
    assert [each.code for each in kept.pricing.warnings] == ["price-not-found"]
    assert later(cart) == later(kept) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"reductionAmount": "15.00", "currency": "EUR"}, [3000, 35100]),
        ({"reductionPercent": "10"}, [3000, 32940]),
    ],
)
def test_a_voucher_comes_off_the_bill_that_is_asked_for_first(fields: dict[str, Any], expected: list[int]) -> None:
    """The second year begins on 1 January, the second month on the 16th."""
    prices = [monthly("30.00"), of("y", "366.00", "P1Y", anchorMonth=1, **CUT)]
    free, once = promotion("free", FREE), {"code": "V", **fields}
    cart = cart_of(free, prices=prices, vouchers=[once], at=DECEMBER, billCycleDay=1)
    assert (later(cart), later(cart, 3)) == (expected, [3000, 36600])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # 50.00 × 30 / 396 and 366 / 396.
        ({"reductionAmount": "50.00", "currency": "EUR"}, [2621, 31979]),
        ({"reductionPercent": "50"}, [1500, 18300]),
    ],
)
def test_a_voucher_comes_off_all_of_that_bill(fields: dict[str, Any], expected: list[int]) -> None:
    """The second month and the second year begin on 1 January."""
    prices = [monthly("30.00", **CUT), of("y", "366.00", "P1Y", anchorMonth=1, **CUT)]
    free, once = promotion("free", FREE), {"code": "V", **fields}
    cart = cart_of(free, prices=prices, vouchers=[once], at=DECEMBER, billCycleDay=1)
    assert (later(cart), later(cart, 3)) == (expected, [3000, 36600])


def test_the_bill_that_is_asked_for_first_goes_by_the_calendar() -> None:
    """Of third periods the quarter's begins on 1 April, that of two months on 16 April."""
    prices = [of("a", "30.00", "P2M"), of("q", "90.00", "P3M", anchorMonth=1, **CUT)]
    free, once = promotion("free", {**FREE, "periods": 2}), voucher("15.00", everyRecurringPayment=False)
    cart = cart_of(free, prices=prices, vouchers=[once], at=DECEMBER, billCycleDay=1)
    assert (later(cart), later(cart, 3), later(cart, 4)) == ([0, 0], [3000, 7500], [3000, 9000])


def test_what_leads_out_of_the_calendar_is_asked_for_last() -> None:
    at = datetime(9999, 11, 16, 12, tzinfo=UTC)
    prices = [of("a", "30.00", "P1W"), of("b", "90.00", "P1M", **CUT)]
    free, once = promotion("free", {**FREE, "periods": 2}), voucher("15.00", everyRecurringPayment=False)
    cart = cart_of(free, prices=prices, vouchers=[once], at=at, billCycleDay=1)
    assert later(cart, 3) == [1500, 9000]


def told_prices(chosen: list[tuple[int, str, int | None, bool]]) -> list[dict[str, Any]]:
    """Prices of these amounts and periods; those that are prorated have an anchor, where that is possible."""
    return [
        of(
            name,
            f"{amount}.00",
            period,
            isProrated=prorated,
            **({"anchorMonth": month} if prorated and month and period != "P1M" else {}),
        )
        for name, (amount, period, month, prorated) in zip("abcd", chosen, strict=False)
    ]


PERIODS = st.sampled_from(["P1M", "P3M", "P6M", "P1Y"])
"""Each is a multiple of those before it: prices that meet once do so again whenever the longer one begins."""
PRICES = st.lists(
    st.tuples(st.integers(1, 90), PERIODS, st.none() | st.integers(1, 12), st.booleans()), min_size=2, max_size=4
)


@settings(deadline=None, max_examples=40)
@given(PRICES, st.integers(1, 200), st.sampled_from([1, 15, 16]), st.booleans())
@example([(1, "P3M", None, False), (1, "P6M", 9, True)], 1, 16, False)  # both are due where the forecast ends
def test_every_bill_has_the_amount_off_once(
    chosen: list[tuple[int, str, int | None, bool]], amount: int, cycle_day: int, promoted: bool
) -> None:
    prices = told_prices(chosen)
    facts, given_off = Facts().with_rows(rows(document({}, prices)), 1), f"{amount}.00"
    reduced: dict[str, Any] = {"prices": prices, "billCycleDay": cycle_day}
    promotions = [promotion("p", off(given_off))] if promoted else []
    cart = cart_of(*promotions, **reduced, vouchers=[] if promoted else [voucher(given_off)])
    before = {each.day: each.gross for each in forecast(cart_of(**reduced), facts, JUNE, 25)}
    after = {each.day: each.gross for each in forecast(cart, facts, JUNE, 25)}
    assert before.keys() == after.keys()
    for day in sorted(before)[1:]:
        assert after[day] == max(before[day] - amount * 100, 0), day
