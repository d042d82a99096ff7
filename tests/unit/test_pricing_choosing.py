"""Which price a line has: circumstances, dates, tiers, periods, units; its taxes and exemptions; its own plans."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.periods import format_period, parse_period
from cartwright.wire.refusals import ErrorCode, Refusal
from facts.snapshot import CatalogRows, Facts
from models.cart.adjustments import Adjustment
from models.cart.price import Alteration
from pricing.price import price
from support.pricing import NOON, document, explained, only_price, price_row, priced

PLAIN = price_row("mug", "10.00", id="plain")
SPECIAL: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"channel": "web"}, {"channel": {"id": "web"}}),
    ({"channel": "webshop"}, {"channel": {"name": "webshop"}}),
    ({"place": "paris"}, {"place": {"id": "paris"}}),
    ({"marketSegment": "business"}, {"marketSegment": {"id": "business"}}),
    ({"agreementId": "a-1"}, {"keys": {"agreementId": "a-1"}}),
    ({"customerId": "u-1"}, {"customer": {"id": "u-1"}}),
    ({"userType": "STAFF"}, {"customer": {"id": "u-1", "userType": "STAFF"}}),
    ({"term": "P24M"}, {"fields": {"mug": {"term": "P24M"}}}),
    ({"characteristics": {"color": "red"}}, {"fields": {"mug": {"characteristics": {"color": "red"}}}}),
]


def chosen(rows: list[dict[str, Any]], at: datetime = NOON, **header: Any) -> list[str]:
    [item] = priced(document({"mug": 1}, rows, **header), at).items
    return [price.id for price in item.prices]


def problems(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as refused:
        priced(document({"mug": 1}, rows))
    return [(problem.path, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize(("criterion", "header"), SPECIAL)
def test_a_more_specific_price_wins_where_it_applies(criterion: dict[str, Any], header: dict[str, Any]) -> None:
    rows = [PLAIN, price_row("mug", "8.00", id="special", **criterion)]
    assert chosen(rows, **header) == ["special"]
    assert chosen(rows) == ["plain"]


def test_two_criteria_beat_one() -> None:
    one = price_row("mug", "9.00", id="one", channel="web")
    two = price_row("mug", "8.00", id="two", channel="web", place="paris")
    assert chosen([one, two], channel={"id": "web"}, place={"id": "paris"}) == ["two"]


def test_a_tie_is_refused_unless_the_criteria_or_the_dates_exclude_each_other() -> None:
    web, paris = price_row("mug", "9.00", id="web", channel="web"), price_row("mug", "8.00", id="paris", place="paris")
    path = "/data/facts/prices"
    assert problems([web, paris]) == [(f"{path}/0", "ambiguous-price"), (f"{path}/1", "ambiguous-price")]
    assert problems([PLAIN, {**PLAIN, "id": "other"}]) == [(f"{path}/{n}", "ambiguous-price") for n in (0, 1)]
    shop = price_row("mug", "8.00", id="shop", channel="shop")
    assert chosen([web, shop], channel={"id": "shop"}) == ["shop"]


def test_prices_follow_the_calendar() -> None:
    turn = "2026-07-01T00:00:00Z"
    old = price_row("mug", "9.00", id="old", validFor={"endDateTime": turn})
    new = price_row("mug", "9.50", id="new", validFor={"startDateTime": turn})
    assert chosen([old, new], datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)) == ["old"]
    assert chosen([old, new], datetime(2026, 7, 1, tzinfo=UTC)) == ["new"]


def test_prices_of_every_type_stand_side_by_side_short_periods_first() -> None:
    rows = [
        price_row("mug", "100.00", id="yearly", period="P12M"),
        price_row("mug", "10.00", id="monthly", period="P1M"),
        price_row("mug", "1.00", id="hourly", period="PT60M"),
        price_row("mug", "0.05", id="minute", type="usage", unit="minute"),
        price_row("mug", "0", id="minutes", type="allowance", unit="minute"),
        PLAIN,
    ]
    cart = priced(document({"mug": 1}, rows))
    assert [price.id for price in cart.items[0].prices] == ["plain", "hourly", "monthly", "yearly", "minutes", "minute"]
    assert [(total.type, total.period) for total in cart.pricing.totals[:4]] == [
        ("one-time", None),
        ("recurring", "PT1H"),
        ("recurring", "P1M"),
        ("recurring", "P1Y"),
    ]
    assert cart.items[0].prices[5].unit == "minute"
    assert cart.pricing.due_now.payable == 1000 + 100 + 1000 + 10000


def test_a_price_takes_the_place_of_one_that_it_replaces() -> None:
    rows = [PLAIN, price_row("mug", "2.00", id="rent", period="P1M", channel="web")]
    rows[1]["relationships"] = [{"id": "plain", "type": "replaces"}]
    assert chosen(rows, channel={"id": "web"}) == ["rent"]
    assert chosen(rows) == ["plain"]


TIERS = [{"minQuantity": 10, "amount": "8.00"}, {"minQuantity": 100, "amount": "5.00"}]


@pytest.mark.parametrize(
    ("mode", "quantity", "unit", "amount"),
    [
        ("volume", 9, "10.00", 9000),
        ("volume", 10, "8.00", 8000),
        ("volume", 100, "5.00", 50000),
        ("graduated", 9, "10.00", 9000),
        # Nine at 10.00 and one at 8.00.
        ("graduated", 10, "8.00", 9800),
        # Nine at 10.00, ninety at 8.00, two at 5.00.
        ("graduated", 101, "5.00", 9000 + 72000 + 1000),
    ],
)
def test_tiers_price_all_units_or_each_its_own(mode: str, quantity: int, unit: str, amount: int) -> None:
    cart = priced(document({"mug": quantity}, [{**PLAIN, "tiers": TIERS, "tierMode": mode}]))
    assert (only_price(cart, "mug").unit_amount, only_price(cart, "mug").list_amount) == (unit, amount)


def test_a_block_that_is_begun_is_paid_in_full() -> None:
    row = {**PLAIN, "tierMode": "graduated", "tiers": [{"minQuantity": 1, "amount": "3.00", "blockSize": 10}]}
    assert only_price(priced(document({"mug": 21}, [row])), "mug").list_amount == 900


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ([{"minQuantity": 5, "amount": "1"}, {"minQuantity": 5, "amount": "2"}], "not-ascending"),
        ([{"minQuantity": 1, "amount": "1", "blockSize": 4}, {"minQuantity": 6, "amount": "2"}], "broken-block"),
    ],
)
def test_tiers_that_make_no_sense_are_refused(tiers: list[dict[str, Any]], code: str) -> None:
    assert problems([{**PLAIN, "tiers": tiers}]) == [("/data/facts/prices/0", code)]


def test_a_mode_without_tiers_is_refused() -> None:
    assert problems([{**PLAIN, "tierMode": "graduated"}]) == [("/data/facts/prices/0", "without-effect")]


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("P12M", "P1Y"),
        ("P18M", "P1Y6M"),
        ("P14D", "P2W"),
        ("P10D", "P10D"),
        ("P1Y2M10D", "P1Y2M10D"),
        ("P01M", "P1M"),
        ("PT90M", "PT1H30M"),
        # An hour is always an hour; a day of the calendar is not always 24 of them.
        ("P1DT24H", "P1DT24H"),
        ("PT3600S", "PT1H"),
    ],
)
def test_periods_have_one_form(given: str, normal: str) -> None:
    assert format_period(*parse_period(given)) == normal


@pytest.mark.parametrize("period", ["", "P", "P0M", "PT", "P1MT", "PT0S", "1M", "P1M ", "P-1M", "P1.5M", "P1H"])
def test_odd_periods_are_refused(period: str) -> None:
    assert problems([price_row("mug", "1", period=period)]) == [("/data/facts/prices/0/period", "wrong-format")]


def test_unit_prices_are_finer_than_the_currency_and_rounded_once() -> None:
    # 7 x 0.333333 is 2.333331; a third of a cent is never lost per unit.
    assert only_price(priced(document({"mug": 7}, [price_row("mug", "0.333333")])), "mug").list_amount == 233


def test_no_price_here_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        chosen([price_row("mug", "8.00", channel="web")])
    assert refused.value.code is ErrorCode.PRICE_NOT_FOUND


def exempted(included: bool) -> dict[str, Any]:
    shop = document(
        {"mug": 1},
        [price_row("mug", "12.00", taxIncluded=included)],
        customer={"id": "u-1", "userType": "BUSINESS"},
    )
    shop["facts"]["taxes"] = [
        {"id": "vat", "country": "FR", "category": "standard", "rate": "20", "exemptions": [{"userType": "BUSINESS"}]},
    ]
    return shop


@pytest.mark.parametrize(("included", "net"), [(True, 1000), (False, 1200)])
def test_an_exempt_customer_pays_the_net_price(included: bool, net: int) -> None:
    cart, explanation = explained(exempted(included))
    price = only_price(cart, "mug")
    assert (price.net, [tax.amount for tax in price.taxes], price.gross) == (net, [0], net)
    assert explanation.items[0].amount == net


def test_several_taxes_stand_side_by_side() -> None:
    shop = document({"mug": 1}, [price_row("mug", "100.00", taxIncluded=False)])
    shop["facts"]["taxes"] = [
        {"id": "gst", "country": "FR", "category": "standard", "rate": "5"},
        {"id": "qst", "country": "FR", "category": "standard", "rate": "9.975"},
    ]
    cart = priced(shop)
    # 9.975 % of 100.00 is 9.975, 9.98.
    assert [(tax.id, tax.amount) for tax in cart.pricing.totals[0].taxes] == [("gst", 500), ("qst", 998)]
    assert cart.pricing.due_now.payable == 11498


def test_the_tax_level_and_the_rounding_are_the_carts_own() -> None:
    rows = [price_row("mug", "1.08", taxIncluded=False)]
    # 20 % of 1.08 is 0.216: three units 0.66, one line of 3.24 0.648.
    taxes = [
        priced(document({"mug": 3}, rows, pricingPolicy=policy)).pricing.totals[0].taxes[0].amount
        for policy in (
            {"taxLevel": "unit"},
            {"taxLevel": "line"},
            {"rounding": "down"},
            {"preset": "shopware-vertical"},
        )
    ]
    assert taxes == [66, 65, 64, 65]


@pytest.mark.parametrize(("amount", "payable"), [("10.02", 1000), ("10.03", 1005), ("10.08", 1010)])
def test_cash_is_rounded_to_the_coins_that_exist(amount: str, payable: int) -> None:
    cart = priced(document({"mug": 1}, [price_row("mug", amount)], pricingPolicy={"cashRounding": "0.05"}))
    assert (cart.pricing.due_now.payable, cart.pricing.totals[0].gross) == (payable, cart.pricing.due_now.gross)


def test_a_coin_that_the_currency_cannot_have_is_refused() -> None:
    rows = [price_row("mug", "10", currency="JPY")]
    with pytest.raises(Refusal, match="cash rounding"):
        priced(document({"mug": 1}, rows, currency="JPY", pricingPolicy={"cashRounding": "0.05"}))


PLAN = {"id": "loyal", "percent": "25", "periods": 24}


@pytest.mark.parametrize(
    ("fields", "alterations"),
    [
        ({"trial": True}, (Alteration("trial", "phone", -2000, None, "percent"),)),
        ({"trial": False}, ()),
        ({"discountPlan": PLAN}, (Alteration("discount-plan", "loyal", -500, 24, "percent"),)),
        ({"discountPlan": PLAN, "discountPlanStep": 20}, (Alteration("discount-plan", "loyal", -500, 4, "percent"),)),
        ({"discountPlan": PLAN, "discountPlanStep": 24}, ()),
        ({"discountPlan": {"percent": "10"}}, (Alteration("discount-plan", "phone", -200, None, "percent"),)),
    ],
)
def test_a_lines_own_plan_and_trial(fields: dict[str, Any], alterations: tuple[Alteration, ...]) -> None:
    rows = [price_row("phone", "20.00", period="P1M")]
    cart = priced(document({"phone": 1}, rows, fields={"phone": fields}))
    assert only_price(cart, "phone").alterations == alterations


def test_a_policy_that_nobody_knows_is_refused() -> None:
    for policy, code in (({"preset": "none-such"}, "unknown-preset"), ({"cashRounding": "0"}, "out-of-range")):
        with pytest.raises(Refusal) as refused:
            chosen([PLAIN], pricingPolicy=policy)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_prices_that_replace_each_other_in_a_circle_are_refused() -> None:
    def replacing(name: str, other: str, **fields: Any) -> dict[str, Any]:
        return price_row("mug", "1", id=name, relationships=[{"id": other, "type": "replaces"}], **fields)

    circle = [replacing("a", "b"), replacing("b", "c", period="P1M"), replacing("c", "a", period="P1Y")]
    path = "/data/facts/prices"
    assert problems(circle) == [(f"{path}/{n}/relationships", "cycle") for n in range(3)]
    assert problems([replacing("a", "a")]) == [(f"{path}/0/relationships", "cycle")]
    assert chosen([*circle[:2], price_row("mug", "3", id="c", period="P1Y")]) == ["a"]


def test_a_down_payment_follows_the_prices_of_this_pricing() -> None:
    row = price_row("phone", "100.00", minimumDownPaymentAmount="25.00")
    yen = price_row("phone", "15000", id="yen", currency="JPY", minimumDownPaymentAmount="5000")
    shop = document({"phone": 1}, [row, yen])
    facts = Facts().with_rows(CatalogRows.of(shop["facts"]), 1)
    paid = Adjustment("a", "down-payment", 2500, "EUR", None, "phone")
    empty = replace(priced(shop), adjustments=(paid,))
    empty = replace(empty, items=tuple(replace(item, prices=()) for item in empty.items))
    # Not yet priced, or priced in yen: what counts are the prices that the lines get now.
    assert price(empty, facts, NOON).pricing.warnings == ()
    more = replace(empty, items=tuple(replace(item, quantity=2) for item in empty.items))
    first = price(more, facts, NOON)
    assert [each.code for each in first.pricing.warnings] == ["down-payment-too-small"]
    assert price(first, facts, NOON) == first
    in_yen = price(replace(empty, header=empty.header.model_copy(update={"forced_currency": "JPY"})), facts, NOON)
    assert [each.code for each in in_yen.pricing.warnings] == ["adjustment-currency"]
    back = price(replace(in_yen, header=empty.header), facts, NOON)
    assert back.pricing.warnings == ()
