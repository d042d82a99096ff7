"""Taxes of places, taxes on taxes, rates of many decimals, coins of a currency; the figures are worked out by hand."""

from typing import Any

import pytest

from cartwright.wire.refusals import Refusal
from models.cart.cart import Cart
from support.pricing import document, price_row, priced

CANADA = [
    {"id": "gst", "country": "CA", "category": "standard", "rate": "5"},
    {"id": "qst", "country": "CA", "place": "QC", "category": "standard", "rate": "9.975"},
    {"id": "hst", "country": "CA", "place": "ON", "category": "standard", "rate": "13", "replaces": ["gst"]},
]


def taxed(amount: str, taxes: list[dict[str, Any]], *, included: bool = False, **header: Any) -> Cart:
    told = document(
        {"a": 1}, [{**price_row("a", amount, **header.pop("price", {})), "taxIncluded": included}], **header
    )
    told["facts"]["taxes"] = taxes
    return priced(told)


@pytest.mark.parametrize(
    ("place", "expected", "taxes"),
    [("QC", 11498, {"gst": 500, "qst": 998}), ("ON", 11300, {"hst": 1300}), ("AB", 10500, {"gst": 500})],
)
def test_a_place_has_taxes_of_its_own(place: str, expected: int, taxes: dict[str, int]) -> None:
    header = {"country": "CA", "currency": "CAD", "place": {"id": place}, "price": {"currency": "CAD"}}
    cart = taxed("100.00", CANADA, **header)
    assert cart.pricing.due_now.payable == expected
    assert {tax.id: tax.amount for tax in cart.pricing.totals[0].taxes} == taxes


@pytest.mark.parametrize(("exempt", "expected", "warned"), [(False, 12000, ["tax-not-found"]), (True, 10000, [])])
def test_a_contained_tax_that_is_not_owed_abroad_is_taken_out_where_a_row_says_which(
    exempt: bool, expected: int, warned: list[str]
) -> None:
    export = {"id": "export", "country": "NO", "category": "standard", "rate": "20", "exemptions": [{}]}
    cart = taxed("120.00", [export] if exempt else [], included=True, country="NO")
    assert cart.pricing.due_now.payable == expected
    assert [each.code for each in cart.pricing.warnings] == warned


CARRYING = [
    {"id": "vat", "country": "FR", "category": "standard", "rate": "10"},
    {"id": "surtax", "country": "FR", "category": "standard", "rate": "2", "onTopOf": ["vat"]},
]


def test_a_tax_on_a_tax() -> None:
    """9.99 × 10 % = 0.999 → 1.00; 2 % of 10.989 = 0.21978 → 0.22."""
    cart = taxed("9.99", CARRYING)
    assert cart.pricing.due_now.payable == 1121
    assert {tax.id: (tax.rate, tax.amount) for tax in cart.pricing.totals[0].taxes} == {
        "vat": ("10", 100),
        "surtax": ("2", 22),
    }


def test_a_price_that_contains_a_tax_on_a_tax() -> None:
    """112.20 = 100.00 × 1.1 × 1.02."""
    [total] = taxed("112.20", CARRYING, included=True).pricing.totals
    assert (total.net, {tax.id: tax.amount for tax in total.taxes}) == (10000, {"vat": 1000, "surtax": 220})


def test_a_tax_is_not_on_top_of_itself() -> None:
    vat, surtax = CARRYING
    with pytest.raises(Refusal) as refused:
        taxed("1.00", [{**vat, "onTopOf": ["surtax"]}, surtax])
    assert [(each.path, each.code) for each in refused.value.problems] == [
        ("/data/facts/taxes/0/onTopOf", "cycle"),
        ("/data/facts/taxes/1/onTopOf", "cycle"),
    ]


def test_taxes_on_top_of_many_are_found_at_once() -> None:
    """Each is on top of the 20 before it at most, 1 % of the price and of these: 1.00, 1.01, 1.0201, …"""
    taxes = [
        {"id": f"t-{n}", "country": "FR", "category": "standard", "rate": "1", "onTopOf": before[-20:]}
        for n in range(40)
        for before in [[f"t-{earlier}" for earlier in range(n)]]
    ]
    assert taxed("100.00", taxes[:3]).pricing.due_now.payable == 10303
    assert taxed("100.00", taxes).pricing.due_now.payable == 14674


def test_a_tax_does_not_take_its_own_place() -> None:
    vat, surtax = CARRYING
    for taxes, places in (
        ([{**vat, "replaces": ["vat"]}], [0]),
        ([{**vat, "replaces": ["surtax"]}, {**surtax, "onTopOf": [], "replaces": ["vat"]}], [0, 1]),
    ):
        with pytest.raises(Refusal) as refused:
            taxed("1.00", taxes)
        assert [(each.path, each.code) for each in refused.value.problems] == [
            (f"/data/facts/taxes/{place}/replaces", "cycle") for place in places
        ]


def test_a_tax_on_top_of_one_of_another_country_is_without_effect() -> None:
    vat, surtax = CARRYING
    with pytest.raises(Refusal) as refused:
        taxed("1.00", [vat, {**surtax, "country": "BE", "onTopOf": ["unknown", "vat"]}])
    assert [(each.path, each.code) for each in refused.value.problems] == [
        ("/data/facts/taxes/1/onTopOf/1", "without-effect")
    ]


@pytest.mark.parametrize(
    ("vat", "surtax"),
    [({"category": "reduced"}, {}), ({}, {"category": "reduced"}), ({}, {"replaces": ["vat"]})],
)
def test_a_tax_on_top_of_one_that_no_line_bears_with_it_is_without_effect(
    vat: dict[str, Any], surtax: dict[str, Any]
) -> None:
    taxes = [{**CARRYING[0], **vat}, {**CARRYING[1], "onTopOf": ["unknown", "vat"], **surtax}]
    with pytest.raises(Refusal) as refused:
        taxed("1.00", taxes)
    assert [(each.path, each.code) for each in refused.value.problems] == [
        ("/data/facts/taxes/1/onTopOf/1", "without-effect")
    ]


def test_a_tax_on_top_of_one_that_takes_its_place_is_without_effect() -> None:
    vat, surtax = CARRYING
    with pytest.raises(Refusal) as refused:
        taxed("1.00", [{**vat, "place": "QC", "replaces": ["surtax"]}, surtax])
    assert [(each.path, each.code) for each in refused.value.problems] == [
        ("/data/facts/taxes/1/onTopOf/0", "without-effect")
    ]


def test_a_tax_may_be_on_top_of_what_another_one_replaces() -> None:
    """100.00 and 10 %, and 2 % of the 110.00; in ON 13 % and 2 %, each of the price."""
    vat, surtax = CARRYING
    taxes = [vat, surtax, {**vat, "id": "other", "place": "ON", "rate": "13", "replaces": ["vat"]}]
    assert taxed("100.00", taxes).pricing.due_now.payable == 11220
    assert taxed("100.00", taxes, place={"id": "ON"}).pricing.due_now.payable == 11500


def test_a_rate_has_as_many_decimals_as_it_needs() -> None:
    """A third of 10 %, with 26 decimals: 30.00 × 3.33… % is just below 1.00 and rounds to it."""
    rate = {"id": "third", "country": "FR", "category": "standard", "rate": "3." + 26 * "3"}
    assert taxed("30.00", [rate]).pricing.due_now.payable == 3100


@pytest.mark.parametrize(
    ("currency", "amount", "expected"),
    [
        ("CHF", "9.98", 1000),
        ("DKK", "9.74", 950),
        ("HUF", "997.60", 100000),
        ("MRU", "9.89", 980),
        ("EUR", "9.98", 998),
    ],
)
def test_cash_is_rounded_to_the_coins_of_the_currency(currency: str, amount: str, expected: int) -> None:
    header = {"currency": currency, "price": {"currency": currency}, "pricingPolicy": {"cashRounding": "coins"}}
    assert taxed(amount, CARRYING, included=True, **header).pricing.due_now.payable == expected
