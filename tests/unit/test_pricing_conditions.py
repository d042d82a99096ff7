"""Every kind of condition: when it holds, and when it doesn't."""

import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartwright.wire.refusals import Refusal
from cartwright.wire.schema import format_time
from pricing.conditions import kinds
from pricing.conditions.time_window import TimeWindow
from pricing.expressions.program import WORK_BUDGET
from pricing.expressions.work import Extent, outline
from support.pricing import NOON, document, explained, price_row, priced, promotion

OFFERINGS = [
    {"id": "mug", "taxCategory": "standard", "categories": ["kitchen"]},
    {"id": "tea", "taxCategory": "standard", "categories": ["food"]},
]
PRICES = [price_row("mug", "10.00"), price_row("tea", "5.00")]
CART: dict[str, Any] = {
    "channel": {"id": "web", "name": "Web shop"},
    "place": {"id": "paris"},
    "marketSegment": "residential",
    "customer": {"id": "u-1", "userType": "CUSTOMER"},
    "flags": {"firstOrder": True},
    "fields": {"mug": {"characteristics": {"color": "red"}}},
    "offerings": OFFERINGS,
}
HOLDS: dict[str, list[dict[str, Any]]] = {
    "quantity": [{"minimum": 4}, {"minimum": 1, "maximum": 4}, {"minimum": 3, "target": {"categories": ["kitchen"]}}],
    "minimum-amount": [{"amount": "35.00", "currency": "EUR"}],
    "unit-price": [{"amount": "10.00", "currency": "EUR"}],
    "category": [{"categories": ["food", "toys"]}],
    "offering": [{"offeringIds": ["tea"]}],
    "characteristic": [{"name": "color", "values": ["blue", "red"]}],
    "customer-type": [{"userTypes": ["CUSTOMER"]}],
    "segment": [{"segments": ["residential"]}],
    "channel": [{"channels": ["web"]}, {"channels": ["shop", "Web shop"]}],
    "place": [{"places": ["paris"]}],
    "date-window": [{"period": {"startDateTime": "2026-03-04T12:00:00Z"}}],
    "time-window": [
        {"weekdays": ["wednesday"], "start": "12:00", "end": "12:01"},
        {"start": "21:00", "end": "21:01", "timeZone": "Asia/Tokyo"},
        {"start": "22:00", "end": "12:30"},
        {"start": "12:00", "end": "24:00"},
        {},
    ],
    "day-window": [
        {"firstDay": "2026-03-04", "lastDay": "2026-03-04", "timeZone": "Europe/Paris"},
        {"firstDay": "2026-03-05", "timeZone": "Pacific/Kiritimati"},
        {"lastDay": "2026-03-04"},
    ],
    "first-order": [{}],
    "all": [{"conditions": [{"kind": "first-order"}, {"kind": "quantity", "minimum": 4}]}],
    "any": [{"conditions": [{"kind": "quantity", "minimum": 9}, {"kind": "first-order"}]}],
    "not": [{"condition": {"kind": "quantity", "minimum": 9}}],
    "expression": [{"expression": "cart.amount >= 3500 && items.exists(i, i.offeringId == 'tea')"}],
}
FAILS: dict[str, list[dict[str, Any]]] = {
    "quantity": [{"minimum": 5}, {"maximum": 3}, {"minimum": 2, "target": {"offeringIds": ["tea"]}}],
    "minimum-amount": [{"amount": "35.01", "currency": "EUR"}, {"amount": "1", "currency": "JPY"}],
    "unit-price": [{"amount": "10.00", "currency": "EUR", "above": True}, {"amount": "1", "currency": "JPY"}],
    "category": [{"categories": ["toys"]}],
    "offering": [{"offeringIds": ["phone"]}],
    "characteristic": [{"name": "color", "values": ["blue"]}, {"name": "size", "values": ["red"]}],
    "customer-type": [{"userTypes": ["EMPLOYEE"]}],
    "segment": [{"segments": ["business"]}],
    "channel": [{"channels": ["shop"]}],
    "place": [{"places": ["lyon"]}],
    "date-window": [{"period": {"endDateTime": "2026-03-04T12:00:00Z"}}],
    "time-window": [
        {"weekdays": ["tuesday"]},
        {"start": "12:01"},
        {"start": "11:00", "end": "12:00"},
        {"start": "22:00", "end": "12:00"},
        {"start": "12:00", "end": "13:00", "timeZone": "Europe/Paris"},
        {"start": "12:01", "end": "24:00"},
    ],
    "day-window": [
        {"firstDay": "2026-03-05"},
        {"lastDay": "2026-03-04", "timeZone": "Pacific/Kiritimati"},
        {"firstDay": "2026-03-01", "lastDay": "2026-03-03"},
    ],
    "first-order": [],
    "all": [{"conditions": [{"kind": "first-order"}, {"kind": "quantity", "minimum": 9}]}],
    "any": [{"conditions": [{"kind": "quantity", "minimum": 9}]}],
    "not": [{"condition": {"kind": "first-order"}}],
    "expression": [{"expression": "cart.amount > 3500"}, {"expression": "items.all(i, i.quantity > 1)"}],
}


def applies(condition: dict[str, Any], at: datetime = NOON, **header: Any) -> bool:
    rule = promotion("rule", {"kind": "percent", "value": "10"}, condition)
    cart = priced(document({"mug": 3, "tea": 1}, PRICES, rule, **{**CART, **header}), at)
    return any(each.id == "rule" for each in cart.pricing.promotions)


def cases(table: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"kind": kind, **fields} for kind, each in table.items() for fields in each]


@pytest.mark.parametrize("condition", cases(HOLDS), ids=str)
def test_it_holds(condition: dict[str, Any]) -> None:
    assert applies(condition)


@pytest.mark.parametrize("condition", cases(FAILS), ids=str)
def test_it_does_not_hold(condition: dict[str, Any]) -> None:
    assert not applies(condition)


def test_every_kind_is_tried() -> None:
    assert set(kinds.models) == set(HOLDS) == set(FAILS)


def test_without_the_flag_it_is_no_first_order() -> None:
    assert not applies({"kind": "first-order"}, flags={})


def test_an_amount_is_what_earlier_promotions_left() -> None:
    first = promotion("first", {"kind": "fixed", "amount": "1.00", "currency": "EUR"}, priority=2)
    then = promotion(
        "then",
        {"kind": "percent", "value": "5"},
        {"kind": "minimum-amount", "amount": "10.00", "currency": "EUR"},
        priority=1,
    )
    assert [each.id for each in priced(document({"mug": 1}, PRICES, first, then)).pricing.promotions] == ["first"]


def test_the_weekday_is_that_of_the_moment_in_its_time_zone() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert applies({"kind": "time-window", "weekdays": ["thursday"], "timeZone": "Europe/Paris"}, late)


@pytest.mark.parametrize("window", [{"start": "12:00", "end": "12:00"}, {"end": "00:00"}])
def test_a_window_that_ends_when_it_begins_is_refused(window: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        applies({"kind": "time-window", **window})
    path = "/data/facts/promotions/0/conditions/0/end"
    assert [(each.path, each.code) for each in refused.value.problems] == [(path, "out-of-range")]


FRIDAY = {"kind": "day-window", "firstDay": "2026-11-27", "lastDay": "2026-11-27", "timeZone": "Europe/Paris"}
"""Black Friday, from midnight to midnight in Paris."""
LONG_SUNDAY = {"kind": "day-window", "firstDay": "2026-10-25", "lastDay": "2026-10-25"}
"""A day of 25 hours in Paris; there the policy says where days begin."""
PARIS = {"pricingPolicy": {"timeZone": "Europe/Paris"}}


@pytest.mark.parametrize(
    ("window", "header", "begins", "ends"),
    [
        (FRIDAY, {}, "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z"),
        (LONG_SUNDAY, PARIS, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        (LONG_SUNDAY, {}, "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"),
    ],
)
def test_days_are_those_of_the_clocks_of_a_place(
    window: dict[str, Any], header: dict[str, Any], begins: str, ends: str
) -> None:
    for turn, there in ((begins, (False, True)), (ends, (True, False))):
        at = datetime.fromisoformat(turn)
        assert (applies(window, at - timedelta(seconds=1), **header), applies(window, at, **header)) == there


def test_a_time_of_the_day_is_by_the_clocks_after_they_changed() -> None:
    """Two hours in the morning are two hours of a day on which the clocks go back, and begin an hour later in UTC."""
    morning = {"kind": "time-window", "start": "08:00", "end": "10:00", "timeZone": "Europe/Paris"}
    at = datetime(2026, 10, 24, 7, 59, tzinfo=UTC)
    assert [applies(morning, at + timedelta(days=days)) for days in (0, 1)] == [True, True]
    assert [applies(morning, at + timedelta(days=days, hours=1)) for days in (0, 1)] == [False, True]


CHANGES = [
    ("Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/Santiago", datetime(2024, 9, 8, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2024, 4, 7, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, 15, tzinfo=UTC)),
    ("UTC", datetime(2026, 10, 25, 1, tzinfo=UTC)),
]
"""When the clocks of a zone were put forward or back."""
NEAR = timedelta(hours=5)
CLOCK_TIMES = st.sampled_from(
    ["00:00", "00:30", "01:30", "01:45", "02:00", "02:30", "03:00", "03:30", "23:15", "23:45"]
)
WINDOWS = st.fixed_dictionaries(
    {"start": CLOCK_TIMES, "end": CLOCK_TIMES | st.sampled_from(["24:00", None])},
    optional={"weekdays": st.sampled_from([["sunday"], ["saturday", "monday"]])},
).filter(lambda window: window["start"] != window["end"])


@settings(deadline=None)
@given(st.sampled_from(CHANGES), WINDOWS, st.timedeltas(timedelta(), NEAR))
def test_a_time_of_the_day_turns_when_it_says_so(
    change: tuple[str, datetime], fields: dict[str, Any], late: timedelta
) -> None:
    """Minute by minute; from whatever time on it is asked."""
    zone, at = change
    window = kinds.models["time-window"].model_validate({"kind": "time-window", "timeZone": zone, **fields})
    assert isinstance(window, TimeWindow)
    first, last = at - NEAR, at + NEAR
    minutes = [first + timedelta(minutes=passed) for passed in range((last - first) // timedelta(minutes=1))]
    turned = {then for now, then in pairwise(minutes) if is_open(window, now) != is_open(window, then)}
    assert turned <= set(window.turns_between(first, last, "UTC"))
    since = first + late
    assert {each for each in turned if each > since} <= set(window.turns_between(since, last, "UTC"))


def is_open(window: TimeWindow, at: datetime) -> bool:
    sheet = SimpleNamespace(at=at, policy=SimpleNamespace(time_zone="UTC"))
    return window.holds(SimpleNamespace(sheet=sheet, promotion_id="p"))  # type: ignore[arg-type]


@pytest.mark.parametrize("window", [FRIDAY, {**FRIDAY, "firstDay": None}])
def test_days_of_a_stated_zone_turn_when_they_begin_and_end(window: dict[str, Any]) -> None:
    turns = kinds.models["day-window"].model_validate(window).turns  # type: ignore[attr-defined]
    assert [format_time(turn) for turn in turns] == ["2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z"][-len(turns) :]
    assert len(turns) == (1 if window["firstDay"] is None else 2)


@pytest.mark.parametrize(
    ("condition", "path", "code"),
    [
        ({"kind": "astrology"}, "/data/facts/promotions/0/conditions/0", "unknown-kind"),
        ({"kind": "first-order", "x": 1}, "/data/facts/promotions/0/conditions/0/x", "unknown-field"),
        (
            {"kind": "not", "condition": {"kind": "quantity", "minimum": "3"}},
            "/data/facts/promotions/0/conditions/0/condition/minimum",
            "wrong-type",
        ),
        ({"kind": "day-window"}, "/data/facts/promotions/0/conditions/0", "missing"),
        (
            {"kind": "day-window", "firstDay": "2026-02-29"},
            "/data/facts/promotions/0/conditions/0/firstDay",
            "out-of-range",
        ),
        (
            {"kind": "day-window", "firstDay": "2026-03-02", "lastDay": "2026-03-01"},
            "/data/facts/promotions/0/conditions/0",
            "out-of-range",
        ),
        (
            {"kind": "time-window", "timeZone": "Mars/Base"},
            "/data/facts/promotions/0/conditions/0/timeZone",
            "unknown-time-zone",
        ),
        (
            {"kind": "minimum-amount", "amount": "1.005", "currency": "EUR"},
            "/data/facts/promotions/0/conditions/0/amount",
            "wrong-format",
        ),
        *(
            (
                {"kind": "expression", "expression": expression},
                "/data/facts/promotions/0/conditions/0/expression",
                code,
            )
            for expression, code in (
                ("cart.amount >", "wrong-format"),
                ("(" * 51 + "true" + ")" * 51, "too-deep"),
                ("items.map(i, items).size() > 0", "not-allowed"),
                ("items.//\nmap(i, items).size() > 0", "not-allowed"),
                ("items.exists(i, i.id.matches('\\\\w{90}'))", "not-allowed"),
                ("r'\\' == 'items.map(i, i)'", "not-allowed"),
                ("'''x''' == 'x'", "not-allowed"),
                ("cart.amount", "not-boolean"),
                ("cart.colour == 'red'", "not-evaluable"),
                ("weather.sunny", "not-evaluable"),
            )
        ),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(condition: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        applies(condition)
    assert [(problem.path, problem.code) for problem in refused.value.problems] == [(path, code)]


@pytest.mark.parametrize(
    ("expression", "warning"),
    [
        ("items[2].quantity == 1", "expression-failed"),
        ("1 / (cart.amount - 3500) == 0", "expression-failed"),
        ("int(cart.keys.points) > 5", "expression-failed"),
        (
            " || ".join(
                ["items.all(a, items.all(b, items.all(c, items.all(d, items.all(e, items.all(f, false))))))"] * 9
            ),
            "expression-too-costly",
        ),
        ("cart.amount > 3500", None),
    ],
)
def test_an_expression_that_is_not_true_leaves_the_price_alone(expression: str, warning: str | None) -> None:
    rule = promotion("rule", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": expression})
    cart = priced(document({"mug": 3, "tea": 1}, PRICES, rule))
    assert cart.pricing.promotions == ()
    assert [each.code for each in cart.pricing.warnings] == ([warning] if warning else [])
    assert applies({"kind": "not", "condition": {"kind": "expression", "expression": expression}})


@pytest.mark.parametrize(
    "expression",
    [
        "items.size() == 1 && items[0].id == 'mug' && items[0].offeringId == 'mug' && items[0].quantity == 3",
        "items[0].amount == 3000 && cart.amount == 3000 && items[0].categories == ['kitchen']",
        "items[0].characteristics.color == 'red' && items[0].term == 'P24M'",
        "cart.at == '2026-03-04T12:00:00Z' && timestamp(cart.at).getMonth() == 2 && cart.flags.firstOrder",
        "cart.channel == 'web' && cart.place == 'paris' && cart.marketSegment == 'residential'",
        "cart.country == 'FR' && cart.currency == 'EUR' && cart.customerId == 'u-1' && cart.userType == 'CUSTOMER'",
        "cart.keys.salesJourneyId == '4711' && !has(cart.keys.storeId) && 'mug (old)' != \"it's\"",
    ],
)
def test_what_an_expression_sees(expression: str) -> None:
    rule = promotion("rule", {"kind": "percent", "value": "10"}, {"kind": "expression", "expression": expression})
    fields = {"mug": {"characteristics": {"color": "red"}, "term": "P24M"}}
    header = {**CART, "keys": {"salesJourneyId": "4711"}, "fields": fields}
    cart = priced(document({"mug": 3}, PRICES, rule, **header))
    assert ([each.id for each in cart.pricing.promotions], cart.pricing.warnings) == (["rule"], ())


def test_without_the_extra_an_expression_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cel", None)
    with pytest.raises(Refusal) as refused:
        applies({"kind": "expression", "expression": "true"})
    assert [problem.code for problem in refused.value.problems] == ["not-installed"]


@pytest.mark.parametrize(
    ("expression", "work"),
    [
        ("cart.amount > 5", 2),
        ("items.size() > 5", 2 + 4 * 20),
        # Around the loop the names items and exists; inside it i, i and id, for ten lines and the two parts of a list
        # that one comma could make.
        ("items.exists(i, i.id == 'x')", 2 + 4 * 20 + 12 * 3),
        # With two commas 13 rounds; i, items and all in the outer loop; j, j and id in the inner one.
        ("items.all(i, items.all(j, j.id == 'x'))", 2 + 4 * 20 + 13 * (3 + 4 * 20) + 13 * 13 * 3),
        ("items.filter(i, true).size() > 1", 3 + 4 * 20 + 12 * 20 + 12 * 2),
        ("'items.all(i, i)' in ['a, b'] // items", 1),
    ],
)
def test_the_work_of_an_expression_is_told_from_its_text(expression: str, work: int) -> None:
    assert outline(expression).work(Extent(values=20, breadth=10)) == work


def test_five_hundred_lines_are_no_obstacle() -> None:
    counting = outline("items.exists(i, i.offeringId == 'tea' && i.quantity > 2) && items.size() < 900")
    assert counting.work(Extent(values=1500, breadth=500)) < WORK_BUDGET


@pytest.mark.parametrize("bought", [("mug", "tea"), ("tea", "mug")])
def test_the_line_that_came_nearest_says_why_a_promotion_did_not_apply(bought: tuple[str, str]) -> None:
    """The mug is worth enough, but another promotion has it; the tea is not worth enough, first or last."""

    def above(amount: str) -> list[dict[str, Any]]:
        return [{"kind": "minimum-amount", "amount": amount, "currency": "EUR"}]

    one_off = {"kind": "fixed", "amount": "1.00", "currency": "EUR"}
    first = promotion("first", one_off, level="item", priority=9, conditions=above("9.00"))
    one_percent = {"kind": "percent", "value": "1"}
    alone = promotion("alone", one_percent, level="item", exclusive=True, conditions=above("5.00"))
    prices = [price_row("mug", "10.00"), price_row("tea", "4.00")]
    told = explained(document(dict.fromkeys(bought, 1), prices, first, alone))[1].promotions
    assert {each.id: each.reason for each in told} == {"first": None, "alone": "excluded"}
