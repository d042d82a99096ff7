"""What shops ask of promotions, prices and taxes, from the queue to the reply; unit tests have more of the figures."""

from typing import Any

import pytest

from support.pricing import document, price_row, promotion
from support.promotions import EUR, at_least, percent
from support.shop import Shop, problems

HAT = {"id": "hat", "categories": ["hats"]}
SHIPPING = {"id": "shipping", "categories": ["shipping"]}
HATS, GOODS = {"categories": ["hats"]}, {"excludeCategories": ["shipping"]}
QUEBEC = {"country": "CA", "currency": "CAD", "place": {"id": "QC"}}


def asked(*args: Any, taxes: list[dict[str, Any]] | None = None, **header: Any) -> dict[str, Any]:
    told = document(*args, **header)
    if taxes is not None:
        told["facts"]["taxes"] = taxes
    return {**told, "factsOnly": True}


CANADIAN = price_row("a", "100.00", currency="CAD", taxIncluded=False)
TAXES = [
    {"id": "gst", "country": "CA", "category": "standard", "rate": "5"},
    {"id": "qst", "country": "CA", "place": "QC", "category": "standard", "rate": "9.975"},
    {"id": "hst", "country": "CA", "place": "ON", "category": "standard", "rate": "13", "replaces": ["gst"]},
]
SALE = promotion("sale", {"kind": "fixed", "amount": "16.00", **EUR, "target": {"offeringIds": ["a"]}}, priority=9)
UNREDUCED = promotion("code", percent("50", target={"unreducedOnly": True}), exclusive=True)
FREE_SHIPPING = promotion("free", percent("100", target={"categories": ["shipping"]}), at_least("50.00", target=GOODS))
PER_HATS = promotion("p", {"kind": "buy-get", "buy": 4, "bought": HATS, "target": {"offeringIds": ["shirt"]}})
CEILING = promotion("p", percent("10", atMost={"amount": "30.00", **EUR}))
FLOOR = promotion("p", {"kind": "fixed", "amount": "15.00", **EUR, "notBelow": {"amount": "50.00", **EUR}})
FURTHER = promotion("p", {"kind": "further-lines", "percent": "50"})
MONTHS = promotion("p", {"kind": "recurring-discount", "percent": "40", "months": 4})
STEPS = [
    promotion("five", percent("5"), at_least("50.00"), group="steps", priority=9),
    promotion("ten", percent("10"), at_least("100.00"), group="steps"),
]
DENVER = {"billCycleDay": 1, "asOf": "2023-06-16T05:00:00Z", "pricingPolicy": {"timeZone": "America/Denver"}}
COINS = {"currency": "CHF", "pricingPolicy": {"cashRounding": "coins"}}
REDUCED = [price_row("a", "36.00"), price_row("b", "120.00")]
MIXED = [price_row("a", "120.00"), price_row("b", "100.00", taxIncluded=False)]
OFF = promotion("p", {"kind": "fixed", "amount": "24.00", **EUR})
FROM_15 = at_least("15.00")
OFF_UNITS = promotion("p", {"kind": "fixed", "amount": "1.00", **EUR, "per": "unit"}, FROM_15)
UNIT_PRICE = promotion("p", {"kind": "fixed-price", "amount": "8.00", **EUR, "per": "unit"}, FROM_15)
CHEAPEST_49 = promotion("p", percent("10", maxQuantity=49))
DEAREST = promotion("p", {"kind": "nth-dearest", "percent": "30"})
GIFT = {"kind": "free-item", "offeringId": "shirt", "buy": 4, "bought": HATS}
CLOTHES = [price_row("hat", "10.00"), price_row("shirt", "12.00")]
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "unreduced": (
        asked({"a": 1, "b": 1}, [price_row("a", "36.00"), price_row("b", "120.00")], SALE, UNREDUCED),
        "80.00",
    ),
    "shipping": (
        asked(
            {"hat": 1, "shipping": 1},
            [price_row("hat", "47.00"), price_row("shipping", "5.00")],
            FREE_SHIPPING,
            offerings=[HAT, SHIPPING],
        ),
        "52.00",
    ),
    "other goods": (
        asked(
            {"hat": 8, "shirt": 2}, [price_row("hat", "10.00"), price_row("shirt", "12.00")], PER_HATS, offerings=[HAT]
        ),
        "80.00",
    ),
    "gross and net prices": (asked({"a": 1, "b": 1}, MIXED, OFF), "216.00"),
    "a net policy": (asked({"a": 1, "b": 1}, MIXED, OFF, pricingPolicy={"amountBasis": "net"}), "211.20"),
    "ceiling": (asked({"a": 1}, [price_row("a", "500.00")], CEILING), "470.00"),
    "floor": (asked({"a": 1}, [price_row("a", "60.00")], FLOOR), "50.00"),
    "further lines": (asked({"a": 1, "b": 1}, [price_row("a", "10.00"), price_row("b", "30.00")], FURTHER), "35.00"),
    "off each unit": (asked({"a": 2}, [price_row("a", "10.00")], OFF_UNITS), "18.00"),
    "a price of each unit": (asked({"a": 2}, [price_row("a", "10.00")], UNIT_PRICE), "16.00"),
    "the cheapest units": (
        asked({"a": 30, "b": 30}, [price_row("a", "10.00"), price_row("b", "20.00")], CHEAPEST_49),
        "832.00",
    ),
    "the dearest unit": (asked({"a": 1, "b": 1}, [price_row("a", "20.00"), price_row("b", "50.00")], DEAREST), "55.00"),
    "steps": (asked({"a": 1}, [price_row("a", "200.00")], *STEPS), "180.00"),
    "months": (asked({"a": 1}, [price_row("a", "350.00", period="P1Y")], MONTHS), "303.33"),
    "quebec": (asked({"a": 1}, [CANADIAN], taxes=TAXES, **QUEBEC), "114.98"),
    "coins": (
        asked(
            {"a": 1}, [price_row("a", "9.98", currency="CHF")], currency="CHF", pricingPolicy={"cashRounding": "coins"}
        ),
        "10.00",
    ),
    "zone": (asked({"a": 1}, [price_row("a", "30.00", period="P1M", isProrated=True)], **DENVER), "16.00"),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_is_payable(shop: Shop, name: str) -> None:
    data, expected = CASES[name]
    reply = await shop.call("simulate-price", data=data)
    assert reply["type"] == "price-changed", reply
    assert reply["cart"]["dueNow"]["payable"] == expected


async def test_a_gift_grows_with_the_sets(shop: Shop) -> None:
    await shop.call("upsert-offerings", data={"offerings": [{**HAT, "name": "Hat"}, {"id": "shirt"}]})
    await shop.call("upsert-prices", data={"prices": CLOTHES})
    await shop.call("upsert-promotions", data={"promotions": [promotion("gift", GIFT)]})
    cart = await shop.cart({"id": "i-1", "offeringId": "hat", "quantity": 4})
    reply = await shop.call("update-products", cart, data={"products": [{"id": "i-1", "quantity": 9}]})
    [gift] = [item for item in reply["cart"]["items"] if item["offeringId"] == "shirt"]
    assert (gift["quantity"], reply["cart"]["dueNow"]["payable"]) == (2, "90.00")


async def test_goods_that_are_bought_and_reduced_are_told(shop: Shop) -> None:
    rule = promotion("p", {"kind": "buy-get", "buy": 4, "bought": HATS, "target": {"offeringIds": ["hat"]}})
    reply = await shop.call("upsert-promotions", data={"promotions": [rule]})
    told = [(each["path"], each["code"]) for each in reply["warnings"]]
    assert (reply["status"], told) == ("applied", [("/data/promotions/0/benefits/0/bought", "reduced-not-bought")])


@pytest.mark.parametrize(
    ("kind", "row", "path", "code"),
    [
        (
            "promotions",
            promotion("p", {"kind": "fixed-price", "amount": "1.00", **EUR, "per": "unit"}, level="item"),
            "/benefits/0",
            "without-effect",
        ),
        ("promotions", {"id": "p", "benefits": [percent("1")], "caps": {"perCart": 2}}, "/caps", "without-effect"),
        (
            "promotions",
            promotion("p", percent("1"), {"kind": "quantity", "target": {"priceTypes": ["recurring"]}}),
            "/conditions/0/target",
            "without-effect",
        ),
        (
            "promotions",
            promotion("p", percent("1"), {"kind": "time-window", "start": "18:00", "end": "18:00"}),
            "/conditions/0/end",
            "out-of-range",
        ),
        (
            "promotions",
            promotion("p", percent("1", atMost={"amount": "0.00", **EUR})),
            "/benefits/0/atMost",
            "out-of-range",
        ),
        ("promotions", promotion("p", {**GIFT, "buy": None}), "/benefits/0", "without-effect"),
        ("promotions", promotion("p", {"kind": "buy-get", "buy": 1, "bought": HATS}), "/benefits/0", "without-effect"),
        (
            "vouchers",
            {"code": "V", "reductionPercent": "10", "target": {"categories": ["x"], "excludeCategories": ["x"]}},
            "/target",
            "without-effect",
        ),
        ("taxes", {**TAXES[0], "onTopOf": ["gst"]}, "/onTopOf", "cycle"),
        (
            "taxes",
            {"id": "eco", "country": "FR", "category": "low", "rate": "1", "onTopOf": ["fr"]},
            "/onTopOf/0",
            "without-effect",
        ),
        ("prices", price_row("plan", "1.00", tiersOverLines=True), "", "without-effect"),
        ("prices", price_row("plan", "1.00", currency="CLF"), "/currency", "unknown-currency"),
    ],
)
async def test_what_is_refused(shop: Shop, kind: str, row: dict[str, Any], path: str, code: str) -> None:
    reply = await shop.call(f"upsert-{kind}", data={kind: [row]})
    assert problems(reply) == [(f"/data/{kind}/0{path}", code)]
