"""A combination of promotions that can't be cheaper is not priced; one that may be, or is not known to be, is."""

from typing import Any

import pytest

from pricing.price import REDUCTION_STEPS
from pricing.sheet.worksheet import Worksheet
from support.pricing import document, price_row, priced, promotion, reductions

TENTH = {"kind": "percent", "value": "10"}
CENT = {"kind": "fixed", "amount": "0.01", "currency": "EUR"}
CHEAPEST_FREE = promotion("b", {"kind": "nth-cheapest"})
MONTH = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}
ELSEWHERE = {**TENTH, "target": {"offeringIds": ["z"]}}
"""Off what is not in the cart."""


def shop(*further: dict[str, Any], first: dict[str, Any] = TENTH, **fields: Any) -> dict[str, Any]:
    """Two of x and one of y; the cheapest is free, at prices that another promotion has reduced."""
    prices = [
        price_row("x", "100.00", **fields.pop("x", {})),
        price_row("y", "50.00", **fields.pop("y", {})),
    ]
    earlier = promotion("a", first, level="item", priority=9)
    return document({"x": 2, "y": 1}, prices, earlier, CHEAPEST_FREE, *further, **fields)


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """What was left out of each sheet that was priced."""
    found: list[frozenset[str]] = []

    def note(sheet: Worksheet) -> None:
        found.append(sheet.without)

    monkeypatch.setattr("pricing.price.REDUCTION_STEPS", (*REDUCTION_STEPS, note))
    return found


@pytest.mark.parametrize(
    "further",
    [
        pytest.param([], id="two"),
        pytest.param([promotion("c", TENTH)], id="and a part of everything"),
        pytest.param(
            [promotion("c", TENTH, {"kind": "minimum-amount", "amount": "1.00", "currency": "EUR"})], id="a minimum"
        ),
        pytest.param(
            [promotion("c", TENTH, {"kind": "not", "condition": {"kind": "offering", "offeringIds": ["z"]}})],
            id="a denial that is not about prices",
        ),
        pytest.param([promotion("c", TENTH, {"kind": "time-window", "start": "06:00"})], id="a time"),
        pytest.param([promotion("c", {"kind": "free-item", "offeringId": "y"})], id="a gift"),
    ],
)
def test_what_cannot_be_cheaper_is_not_priced(further: list[dict[str, Any]], sheets: list[frozenset[str]]) -> None:
    cart = priced(shop(*further))
    assert sheets == [frozenset()]
    assert reductions(cart)["x"] >= 2000


def test_what_may_be_cheaper_is_priced(sheets: list[frozenset[str]]) -> None:
    cart = priced(shop(first=CENT))
    assert sheets == [frozenset(), {"a"}]
    assert reductions(cart) == {"x": 1, "y": 5000}


@pytest.mark.parametrize(
    ("benefit", "taken"),
    [
        ({"per": "unit"}, 400),
        ({"per": "unit", "maxQuantity": 4}, 160),
    ],
)
def test_an_amount_off_each_unit_is_claimed_for_all_that_it_comes_off(
    benefit: dict[str, Any], taken: int, sheets: list[frozenset[str]]
) -> None:
    """0.50 off the line takes it below 100.00, from which 0.40 go off each unit."""
    hundred = {"kind": "minimum-amount", "amount": "100.00", "currency": "EUR"}
    first = promotion("a", {"kind": "fixed", "amount": "0.50", "currency": "EUR"}, level="item", priority=9)
    units = promotion("b", {"kind": "fixed", "amount": "0.40", "currency": "EUR", **benefit}, hundred)
    cart = priced(document({"x": 10}, [price_row("x", "10.00")], first, units))
    assert sheets == [frozenset(), {"a"}]
    assert reductions(cart) == {"x": taken}


MINIMUM = {"kind": "minimum-amount", "amount": "1.00", "currency": "EUR"}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"further": promotion("c", ELSEWHERE, exclusive=True)}, id="an exclusive promotion"),
        pytest.param({"further": promotion("c", ELSEWHERE, level="item", caps={"perCart": 1})}, id="a capped one"),
        pytest.param(
            {"further": promotion("c", ELSEWHERE, {"kind": "expression", "expression": "cart.amount > 0"})},
            id="an expression",
        ),
        pytest.param(
            {"further": promotion("c", ELSEWHERE, {"kind": "not", "condition": MINIMUM})}, id="a denial of a minimum"
        ),
        pytest.param(
            {
                "further": promotion(
                    "c",
                    ELSEWHERE,
                    {"kind": "any", "conditions": [{"kind": "quantity"}, {"kind": "not", "condition": MINIMUM}]},
                )
            },
            id="one of several",
        ),
        pytest.param(
            {"further": promotion("c", {**TENTH, "target": {"unreducedOnly": True}})}, id="what nobody has reduced"
        ),
        pytest.param({"y": {"minimumPrice": "1.00"}}, id="a minimum price"),
        pytest.param({"y": {"taxIncluded": False}}, id="prices of two kinds"),
        pytest.param({"vouchers": ["V"]}, id="a voucher"),
        pytest.param(
            {"fields": {"x": {"paidPeriod": {"amount": "5.00", "currency": "EUR", **MONTH}}}}, id="a period paid for"
        ),
        pytest.param({"y": {"period": "P1M", "isProrated": True}, "billCycleDay": 20}, id="a part of a period"),
    ],
)
def test_where_it_is_not_known_every_combination_is(fields: dict[str, Any], sheets: list[frozenset[str]]) -> None:
    further = [fields.pop("further")] if "further" in fields else []
    cart = shop(*further, **fields)
    cart["facts"]["vouchers"] = [{"code": "V", "reductionPercent": "5"}]
    priced(cart)
    assert {"a"} in sheets
