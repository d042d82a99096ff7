"""Credits for unused days: how many days count, what they come off, and what is said of the rest."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.lines import PaidPeriod
from cartwright.wire.policy import DEFAULT_POLICY, PricingPolicy, ProrationUnit
from models.cart.cart import Cart
from pricing.steps.credits import credit_of
from support.pricing import document, only_price, price_row, priced

LEAP_YEAR = {"startDateTime": "2024-01-01T00:00:00Z", "endDateTime": "2025-01-01T00:00:00Z"}
JULY_FIRST = datetime(2024, 7, 1, 23, 59, tzinfo=UTC)


def paid(amount: str, currency: str = "EUR") -> dict[str, Any]:
    return {"amount": amount, "currency": currency, **LEAP_YEAR}


def credited(credit: dict[str, Any], *prices: dict[str, Any]) -> Cart:
    return priced(document({"up": 1}, list(prices), fields={"up": {"paidPeriod": credit}}), JULY_FIRST)


@pytest.mark.parametrize(
    ("at", "cents"),
    [
        (datetime(2023, 12, 31, 23, 59, tzinfo=UTC), 36600),
        (datetime(2024, 1, 1, tzinfo=UTC), 36600),
        (datetime(2024, 1, 1, 23, 59, tzinfo=UTC), 36600),
        (datetime(2024, 1, 2, tzinfo=UTC), 36500),
        # 31 + 31 + 30 + 31 + 30 + 31 days from 1 July.
        (JULY_FIRST, 18400),
        (datetime(2024, 12, 31, 23, 59, tzinfo=UTC), 100),
        (datetime(2025, 1, 1, tzinfo=UTC), 0),
        (datetime(2030, 1, 1, tzinfo=UTC), 0),
    ],
)
def test_the_day_of_pricing_counts_as_unused(at: datetime, cents: int) -> None:
    assert credit_of(PaidPeriod.model_validate(paid("366.00")), at, DEFAULT_POLICY).gross == cents


def test_a_credit_is_rounded_by_the_policy() -> None:
    half_a_cent = PaidPeriod.model_validate(paid("0.01") | {"endDateTime": "2024-01-03T00:00:00Z"})
    noon = datetime(2024, 1, 2, 12, tzinfo=UTC)
    assert credit_of(half_a_cent, noon, PricingPolicy(rounding="half-up")).gross == 1
    assert credit_of(half_a_cent, noon, PricingPolicy(rounding="half-even")).gross == 0


def test_days_are_those_of_the_zone() -> None:
    """At 05:00 UTC it is still the evening of 15 June in Denver: 16 days of 30 are left of both periods."""
    june = {"amount": "30.00", "currency": "EUR", "startDateTime": "2023-06-01T06:00:00Z"}
    june["endDateTime"] = "2023-07-01T06:00:00Z"
    shop = document(
        {"plan": 1},
        [price_row("plan", "30.00", period="P1M", isProrated=True)],
        fields={"plan": {"paidPeriod": june}},
        billCycleDay=1,
        pricingPolicy={"timeZone": "America/Denver"},
    )
    cart = priced(shop, datetime(2023, 6, 16, 5, tzinfo=UTC))
    assert [each.amount for each in only_price(cart, "plan").alterations] == [-1400, -1600]
    assert (cart.pricing.due_now.payable, cart.pricing.warnings) == (0, ())


@pytest.mark.parametrize(
    ("at", "cents"),
    [
        # Of the 745 hours of October in Paris 167 are left at 00:00 UTC on the 25th; an hour is 1.00.
        ("2026-10-25T00:00:00Z", 16700),
        ("2026-10-25T00:59:59Z", 16600),
        # Here the clocks are put back; what is left does not grow.
        ("2026-10-25T01:00:00Z", 16600),
        ("2026-10-25T02:00:00Z", 16500),
    ],
)
def test_by_second_the_clocks_have_no_part(at: str, cents: int) -> None:
    october = {"startDateTime": "2026-09-30T22:00:00Z", "endDateTime": "2026-10-31T23:00:00Z"}
    period = PaidPeriod.model_validate(paid("745.00") | october)
    policy = PricingPolicy(proration=ProrationUnit.SECOND, time_zone="Europe/Paris")
    assert credit_of(period, datetime.fromisoformat(at), policy).gross == cents


@pytest.mark.parametrize("unit", list(ProrationUnit))
def test_a_period_within_one_local_day_has_that_day(unit: ProrationUnit) -> None:
    """Two hours around midnight UTC are the evening of 14 May in Denver."""
    times = {"startDateTime": "2024-05-14T23:00:00Z", "endDateTime": "2024-05-15T01:00:00Z"}
    period = PaidPeriod.model_validate(paid("5.00") | times)
    policy = PricingPolicy(proration=unit, time_zone="America/Denver")
    assert credit_of(period, datetime(2024, 5, 14, 23, tzinfo=UTC), policy).gross == 500
    assert credit_of(period, datetime(2024, 5, 16, tzinfo=UTC), policy).gross == 0


def test_it_comes_off_in_listing_order_and_for_one_period() -> None:
    monthly = price_row("up", "20.00", id="monthly", period="P1M")
    usage = {**price_row("up", "9.00", id="usage"), "type": "usage", "unit": "GB"}
    cart = credited(paid("30.00"), monthly, usage, price_row("up", "5.00"))
    taken = {price.type: [(each.amount, each.periods) for each in price.alterations] for price in cart.items[0].prices}
    # 30.00 × 184 / 366 = 15.0820.
    assert taken == {"one-time": [(-500, None)], "recurring": [(-1008, 1)], "usage": []}
    assert cart.pricing.warnings == ()


def test_what_is_more_than_the_line_costs_is_told() -> None:
    cart = credited(paid("40.00"), price_row("up", "20.00"))
    # 40.00 × 184 / 366 = 20.1093.
    assert (cart.pricing.due_now.payable, only_price(cart, "up").gross) == (0, 0)
    assert [(each.code, each.message) for each in cart.pricing.warnings] == [
        ("credit-left", "0.11 EUR of the credit for item up are more than it costs.")
    ]


def test_a_line_that_is_given_up_uses_no_credit() -> None:
    fields = {"up": {"paidPeriod": paid("366.00"), "action": "terminate", "productId": "p-1"}}
    cart = priced(document({"up": 1}, [price_row("up", "20.00")], fields=fields), JULY_FIRST)
    assert [each.message for each in cart.pricing.warnings] == [
        "184.00 EUR of the credit for item up are more than it costs."
    ]


def test_what_was_paid_in_another_currency_is_not_credited() -> None:
    cart = credited(paid("366", "JPY"), price_row("up", "20.00"))
    assert only_price(cart, "up").alterations == ()
    assert [each.code for each in cart.pricing.warnings] == ["credit-currency"]


@pytest.mark.parametrize(
    ("amount", "price", "included", "payable", "alterations"),
    [
        # 120.00 with 20 % tax, which firms don't owe, are 100.00; 30.00 less of the price are 25.00 less to pay.
        ("25.00", "120.00", True, 7500, [-3000]),
        ("100.00", "120.00", True, 0, [-12000]),
        # 9.99 are 8.325 without tax: 8.33 are all of it, and nothing is left.
        ("8.33", "9.99", True, 0, [-999]),
        ("25.00", "100.00", False, 7500, [-2500]),
    ],
)
@pytest.mark.parametrize("level", ["line", "unit", "group"])
def test_who_owes_no_tax_gets_the_credit_for_what_is_paid(
    amount: str, price: str, included: bool, payable: int, alterations: list[int], level: str
) -> None:
    year = {"amount": amount, "currency": "EUR", **LEAP_YEAR}
    shop = document(
        {"up": 1},
        [price_row("up", price, period="P1Y", taxIncluded=included)],
        fields={"up": {"paidPeriod": year}},
        customer={"id": "u-1", "userType": "FIRM"},
        pricingPolicy={"taxLevel": level},
    )
    shop["facts"]["taxes"][0]["exemptions"] = [{"userType": "FIRM"}]
    cart = priced(shop, datetime(2024, 1, 1, 12, tzinfo=UTC))
    assert [each.amount for each in only_price(cart, "up").alterations] == alterations
    assert (cart.pricing.due_now.payable, cart.pricing.warnings) == (payable, ())


def test_a_plan_in_its_own_place_costs_nothing_whatever_its_tax_is_rounded_on() -> None:
    """Firms don't owe the tax in 163.10 and pay 135.92 for a unit: 271.84 for two, of which 271.83 are by the line."""
    paid_now = {"amount": "271.84", "currency": "EUR", **LEAP_YEAR}
    shop = document(
        {"up": 2},
        [price_row("up", "163.10", period="P1Y")],
        fields={"up": {"paidPeriod": paid_now}},
        customer={"id": "u-1", "userType": "FIRM"},
        pricingPolicy={"taxLevel": "unit"},
    )
    shop["facts"]["taxes"][0]["exemptions"] = [{"userType": "FIRM"}]
    cart = priced(shop, datetime(2024, 1, 1, 12, tzinfo=UTC))
    assert (cart.pricing.due_now.payable, cart.pricing.warnings) == (0, ())
