"""Forecasts: bills by day, whose sum is the worth of the contract."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import Refusal
from engine.query import answer_query
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import Query
from models.cart.cart import Cart
from models.cart.price import Price
from pricing.forecasting import Bill, forecast, sum_of
from support.catalogs import Case, cases
from support.job_runs import command
from support.phases import JUNE, cart_of, monthly
from support.pricing import NOON, document, price_row, promotion, rows
from support.shop import PRICES
from support.simulation import SimulatedWorker, stocked_store

Billed = list[tuple[str, str | None, int]]
"""Day, period and gross amount in minor units."""


def billed(bills: list[Bill]) -> Billed:
    return [(bill.day.isoformat(), bill.period, bill.gross) for bill in bills]


def test_a_trial_and_then_every_month() -> None:
    free = promotion("free", {"kind": "free-period", "periods": 3})
    cart = cart_of(free, prices=[monthly("29.90"), price_row("b", "10.00")])
    bills = forecast(cart, Facts(), JUNE, 5)
    assert billed(bills) == [
        ("2024-06-16", None, 1000),
        ("2024-06-16", "P1M", 0),
        ("2024-07-16", "P1M", 0),
        ("2024-08-16", "P1M", 0),
        ("2024-09-16", "P1M", 2990),
        ("2024-10-16", "P1M", 2990),
    ]
    whole = sum_of(bills, JUNE.date())
    # In each 2.49 or 4.98 of tax: 1.67 of 10.00, 4.98 of 29.90.
    assert (whole.gross, whole.net, whole.taxes[0].amount) == (6980, 5817, 1163)


def test_longer_periods_count_that_begin_in_the_shorter_ones() -> None:
    cart = cart_of(prices=[monthly("1.00"), price_row("b", "20.00", period="P1Y")])
    bills = billed(forecast(cart, Facts(), JUNE, 13))
    assert [each for each in bills if each[2] > 100] == [("2024-06-16", None, 2100), ("2025-06-16", None, 2100)]
    assert len(bills) == 13
    assert len(forecast(cart, Facts(), JUNE, 12)) == 12


@pytest.mark.parametrize("prorated", [False, True])
def test_no_bill_is_told_in_part(prorated: bool) -> None:
    """On 16 September both are due; a quarter's bill alone would be of that day too, of whatever hour it is."""
    point = price_row("b", "20.00", period="P6M", isProrated=prorated, **({"anchorMonth": 9} if prorated else {}))
    prices = [monthly("10.00", period="P3M"), point]
    cart = cart_of(prices=prices, billCycleDay=16)
    bills = forecast(cart, Facts().with_rows(rows(document({}, prices)), 1), JUNE, 1)
    assert [each.day.isoformat() for each in bills] == ["2024-06-16"]


def test_what_is_due_on_one_day_is_one_row_per_type() -> None:
    prices = [monthly("12.00"), price_row("b", "100.00", period="P1Y"), price_row("c", "5.00")]
    cart = {"prices": prices, "quantities": dict.fromkeys("abc", 1)}
    reply = asked(cart, {"periods": 2})
    assert [(each["date"], each["type"], each["period"], each["gross"]) for each in reply["items"]] == [
        ("2024-06-16", "one-time", None, "5.00"),
        ("2024-06-16", "recurring", None, "112.00"),
        ("2024-07-16", "recurring", "P1M", "12.00"),
    ]
    assert reply["items"][1]["taxes"] == [{"id": "fr", "rate": "20", "amount": "18.67"}]
    assert reply["total"]["gross"] == "129.00"


def test_arrears_are_due_when_the_period_is_over() -> None:
    cart = cart_of(prices=[monthly("10.00", isArrears=True)])
    assert billed(forecast(cart, Facts(), JUNE, 2)) == [("2024-07-16", "P1M", 1000), ("2024-08-16", "P1M", 1000)]


def test_the_second_bill_of_a_prorated_price_is_on_the_cycle_day() -> None:
    cart = cart_of(prices=[monthly("30.00", isProrated=True), price_row("b", "1.00", period="P1M")], billCycleDay=1)
    assert billed(forecast(cart, Facts(), JUNE, 2)) == [
        ("2024-06-16", "P1M", 1600),
        ("2024-07-01", "P1M", 3000),
        ("2024-07-16", "P1M", 100),
    ]


@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"]])
def test_each_of_the_shortest_periods_counts_as_often_whatever_the_order_of_lines(names: list[str]) -> None:
    """15.00 and 11 × 30.00 by 1 May 2025; 12 × 10.00 by 16 May. The first two are due together."""
    prices = [monthly("30.00", isProrated=True), price_row("b", "10.00", period="P1M")]
    cart = cart_of(prices=prices, billCycleDay=1, quantities=dict.fromkeys(names, 1))
    bills = forecast(cart, Facts().with_rows(rows(document({}, prices)), 1), JUNE, 12)
    assert (sum_of(bills, JUNE.date()).gross, len(bills), bills[-1].day.isoformat()) == (
        46500,
        23,
        "2025-05-16",
    )


def test_months_of_which_one_ends_early_count_as_often() -> None:
    """After 30 January a cycle on the 31st and a month both begin on 28 February."""
    at = datetime(2026, 1, 30, 12, tzinfo=UTC)
    prices = [monthly("30.00", isProrated=True), price_row("b", "1.00", period="P1M")]
    cart = cart_of(prices=prices, billCycleDay=31, at=at)
    facts = Facts().with_rows(rows(document({}, prices)), 1)
    assert [day for day, _, _ in billed(forecast(cart, facts, at, 3))] == [
        "2026-01-30",
        "2026-01-31",
        "2026-02-28",
        "2026-03-30",
    ]


def test_months_end_where_they_end() -> None:
    last = datetime(2024, 1, 31, 12, tzinfo=UTC)
    cart = cart_of(prices=[monthly("1.00")], at=last)
    days = [bill.day.isoformat() for bill in forecast(cart, Facts(), last, 4)]
    assert days == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]


def test_rises_are_told_as_far_as_it_goes() -> None:
    cart = {"prices": [monthly("100.00", uplift={"percent": "1", "every": "P1M"})]}
    reply = asked(cart, {"periods": 120})
    # 100 × 1.01¹¹⁹ = 326.7651…
    assert reply["items"][-1] == {
        "date": "2034-05-16",
        "type": "recurring",
        "period": "P1M",
        "currency": "EUR",
        "net": "272.31",
        "taxes": [{"id": "fr", "rate": "20", "amount": "54.46"}],
        "gross": "326.77",
    }


def asked(cart: dict[str, Any], data: dict[str, Any], at: datetime = JUNE) -> dict[str, Any]:
    body = json.dumps({"type": "forecast-cart", "cartId": "c-1", "data": data}).encode()
    entry, command = read_command(body, Origin("default", "forecast-cart", "m-1", None, None, at))
    assert isinstance(entry, Query)
    facts = Facts().with_rows(rows(document({"a": 1}, cart["prices"])), 1)
    answer = answer_query(entry, cart_of(**cart), command, facts, at)
    told: dict[str, Any] = json.loads(answer.body("m-1"))
    return told


async def test_a_frozen_cart_is_billed_from_now_on_at_its_prices() -> None:
    """Frozen on 31 January, asked on 12 March: bills of January are none that are to come."""
    store = stocked_store()
    worker = SimulatedWorker(store, at=datetime(2026, 1, 31, 12, tzinfo=UTC))
    header = {"country": "FR", "currency": "EUR"}
    await command(worker, "create-cart", {**header, "items": [{"id": "p", "offeringId": "plan"}]}, cart_id="c-1")
    await command(worker, "freeze-cart", {"until": "2026-12-31T00:00:00Z"}, cart_id="c-1")
    [dearer] = [{**each, "amount": "12.00"} for each in PRICES if each["id"] == "pp-plan"]
    await command(worker, "upsert-prices", {"prices": [dearer]})
    worker.at = datetime(2026, 3, 12, 12, tzinfo=UTC)
    for data, days in (
        ({}, ["2026-03-12", "2026-04-12"]),
        ({"asOf": "2026-04-01T00:00:00Z"}, ["2026-04-01", "2026-05-01"]),
    ):
        reply = await command(worker, "forecast-cart", {"periods": 2, **data}, cart_id="c-1")
        assert [(each["date"], each["gross"]) for each in reply["items"]] == [(day, "10.00") for day in days]
        assert reply["total"]["gross"] == "20.00"
    await worker.close()


def test_an_empty_cart_costs_nothing() -> None:
    assert asked({"prices": [], "quantities": {}}, {"periods": 3})["total"]["gross"] == "0.00"


def test_what_leads_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        asked({"prices": [monthly("1.00", period="P100Y")]}, {"periods": 120})
    assert [(each.path, each.code) for each in refused.value.problems] == [("/data/periods", "out-of-range")]


def periods_of(price: Price, periods: int) -> int:
    """What so many periods cost by the phases."""
    ends = [each.from_period for each in price.phases[1:]] + [periods + 1]
    return sum(
        phase.gross * max(0, min(end, periods + 1) - phase.from_period)
        for phase, end in zip(price.phases, ends, strict=True)
    )


@settings(max_examples=60)
@given(cases(), st.integers(1, 40))
def test_the_sum_of_a_forecast_is_that_of_its_phases(case: Case, periods: int) -> None:
    cart = case.priced()
    recurring = [each for item in cart.items for each in item.prices if each.type == "recurring"]
    once = [each for item in cart.items for each in item.prices if each.type == "one-time"]
    if len({each.period for each in recurring}) == 1 and not prorated(cart):
        bills = forecast(cart, case.facts, NOON, periods)
        expected = sum(each.gross for each in once) + sum(periods_of(each, periods) for each in recurring)
        assert sum_of(bills, NOON.date()).gross == sum(bill.gross for bill in bills) == expected


def prorated(cart: Cart) -> bool:
    return any(each.source == "proration" for item in cart.items for price in item.prices for each in price.alterations)


def test_quarters_are_billed_from_their_anchor_on() -> None:
    point = monthly("91.00", period="P3M", isProrated=True, anchorMonth=4)
    cart = cart_of(prices=[point], billCycleDay=1, at=datetime(2024, 5, 20, 12, tzinfo=UTC))
    facts = Facts().with_rows(rows(document({"a": 1}, [point])), 1)
    # 42 days of the 91 from 1 April until 1 July.
    assert billed(forecast(cart, facts, datetime(2024, 5, 20, 12, tzinfo=UTC), 3)) == [
        ("2024-05-20", "P3M", 4200),
        ("2024-07-01", "P3M", 9100),
        ("2024-10-01", "P3M", 9100),
    ]


def test_a_service_that_begins_on_its_cycle_day_stays_on_it() -> None:
    """Cycles on the 31st begin on 28 February where that is the last day, and on 31 March after it."""
    point, at = monthly("30.00", isProrated=True), datetime(2026, 2, 28, 12, tzinfo=UTC)
    facts = Facts().with_rows(rows(document({"a": 1}, [point])), 1)
    bills = forecast(cart_of(prices=[point], billCycleDay=31, at=at), facts, at, 3)
    assert billed(bills) == [("2026-02-28", "P1M", 3000), ("2026-03-31", "P1M", 3000), ("2026-04-30", "P1M", 3000)]


def test_days_are_those_of_the_zone() -> None:
    """At 05:00 UTC it is still the evening of 15 June in Denver: 16 days of 30."""
    at = datetime(2023, 6, 16, 5, tzinfo=UTC)
    cart = {"prices": [monthly("30.00", isProrated=True)], "billCycleDay": 1, "at": at}
    denver = {"pricingPolicy": {"timeZone": "America/Denver"}}
    assert cart_of(**cart, **denver).pricing.due_now.payable == 1600
    assert cart_of(**cart).pricing.due_now.payable == 1500
    assert asked({**cart, **denver}, {"periods": 2}, at)["items"][0]["date"] == "2023-06-15"


def test_a_zone_that_is_not_known_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        cart_of(prices=[monthly("1.00")], pricingPolicy={"timeZone": "Europe/Atlantis"})
    assert [(each.path, each.code) for each in refused.value.problems] == [
        ("/data/pricingPolicy/timeZone", "unknown-time-zone")
    ]


@pytest.mark.parametrize("period", ["P1M", "P5M", "P1W"])
def test_an_anchor_without_effect_is_refused(period: str) -> None:
    with pytest.raises(Refusal) as refused:
        cart_of(prices=[monthly("1.00", period=period, anchorMonth=4, isProrated=period != "P1W")])
    assert [each.code for each in refused.value.problems] == ["without-effect"]
