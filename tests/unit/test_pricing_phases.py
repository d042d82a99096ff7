"""Phases: what every period costs, where reductions end, begin, and stand on each other."""

from typing import Any

import pytest

from facts.snapshot import CatalogRows, Facts
from pricing.price import price
from pricing.sheet.payments import is_multiple
from pricing.sheet.stretches import FIRST, Calendar, Stretch
from support.phases import Course, cart_of, course, monthly, total
from support.pricing import NOON, document, only_price, price_row, priced, promotion, rows
from support.promotions import off, percent

TWENTY = {"amount": "20.00", "currency": "EUR"}


def test_a_price_that_stays_has_one_phase_for_good() -> None:
    cart = cart_of(prices=[monthly("30.00"), price_row("b", "5.00")])
    assert course(only_price(cart, "a")) == [(1, None, 3000)]
    assert only_price(cart, "b").phases == ()
    assert course(total(cart)) == [(1, None, 3000)]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (percent("100", periods=1), [(1, 1, 0), (2, None, 9000)]),
        (off("20.00", periods=1), [(1, 1, 7200), (2, None, 9000)]),
        ({"kind": "free-period", "periods": 2}, [(1, 2, 0), (3, None, 9000)]),
    ],
)
def test_a_later_reduction_stands_on_one_that_ends(first: dict[str, Any], expected: Course) -> None:
    cart = cart_of(
        promotion("first", first, priority=9),
        promotion("second", percent("10"), priority=1),
        prices=[monthly("100.00")],
    )
    assert course(only_price(cart, "a")) == course(total(cart)) == expected
    assert [(each.id, each.reason) for each in cart.pricing.promotions] == [("first", None), ("second", None)]


def test_a_voucher_stands_on_a_discount_that_ends() -> None:
    voucher = {"code": "TEN", "reductionPercent": "10", "everyRecurringPayment": True}
    half = promotion("half", {"kind": "recurring-discount", "percent": "50", "periods": 3})
    cart = cart_of(half, prices=[monthly("100.00")], vouchers=[voucher])
    assert course(only_price(cart, "a")) == [(1, 3, 4500), (4, None, 9000)]


def test_a_first_period_that_is_cut_is_a_phase() -> None:
    voucher = {"code": "TEN", "reductionPercent": "10", "everyRecurringPayment": True}
    cart = cart_of(prices=[monthly("30.00", isProrated=True)], vouchers=[voucher], billCycleDay=1)
    assert course(only_price(cart, "a")) == [(1, 1, 1350), (2, None, 2700)]


@pytest.mark.parametrize(
    ("voucher", "expected"),
    [
        ({"reductionAmount": "15.00", "currency": "EUR"}, [(1, 1, 0), (2, 1, 18400), (3, None, 19900)]),
        ({"reductionPercent": "50"}, [(1, 1, 0), (2, 1, 9950), (3, None, 19900)]),
        (
            {"reductionAmount": "15.00", "currency": "EUR", "everyRecurringPayment": True},
            [(1, 1, 0), (2, None, 18400)],
        ),
    ],
)
def test_a_voucher_comes_off_the_first_payment_that_is_asked_for(voucher: dict[str, Any], expected: Course) -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1})
    cart = cart_of(free, prices=[monthly("199.00")], vouchers=[{"code": "V", **voucher}])
    assert course(only_price(cart, "a")) == expected
    assert cart.pricing.vouchers[0].reason is None


def test_a_voucher_that_came_off_what_is_paid_once_is_used() -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1})
    voucher = {"code": "V", "reductionAmount": "15.00", "currency": "EUR"}
    cart = cart_of(free, prices=[monthly("20.00"), price_row("b", "10.00")], vouchers=[voucher])
    assert cart.pricing.due_now.payable == 0
    assert course(total(cart)) == [(1, 1, 0), (2, None, 2000)]


def test_an_amount_off_every_payment_is_whole_in_each() -> None:
    voucher = {"code": "V", "reductionAmount": "10.00", "currency": "EUR", "everyRecurringPayment": True}
    cart = cart_of(prices=[monthly("30.00"), price_row("b", "20.00")], vouchers=[voucher])
    assert cart.pricing.due_now.payable == 4000
    assert course(total(cart)) == [(1, 1, 2400), (2, None, 2000)]


def test_an_amount_comes_off_what_is_due_before_what_is_billed_later() -> None:
    prices = [price_row("b", "10.00"), monthly("10.00", isArrears=True)]
    voucher = {"code": "V", "reductionAmount": "10.00", "currency": "EUR"}
    cart = cart_of(prices=prices, vouchers=[voucher])
    assert cart.pricing.due_now.payable == 0
    assert course(total(cart)) == [(1, None, 1000)]
    more = cart_of(prices=prices, vouchers=[{**voucher, "reductionAmount": "13.00"}])
    assert more.pricing.due_now.payable == 0
    assert course(total(more)) == [(1, 1, 700), (2, None, 1000)]


def of_periods(amounts: dict[str, str], *promotions: dict[str, Any], **voucher: Any) -> dict[str, Course]:
    """What prices of these periods cost, with a voucher perhaps."""
    prices = [price_row(period, amount, period=period) for period, amount in amounts.items()]
    vouchers = [{"code": "V", "currency": "EUR", **voucher}] if voucher else []
    cart = cart_of(*promotions, prices=prices, vouchers=vouchers)
    return {period: course(only_price(cart, period)) for period in amounts}


@pytest.mark.parametrize("voucher", [{"reductionAmount": "15.00"}, {"reductionPercent": "50"}])
def test_the_first_payment_that_is_asked_for_is_that_of_the_shortest_period(voucher: dict[str, Any]) -> None:
    """Both first periods are free; the second month is paid eleven months before the second year."""
    free = promotion("free", {"kind": "free-period", "periods": 1})
    assert of_periods({"P1M": "30.00", "P1Y": "240.00"}, free, **voucher) == {
        "P1M": [(1, 1, 0), (2, 1, 1500), (3, None, 3000)],
        "P1Y": [(1, 1, 0), (2, None, 24000)],
    }


def test_what_costs_nothing_is_no_payment() -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1})
    found = of_periods({"P1M": "0.00", "P1Y": "240.00"}, free, reductionAmount="15.00")
    assert found["P1Y"] == [(1, 1, 0), (2, 1, 22500), (3, None, 24000)]


@pytest.mark.parametrize(
    ("amount", "prices", "expected"),
    [
        # 10.00 × 10 / 130 and 10.00 × 120 / 130 come off the first payment, then 10.00 off every month; when a year
        # begins, so does a month, and nothing is left.
        (
            "10.00",
            {"P1M": "10.00", "P1Y": "120.00"},
            {"P1M": [(1, 1, 923), (2, None, 0)], "P1Y": [(1, 1, 11077), (2, None, 12000)]},
        ),
        # 50.00 × 10 / 160, 30 / 160 and 120 / 160; then 10.00, 30.00 of the 40.00 that are left, and the last 10.00.
        (
            "50.00",
            {"P1M": "10.00", "P3M": "30.00", "P1Y": "120.00"},
            {
                "P1M": [(1, 1, 1000 - 313), (2, None, 0)],
                "P3M": [(1, 1, 3000 - 937), (2, None, 0)],
                "P1Y": [(1, 1, 12000 - 3750), (2, None, 11000)],
            },
        ),
        # 5.00 × 5 / 25 and 20 / 25; weeks and months begin on days of their own.
        (
            "5.00",
            {"P1W": "5.00", "P1M": "20.00"},
            {"P1W": [(1, 1, 400), (2, None, 0)], "P1M": [(1, 1, 1600), (2, None, 1500)]},
        ),
        # 5.00 × 10 / 40, 15 / 40 and 15 / 40; a half-year begins together with two and three months, which take it all.
        (
            "5.00",
            {"P2M": "10.00", "P3M": "15.00", "P6M": "15.00"},
            {
                "P2M": [(1, 1, 875), (2, None, 500)],
                "P3M": [(1, 1, 1312), (2, None, 1000)],
                "P6M": [(1, 1, 1313), (2, None, 1500)],
            },
        ),
    ],
)
def test_an_amount_off_every_payment_is_for_what_is_paid_together(
    amount: str, prices: dict[str, str], expected: dict[str, Course]
) -> None:
    assert of_periods(prices, reductionAmount=amount, everyRecurringPayment=True) == expected


def test_an_amount_off_every_payment_is_whole_where_the_first_is_billed_later() -> None:
    prices = [price_row("b", "10.00"), monthly("10.00", isArrears=True)]
    voucher = {"code": "V", "reductionAmount": "10.00", "currency": "EUR", "everyRecurringPayment": True}
    cart = cart_of(prices=prices, vouchers=[voucher])
    assert cart.pricing.due_now.payable == 0
    assert course(total(cart)) == [(1, 1, 1000), (2, None, 0)]


def test_periods_count_from_the_first_with_something_to_reduce() -> None:
    """A free month, then half price for three."""
    cart = cart_of(
        promotion("free", {"kind": "free-period", "periods": 1}, priority=9),
        promotion("half", percent("50", periods=3), priority=1),
        prices=[monthly("100.00")],
    )
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 3, 5000), (5, None, 10000)]


FREE = {"kind": "free-period", "periods": 1}
UNREDUCED = {"target": {"unreducedOnly": True}}


@pytest.mark.parametrize("level", ["item", "cart"])
@pytest.mark.parametrize(
    ("lasting", "left"),
    [
        (percent("50", periods=3), 5000),
        ({"kind": "recurring-discount", "percent": "50", "months": 3}, 5000),
        (off("10.00", periods=3), 9000),
    ],
)
@pytest.mark.parametrize(
    ("first", "fields"),
    [
        ([], {}),  # the free month is a benefit of the same promotion
        ([promotion("free", FREE, priority=9)], {}),
        ([promotion("free", FREE, priority=9)], UNREDUCED),
        ([promotion("free", percent("100", periods=1), priority=9)], UNREDUCED),
    ],
)
def test_periods_wait_for_a_free_month_whatever_gives_it(
    first: list[dict[str, Any]], fields: dict[str, Any], lasting: dict[str, Any], left: int, level: str
) -> None:
    benefits = [*([] if first else [FREE]), {**lasting, **fields}]
    half = {"id": "half", "benefits": benefits, "level": level, "priority": 1}
    cart = cart_of(*({**each, "level": level} for each in first), half, prices=[monthly("100.00")])
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 3, left), (5, None, 10000)]


def test_a_minimum_that_a_free_month_misses_is_tried_again() -> None:
    at_least = {"kind": "minimum-amount", "amount": "50.00", "currency": "EUR"}
    cart = cart_of(
        promotion("free", percent("100", periods=1), priority=9, level="item"),
        promotion("ten", off("10.00", periods=1), at_least, priority=1),
        prices=[monthly("100.00")],
    )
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 1, 9000), (3, None, 10000)]


def test_a_plan_counts_from_its_step() -> None:
    plan = {"discountPlan": {"id": "p", "percent": "50", "periods": 5}, "discountPlanStep": 2}
    cart = cart_of(promotion("ten", percent("10")), prices=[monthly("100.00")], fields={"a": plan})
    assert course(only_price(cart, "a")) == [(1, 3, 4500), (4, None, 9000)]
    assert [each.periods for each in only_price(cart, "a").phases[0].alterations] == [3, None]


def test_stretches_in_which_a_price_stays_are_one_phase() -> None:
    cart = cart_of(
        promotion("a", percent("10", periods=3, target={"offeringIds": ["a"]}), level="item"),
        promotion("b", percent("50", periods=2, target={"offeringIds": ["b"]}), level="item"),
        prices=[monthly("100.00"), price_row("b", "10.00", period="P1M")],
    )
    assert course(only_price(cart, "a")) == [(1, 3, 9000), (4, None, 10000)]
    assert course(only_price(cart, "b")) == [(1, 2, 500), (3, None, 1000)]
    assert course(total(cart)) == [(1, 2, 9500), (3, 1, 10000), (4, None, 11000)]


def test_what_was_paid_once_still_counts_towards_a_minimum() -> None:
    at_least = {"kind": "minimum-amount", "amount": "60.00", "currency": "EUR"}
    cart = cart_of(
        promotion("one", percent("50", periods=1, target={"priceTypes": ["recurring"]}), priority=9, level="item"),
        promotion("ten", percent("10"), at_least, priority=1),
        prices=[monthly("20.00"), price_row("b", "50.00")],
    )
    assert course(total(cart)) == [(1, 1, 900), (2, None, 1800)]
    assert cart.pricing.due_now.payable == 5400


def test_a_recurring_gift_costs_its_list_price_when_its_periods_are_over() -> None:
    gift = promotion("g", {"kind": "free-item", "offeringId": "b", "periods": 2})
    told = document({"a": 1}, [monthly("20.00"), price_row("b", "5.00", period="P1M")], gift)
    cart = priced(told)
    [given] = [item for item in cart.items if item.is_gift]
    assert course(given.prices[0]) == [(1, 2, 0), (3, None, 500)]
    assert course(total(cart)) == [(1, 2, 2000), (3, None, 2500)]


def test_exclusive_promotions_give_way_when_they_end() -> None:
    cart = cart_of(
        promotion("most", percent("60", periods=1), exclusive=True),
        promotion("some", percent("50"), exclusive=True),
        prices=[monthly("100.00")],
    )
    assert course(only_price(cart, "a")) == [(1, 1, 4000), (2, None, 5000)]


def test_the_taxes_of_each_phase_are_its_own() -> None:
    cart = cart_of(promotion("half", percent("50", periods=1)), prices=[monthly("12.00")])
    assert [(each.net, each.taxes[0].amount) for each in only_price(cart, "a").phases] == [(500, 100), (1000, 200)]


def test_a_promotion_that_a_cart_gets_once_goes_to_no_other_line_later() -> None:
    """The dearest line is paid once; what another promotion does to later periods leaves this one where it is."""
    once = promotion("once", {"kind": "percent", "value": "50"}, level="item", caps={"perCart": 1}, priority=9)
    month = promotion("month", {"kind": "percent", "value": "10", "periods": 1, "target": {"offeringIds": ["plan"]}})
    prices = [price_row("phone", "100.00"), price_row("plan", "30.00", period="P1M")]
    cart = priced(document({"phone": 1, "plan": 1}, prices, once, month))
    assert only_price(cart, "phone").gross == 5000
    assert [(phase.from_period, phase.gross) for phase in only_price(cart, "plan").phases] == [(1, 2700), (2, 3000)]


def test_a_gift_that_is_paid_once_bears_nothing_of_what_comes_off_later_payments() -> None:
    gift = promotion("g", {"kind": "free-item", "offeringId": "mug", "periods": 1})
    half = promotion("h", {"kind": "recurring-discount", "percent": "50", "periods": 1})
    voucher = {"code": "V", "reductionAmount": "1.00", "currency": "EUR", "everyRecurringPayment": True}
    prices = [monthly("30.00"), price_row("mug", "5.00")]
    cart = cart_of(gift, half, prices=prices, quantities={"a": 1}, vouchers=[voucher])
    assert cart.pricing.due_now.payable == 1400
    assert course(total(cart)) == [(1, 1, 1400), (2, None, 2900)]


def test_a_gift_that_would_come_later_takes_no_share_of_a_voucher() -> None:
    at_least = {"kind": "minimum-amount", "amount": "20.00", "currency": "EUR"}
    free = promotion("free", percent("100", periods=1), priority=9, level="item")
    gift = promotion("g", {"kind": "free-item", "offeringId": "mug", "periods": 1}, at_least)
    voucher = {"code": "V", "reductionAmount": "1.00", "currency": "EUR", "everyRecurringPayment": True}
    prices = [monthly("30.00"), price_row("mug", "10.00", period="P1M")]
    cart = cart_of(free, gift, prices=prices, quantities={"a": 1}, vouchers=[voucher])
    assert course(total(cart)) == [(1, 1, 0), (2, None, 2900)]
    assert [each.id for each in cart.pricing.promotions] == ["free"]
    assert [item.id for item in cart.items] == ["a"]


def test_stretches_that_nothing_ends_do_not_follow_each_other_for_ever() -> None:
    def after(stretch: Stretch) -> Stretch:
        calendar = Calendar(stretch)
        calendar.left(("voucher", "V"), 1)
        calendar.turn_after(1)
        following = calendar.following()
        assert following is not None
        return following

    last = after(after(after(FIRST)))
    with pytest.raises(RuntimeError, match="3 stretches"):
        after(last)


@pytest.mark.parametrize("lasting", [{"periods": 4}, {"months": 4}])
def test_what_was_paid_once_leaves_its_share_to_the_plan_however_time_is_counted(lasting: dict[str, int]) -> None:
    prices = [price_row("phone", "100.00"), monthly("100.00")]
    cart = cart_of(promotion("twenty", off("20.00", **lasting)), prices=prices)
    assert cart.pricing.due_now.payable == 18000
    assert course(total(cart)) == [(1, 1, 9000), (2, 3, 8000), (5, None, 10000)]


@pytest.mark.parametrize(
    "limit",
    [
        {"atMost": {"amount": "100.00", "currency": "EUR"}},
        {"notBelow": {"amount": "300.00", "currency": "EUR"}},
    ],
)
def test_a_limit_is_for_the_part_of_a_period_that_is_reduced(limit: dict[str, Any]) -> None:
    forty = promotion("forty", {"kind": "recurring-discount", "percent": "40", "months": 4, **limit})
    cart = cart_of(forty, prices=[price_row("a", "350.00", period="P1Y")])
    assert course(total(cart, "P1Y")) == [(1, 1, 30333), (2, None, 35000)]


@pytest.mark.parametrize("lasting", [{"periods": 3}, {"months": 3}])
@pytest.mark.parametrize("level", ["item", "cart"])
def test_a_ceiling_is_all_for_what_recurs_once_something_else_is_paid(lasting: dict[str, int], level: str) -> None:
    forty = percent("40", atMost={"amount": "40.00", "currency": "EUR"}, **lasting)
    once = price_row("a", "100.00", id="once")
    cart = cart_of(promotion("forty", forty, level=level), prices=[once, monthly("100.00")])
    assert cart.pricing.due_now.payable == 16000
    assert course(total(cart)) == [(1, 1, 8000), (2, 2, 6000), (4, None, 10000)]


def test_a_floor_is_for_what_is_paid_in_a_period() -> None:
    forty = percent("40", notBelow={"amount": "80.00", "currency": "EUR"}, periods=3)
    cart = cart_of(promotion("forty", forty), prices=[price_row("s", "100.00"), monthly("100.00")])
    assert cart.pricing.due_now.payable == 12000
    assert course(total(cart)) == [(1, 1, 6000), (2, 2, 8000), (4, None, 10000)]


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        # 5.00 × 3 / 13 and 10 / 13 off 30.00 and 100.00; then 3.00 of 30.00, and the 2.00 that are left off 100.00.
        (
            percent("10", atMost={"amount": "5.00", "currency": "EUR"}),
            {"P1M": [(1, 1, 2885), (2, None, 2700)], "P1Y": [(1, 1, 9615), (2, None, 9800)]},
        ),
        # 10.00 × 3 / 13 and 10 / 13 off 130.00; a month below 120.00 is not reduced, with the year 10.00 are.
        (
            percent("10", notBelow={"amount": "120.00", "currency": "EUR"}),
            {"P1M": [(1, 1, 2769), (2, None, 3000)], "P1Y": [(1, 1, 9231), (2, None, 9000)]},
        ),
        # The floor is no limit on the first payment; a month is below it.
        (
            percent("10", notBelow={"amount": "50.00", "currency": "EUR"}),
            {"P1M": [(1, 1, 2700), (2, None, 3000)], "P1Y": [(1, None, 9000)]},
        ),
    ],
)
def test_a_limit_is_for_what_is_paid_together(benefit: dict[str, Any], expected: dict[str, Course]) -> None:
    assert of_periods({"P1M": "30.00", "P1Y": "100.00"}, promotion("p", benefit)) == expected


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        # 20.00 × 30 / 330 and 300 / 330; then 20.00 off a month, and nothing is left for the year.
        (off("20.00"), {"P1M": [(1, 1, 2818), (2, None, 1000)], "P1Y": [(1, 1, 28182), (2, None, 30000)]}),
        # Of 330.00 230.00 come off, 20.91 and 209.09; a month is below 100.00, and with it a year costs 70.00.
        (
            {"kind": "fixed-price", "amount": "100.00", "currency": "EUR"},
            {"P1M": [(1, 1, 909), (2, None, 3000)], "P1Y": [(1, 1, 9091), (2, None, 7000)]},
        ),
    ],
)
def test_an_amount_of_a_promotion_is_for_what_is_paid_together(
    benefit: dict[str, Any], expected: dict[str, Course]
) -> None:
    assert of_periods({"P1M": "30.00", "P1Y": "300.00"}, promotion("p", benefit)) == expected


def test_an_amount_for_one_period_that_waited_comes_off_the_shortest() -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1}, priority=9)
    found = of_periods({"P1M": "30.00", "P1Y": "240.00"}, free, promotion("p", off("15.00", periods=1)))
    assert found == {"P1M": [(1, 1, 0), (2, 1, 1500), (3, None, 3000)], "P1Y": [(1, 1, 0), (2, None, 24000)]}


@pytest.mark.parametrize(
    ("longer", "shorter", "expected"),
    [
        ("P1Y", "P1M", True),
        ("P18M", "P6M", True),
        ("P4W", "P14D", True),
        ("P3M", "P2M", False),
        ("P1M", "P1W", False),
        ("P1M1D", "P1D", False),
        ("P1D", "PT1H", False),
    ],
)
def test_periods_that_begin_together(longer: str, shorter: str, expected: bool) -> None:
    assert is_multiple(longer, shorter) is expected


@pytest.mark.parametrize("benefit", [off("20.00", periods=1), percent("50", periods=1, atMost=TWENTY)])
def test_an_amount_for_one_period_is_not_given_again_once_it_came_off_what_is_paid_once(
    benefit: dict[str, Any],
) -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1}, priority=5)
    prices = [price_row("phone", "100.00"), monthly("30.00")]
    cart = cart_of(free, promotion("twenty", benefit), prices=prices)
    assert cart.pricing.due_now.payable == 8000
    assert course(total(cart)) == [(1, 1, 0), (2, None, 3000)]


@pytest.mark.parametrize("level", ["item", "cart"])
@pytest.mark.parametrize(
    "half",
    [
        {"kind": "recurring-discount", "percent": "50", "periods": 3},
        {"kind": "recurring-discount", "percent": "50", "months": 3},
        percent("50", periods=3),
    ],
)
def test_each_price_counts_its_own_periods(half: dict[str, Any], level: str) -> None:
    free = promotion("free", percent("100", periods=1, target={"offeringIds": ["a"]}), priority=9, level="item")
    prices = [monthly("30.00"), price_row("b", "20.00", period="P1M")]
    cart = cart_of(free, promotion("half", half, level=level), prices=prices)
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 3, 1500), (5, None, 3000)]
    assert course(total(cart)) == [(1, 1, 1000), (2, 2, 2500), (4, 1, 3500), (5, None, 5000)]


@pytest.mark.parametrize("level", ["item", "cart"])
@pytest.mark.parametrize(
    ("benefit", "of_b"),
    [
        (off("15.00", per="unit", periods=3), [(1, 3, 500), (4, None, 2000)]),
        ({"kind": "fixed-price", "amount": "15.00", "currency": "EUR", "periods": 3}, [(1, 3, 1500), (4, None, 2000)]),
    ],
)
def test_what_units_get_counts_periods_price_by_price(benefit: dict[str, Any], of_b: Course, level: str) -> None:
    free = promotion("free", percent("100", periods=1, target={"offeringIds": ["a"]}), priority=9, level="item")
    prices = [monthly("30.00"), price_row("b", "20.00", period="P1M")]
    per_unit = benefit if level == "item" else {**benefit, "per": "unit"}
    cart = cart_of(free, promotion("p", per_unit, level=level), prices=prices)
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 3, 1500), (5, None, 3000)]
    assert course(only_price(cart, "b")) == of_b


def test_units_of_several_lines_that_are_counted_together_count_the_same_periods() -> None:
    free = promotion("free", percent("100", periods=1, target={"offeringIds": ["a"]}), priority=9, level="item")
    prices = [monthly("30.00"), price_row("b", "20.00", period="P1M")]
    cart = cart_of(free, promotion("half", percent("50", periods=3, maxQuantity=9)), prices=prices)
    assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 2, 1500), (4, None, 3000)]
    assert course(only_price(cart, "b")) == [(1, 3, 1000), (4, None, 2000)]


def test_a_percentage_waits_for_a_free_month_whatever_is_paid_once() -> None:
    free = promotion("free", {"kind": "free-period", "periods": 1}, priority=5)
    prices = [price_row("phone", "100.00"), monthly("30.00")]
    cart = cart_of(free, promotion("half", percent("50", periods=2)), prices=prices)
    assert cart.pricing.due_now.payable == 5000
    assert course(total(cart)) == [(1, 1, 0), (2, 2, 1500), (4, None, 3000)]


@pytest.mark.parametrize(
    ("benefit", "minimum", "expected"),
    [
        (off("140.00", months=4), "300.00", 30333),
        (percent("40", months=4), "300.00", 30333),
        ({"kind": "recurring-discount", "percent": "40", "months": 4}, "300.00", 30333),
        (off("140.00", months=4), "310.00", 31000),
        (percent("40", months=4), "310.00", 31000),
    ],
)
@pytest.mark.parametrize("level", ["item", "cart"])
def test_a_minimum_is_for_what_is_left_after_the_part_that_is_reduced(
    benefit: dict[str, Any], minimum: str, expected: int, level: str
) -> None:
    prices = [price_row("a", "350.00", period="P1Y", minimumPrice=minimum)]
    cart = cart_of(promotion("forty", benefit, level=level), prices=prices)
    assert course(total(cart, "P1Y")) == [(1, 1, expected), (2, None, 35000)]


def test_of_one_group_another_promotion_follows_one_that_ends() -> None:
    half = promotion("half", percent("50", periods=3), group="g")
    fifth = promotion("fifth", percent("20"), group="g")
    cart = cart_of(half, fifth, prices=[monthly("100.00")])
    assert course(total(cart)) == [(1, 3, 5000), (4, None, 8000)]
    assert [(each.id, each.reason) for each in cart.pricing.promotions] == [("fifth", None), ("half", None)]


def test_which_promotion_saves_most_is_asked_again_once_something_is_paid() -> None:
    half = promotion("half", percent("50"), exclusive=True)
    plan = promotion("plan", percent("60", target={"offeringIds": ["a"]}), exclusive=True)
    cart = cart_of(half, plan, prices=[price_row("phone", "100.00"), monthly("30.00")])
    assert cart.pricing.due_now.payable == 6500
    assert course(total(cart)) == [(1, 1, 1500), (2, None, 1200)]


def test_a_line_that_keeps_its_amounts_for_want_of_a_tax_keeps_them_in_later_phases() -> None:
    half = promotion("half", percent("50", periods=3))
    shop = document({"a": 1, "b": 1}, [monthly("30.00"), price_row("b", "12.00")], half)
    shop["facts"]["offerings"] = [{"id": "a", "taxCategory": "standard"}, {"id": "b", "taxCategory": "full"}]
    full = {"id": "full", "country": "FR", "category": "full", "rate": "20"}
    shop["facts"]["taxes"].append(full)
    cart, facts = priced(shop), Facts().with_rows(rows(shop), 1)
    over = {**full, "validFor": {"endDateTime": "2026-03-01T00:00:00Z"}}
    again = price(cart, facts.with_rows(CatalogRows.of({"taxes": [over]}), 2), NOON)
    assert [(each.code, each.item_id) for each in again.pricing.warnings] == [("tax-not-found", again.items[1].id)]
    assert again.items[1] is cart.items[1]
    assert course(only_price(again, "a")) == [(1, 3, 1500), (4, None, 3000)]
