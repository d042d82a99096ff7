"""Amounts in carts whose prices are partly with and partly without tax (`amountBasis`); figures worked out by hand.

A at 120.00 contains 20 % tax, B at 100.00 doesn't: both are 120.00 gross.
"""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.snapshot import Facts
from models.answers.explanation import LedgerLine
from models.cart.cart import Cart
from support.pricing import NOON, document, explained, price_row, priced, promotion, rows, run

EUR = {"currency": "EUR"}
PRICES = [price_row("a", "120.00"), price_row("b", "100.00", taxIncluded=False)]
BOTH = {"a": 1, "b": 1}
OFF = {"kind": "fixed", "amount": "24.00", **EUR}


def cart(*promotions: dict[str, Any], basis: str | None = None, prices: list[dict[str, Any]] = PRICES) -> Cart:
    return priced(shop(*promotions, basis=basis, prices=prices))


def shop(*promotions: dict[str, Any], basis: str | None, prices: list[dict[str, Any]] = PRICES) -> dict[str, Any]:
    policy = {} if basis is None else {"pricingPolicy": {"amountBasis": basis}}
    return document({each["offeringId"]: 1 for each in prices}, prices, *promotions, **policy)


def gross(priced_cart: Cart) -> int:
    return priced_cart.pricing.due_now.payable


@pytest.mark.parametrize(("basis", "expected"), [("gross", 21600), ("net", 21120), (None, 21600)])
def test_an_amount_off_the_cart(basis: str | None, expected: int) -> None:
    assert gross(cart(promotion("p", OFF), basis=basis)) == expected


@pytest.mark.parametrize(("basis", "expected"), [("gross", 21600), ("net", 21120), (None, 21600)])
def test_a_voucher_of_an_amount(basis: str | None, expected: int) -> None:
    told = shop(basis=basis)
    told["facts"]["vouchers"] = [{"code": "V", "reductionAmount": "24.00", **EUR}]
    assert gross(priced({**told, "vouchers": ["V"]})) == expected


@pytest.mark.parametrize(
    ("benefit", "level", "in_gross", "in_net"),
    [
        (OFF, "item", 19200, 18240),  # 24.00 off each of two at 120.00; 28.80 gross each
        ({"kind": "fixed-price", "amount": "60.00", **EUR}, "item", 12000, 14400),
        ({"kind": "fixed-price", "amount": "60.00", **EUR}, "cart", 6000, 7200),
        ({"kind": "percent", "value": "50", "atMost": {"amount": "24.00", **EUR}}, "cart", 21600, 21120),
        ({"kind": "percent", "value": "50", "notBelow": {"amount": "150.00", **EUR}}, "cart", 15000, 18000),
        ({"kind": "buy-get", "buy": 1, "off": {"amount": "12.00", **EUR}}, "cart", 22800, 22560),
        ({"kind": "fixed", "amount": "12.00", **EUR, "per": "unit"}, "cart", 21600, 21120),
        ({"kind": "fixed", "amount": "12.00", **EUR, "per": "unit", "maxQuantity": 1}, "cart", 22800, 22560),
        # 20.00 off each of 120.00; 100.00 net is what each costs.
        ({"kind": "fixed-price", "amount": "100.00", **EUR, "per": "unit"}, "cart", 20000, 24000),
        ({"kind": "percent", "value": "10"}, "cart", 21600, 21600),
    ],
)
def test_every_amount_of_a_benefit(benefit: dict[str, Any], level: str, in_gross: int, in_net: int) -> None:
    rule = promotion("p", benefit, level=level)
    assert (gross(cart(rule, basis="gross")), gross(cart(rule, basis="net"))) == (in_gross, in_net)


@pytest.mark.parametrize(("off", "expected"), [("0.10", 11000), ("0.01", 11900), ("1.20", 0), ("2.00", 0)])
def test_an_amount_off_each_of_many_units_is_rounded_once(off: str, expected: int) -> None:
    """A tenth off each of 100 mugs at 1.00 without tax is 10.00 with it: 8.33 without, not 100 times 0.08."""
    prices = [price_row("shirt", "10.00"), price_row("mug", "1.00", taxIncluded=False)]
    goods = {"bought": {"offeringIds": ["shirt"]}, "target": {"offeringIds": ["mug"]}}
    benefit = {"kind": "buy-get", "buy": 1, "off": {"amount": off, **EUR}, **goods}
    told = priced(document({"shirt": 100, "mug": 100}, prices, promotion("p", benefit)))
    assert gross(told) == 100000 + expected


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"kind": "minimum-amount", "amount": "240.00"}, ["gross"]),
        ({"kind": "minimum-amount", "amount": "200.00"}, ["gross", "net"]),
        ({"kind": "minimum-amount", "amount": "120.00", "target": {"offeringIds": ["b"]}}, ["gross"]),
        ({"kind": "unit-price", "amount": "120.00", "target": {"offeringIds": ["b"]}}, ["gross"]),
        ({"kind": "unit-price", "amount": "100.00", "above": True, "target": {"offeringIds": ["a"]}}, ["gross"]),
    ],
)
def test_what_conditions_compare(condition: dict[str, Any], holds: list[str]) -> None:
    rule = promotion("p", {"kind": "percent", "value": "50"}, {**condition, **EUR})
    assert [basis for basis in ("gross", "net") if gross(cart(rule, basis=basis)) == 12000] == holds


@pytest.mark.parametrize(
    ("asked", "basis"),
    [
        ({"basis": "gross"}, None),
        ({}, "gross"),
        ({"target": {"offeringIds": ["a", "b"]}}, "gross"),
        ({"basis": "gross", "beforeReductions": True}, None),
    ],
)
@pytest.mark.parametrize(("minimum", "expected"), [("50.00", 0), ("50.01", 5000)])
def test_a_minimum_is_of_what_the_cart_states(
    asked: dict[str, Any], basis: str | None, minimum: str, expected: int
) -> None:
    """20.83 and 20.83 without tax are 25.00 and 25.00 with it, not 49.992."""
    prices = [price_row(name, "20.83", taxIncluded=False) for name in "ab"]
    condition = {"kind": "minimum-amount", "amount": minimum, **EUR, **asked}
    free = promotion("p", {"kind": "percent", "value": "100"}, condition)
    assert gross(cart(free, basis=basis, prices=prices)) == expected


def test_the_cheapest_is_found_by_what_prices_count() -> None:
    # 110.00 with tax is less than 100.00 without.
    prices = [price_row("a", "110.00"), PRICES[1]]
    free = cart(promotion("p", {"kind": "nth-cheapest"}), prices=prices)
    assert gross(free) == 12000
    further = cart(promotion("p", {"kind": "further-lines", "percent": "100"}), prices=prices)
    assert gross(further) == 12000


@pytest.mark.parametrize(
    ("included", "basis", "expected"),
    [(True, None, 9600), (True, "gross", 9600), (True, "net", 9120), (False, None, 9120), (False, "gross", 9600)],
)
def test_where_all_prices_are_alike_a_stated_policy_holds_too(included: bool, basis: str | None, expected: int) -> None:
    prices = [price_row("a", "120.00" if included else "100.00", taxIncluded=included)]
    assert gross(cart(promotion("p", OFF), basis=basis, prices=prices)) == expected


def test_what_has_no_tax_mixes_with_everything() -> None:
    told = document(
        {"a": 1, "b": 1},
        [price_row("a", "120.00"), price_row("b", "120.00", taxIncluded=False)],
        promotion("p", {"kind": "percent", "value": "50"}, {"kind": "minimum-amount", "amount": "240.00", **EUR}),
        offerings=[{"id": "b"}],
    )
    assert gross(priced(told)) == 12000


def test_a_gift_mixes_nothing() -> None:
    """What is free is no price: a voucher on goods without tax stays a net amount."""
    gift = promotion("gift", {"kind": "free-item", "offeringId": "a"})
    told = document({"b": 1}, PRICES, gift)
    told["facts"]["vouchers"] = [{"code": "V", "reductionAmount": "20.00", **EUR}]
    assert gross(priced({**told, "vouchers": ["V"]})) == 9600


def test_the_ledger_says_which_share_each_line_bears() -> None:
    priced_cart, why = explained(shop(promotion("p", OFF), basis="net"))
    moves = [line for ledger in why.items for line in ledger.lines if line.step == "promotion"]
    assert [(line.amount, line.exact, line.odd) for line in moves] == [
        (-1440, Fraction(-1440), 0),
        (-1200, Fraction(-1200), 0),
    ]
    assert isinstance(moves[0], LedgerLine)
    assert why.due_now.lines[-1].after == gross(priced_cart)


PRICE = st.tuples(st.integers(1, 50_000), st.booleans())


@given(st.lists(PRICE, min_size=1, max_size=5), st.integers(1, 60_000), st.sampled_from(["gross", "net"]))
def test_a_voucher_is_worth_its_amount_within_a_cent_a_line(
    prices: list[tuple[int, bool]], value: int, basis: str
) -> None:
    listed = [
        price_row(f"o{n}", f"{amount / 100:.2f}", taxIncluded=included) for n, (amount, included) in enumerate(prices)
    ]
    told = shop(basis=basis, prices=listed)
    before = priced(told).pricing.totals[0]
    told["facts"]["vouchers"] = [{"code": "V", "reductionAmount": f"{value / 100:.2f}", **EUR}]
    after = priced({**told, "vouchers": ["V"]}).pricing.totals[0]
    was, now = (before.gross, after.gross) if basis == "gross" else (before.net, after.net)
    assert now >= 0
    assert abs(was - now - min(value, was)) <= 2 * len(prices)


ON_TOP = [
    {"id": "lower", "country": "FR", "category": "standard", "rate": "10"},
    {"id": "upper", "country": "FR", "category": "standard", "rate": "2", "onTopOf": ["lower"]},
]
NOT_FOR_FIRMS = [
    {"id": "fr", "country": "FR", "category": "standard", "rate": "20", "exemptions": [{"userType": "FIRM"}]},
]
OFF_B = promotion("p", {"kind": "fixed", "amount": "12.00", **EUR, "target": {"offeringIds": ["b"]}})
TRIAL = {"a": {"trial": True}}


def half_of_b_from(amount: str, basis: str) -> dict[str, Any]:
    condition = {"kind": "minimum-amount", "amount": amount, **EUR, "basis": basis}
    return promotion("p", {"kind": "percent", "value": "50", "target": {"offeringIds": ["b"]}}, condition)


@pytest.mark.parametrize(
    ("prices", "offer", "more", "expected"),
    [
        # All prices are without tax, also that of a line that costs nothing: 88.00 and 20 %.
        (("30.00", "100.00", False), OFF_B, {"fields": TRIAL}, 10560),
        # Firms owe no tax: of 120.00 they pay 100.00, of 12.00 they pay 10.00.
        (("120.00", "12.00", True), half_of_b_from("110.01", "gross"), {"taxes": NOT_FOR_FIRMS}, 11000),
        (("120.00", "12.00", True), half_of_b_from("110.00", "gross"), {"taxes": NOT_FOR_FIRMS}, 10500),
        (("120.00", "12.00", True), half_of_b_from("110.01", "net"), {"taxes": NOT_FOR_FIRMS}, 11000),
        (("100.00", "10.00", False), half_of_b_from("110.01", "gross"), {"taxes": NOT_FOR_FIRMS}, 11000),
        # 2 % on top of 10 % are 12.2 %: 112.20 are 100.00 net, and 11.22 are 10.00.
        (("112.20", "11.22", True), half_of_b_from("110.01", "net"), {"taxes": ON_TOP}, 12342),
        (("112.20", "11.22", True), half_of_b_from("110.00", "net"), {"taxes": ON_TOP}, 11781),
    ],
)
def test_what_lines_keep_counts_with_the_taxes_that_are_owed_on_it(
    prices: tuple[str, str, bool], offer: dict[str, Any], more: dict[str, Any], expected: int
) -> None:
    kept, added, included = prices
    both = [price_row("a", kept, period="P1M", taxIncluded=included), price_row("b", added, taxIncluded=included)]
    header = {"customer": {"id": "u-1", "userType": "FIRM"}, "fields": more.get("fields", {})}
    assert gross(joined(document({"a": 1}, both, offer, **header), more.get("taxes"))) == expected


def joined(
    told: dict[str, Any], taxes: list[dict[str, Any]] | None = None, voucher: dict[str, Any] | None = None
) -> Cart:
    """A cart with `a`, whose price is over by the time when `b` joins it, so that it keeps its amounts."""
    shop = {**told["facts"], "vouchers": [voucher] if voucher else []}
    shop["prices"][0] |= {"validFor": {"endDateTime": "2026-03-05T00:00:00Z"}}
    facts = Facts().with_rows(rows({"facts": {**shop, "taxes": taxes or shop["taxes"]}}), 1)
    cart = run("create-cart", {name: told[name] for name in told if name != "facts"}, None, facts).cart
    if voucher:
        cart = run("add-voucher", {"code": voucher["code"]}, cart, facts).cart
    adding = {"items": [{"id": "b", "offeringId": "b"}]}
    cart = run("add-items", adding, cart, facts, at=NOON + timedelta(days=2)).cart
    assert cart is not None
    assert [each.code for each in cart.pricing.warnings] == ["price-not-found"]
    return cart


@pytest.mark.parametrize(
    ("included", "basis", "amount"),
    [
        # 24.00 gross are 20.00 off 100.00 without tax; all of it is used up by the line that keeps it.
        (False, "gross", "24.00"),
        (False, "net", "20.00"),
        (True, "net", "20.00"),
        (True, "gross", "24.00"),
    ],
)
@pytest.mark.parametrize("kind", ["voucher", "fixed", "ceiling"])
def test_what_a_line_keeps_of_an_amount_counts_as_the_amount_does(
    included: bool, basis: str, amount: str, kind: str
) -> None:
    both = [price_row(name, "120.00" if included else "100.00", taxIncluded=included) for name in ("a", "b")]
    off = {"kind": "fixed", "amount": amount, **EUR}
    ceiling = {"kind": "percent", "value": "50", "atMost": {"amount": amount, **EUR}}
    offers = {"fixed": [promotion("p", off)], "ceiling": [promotion("p", ceiling)]}.get(kind, [])
    told = document({"a": 1}, both, *offers, pricingPolicy={"amountBasis": basis})
    voucher = {"code": "V", "reductionAmount": amount, **EUR} if kind == "voucher" else None
    assert gross(joined(told, voucher=voucher)) == 9600 + 12000


def test_a_voucher_for_one_payment_is_used_up_where_a_line_keeps_it() -> None:
    both = [price_row("a", "100.00", period="P1M"), price_row("b", "50.00", period="P1M")]
    cart = joined(document({"a": 1}, both), voucher={"code": "V", "reductionAmount": "30.00", **EUR})
    assert [(each.from_period, each.gross) for each in cart.pricing.totals[0].phases] == [(1, 12000), (2, 15000)]


@pytest.mark.parametrize("reduction", [{"reductionAmount": "30.00", **EUR}, {"reductionPercent": "30"}])
def test_a_voucher_for_one_payment_is_used_up_where_a_line_keeps_a_later_one(reduction: dict[str, Any]) -> None:
    """The first month of `a` is free; the voucher comes off the second, and not off `b` as well."""
    free = promotion("free", {"kind": "free-period", "target": {"offeringIds": ["a"]}})
    both = [price_row("a", "100.00", period="P1M"), price_row("b", "50.00")]
    cart = joined(document({"a": 1}, both, free), voucher={"code": "V", **reduction})
    assert gross(cart) == 5000
    [monthly] = [each for each in cart.pricing.totals if each.period]
    assert [(each.from_period, each.gross) for each in monthly.phases] == [(1, 0), (2, 7000), (3, 10000)]
    assert [each.reason for each in cart.pricing.vouchers] == [None]


def test_a_gift_counts_once_it_costs_something() -> None:
    """Of 30.00 with tax, 12.00 leave 18.00; with a gift at 20.00 without, once it is paid, 42.00 of 54.00."""
    prices = [price_row("plan", "30.00", period="P1M"), price_row("add", "20.00", period="P1M", taxIncluded=False)]
    gift = promotion("g", {"kind": "free-item", "offeringId": "add", "periods": 1})
    told = document({"plan": 1}, prices, gift)
    told["facts"]["vouchers"] = [{"code": "V", "reductionAmount": "12.00", **EUR, "everyRecurringPayment": True}]
    phases = priced({**told, "vouchers": ["V"]}).pricing.totals[0].phases
    assert [(each.from_period, each.gross) for each in phases] == [(1, 1800), (2, 4200)]
