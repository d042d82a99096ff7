"""Promotions from queue to reply: what applies, in which order, what is given, and why the rest does not apply."""

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pricing.conditions import kinds
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "p", "offeringId": "plan"}
PHONE = {"id": "h", "offeringId": "phone"}
CASE = {"id": "c", "offeringId": "case", "characteristics": {"color": "red"}}
TENTH = {"kind": "percent", "value": "10"}
FIVE_OFF = {"kind": "fixed", "amount": "5.00", "currency": "EUR"}
MANY = {"kind": "quantity", "minimum": 50}
FAR = datetime.now(UTC) + timedelta(hours=12)
"""As far from now as a time of the day can be."""


def promotion(name: str, *benefits: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": name, "benefits": list(benefits) or [TENTH], **fields}


async def promotions(shop: Shop, *rows: dict[str, Any]) -> None:
    reply = await shop.call("upsert-promotions", data={"promotions": list(rows)})
    assert reply["type"] == "catalog-updated", reply


async def verdicts(shop: Shop, cart_id: str) -> dict[str, tuple[str | None, str | None]]:
    """Reason and failed condition of every promotion, as an explanation gives them."""
    reply = await shop.call("reprice-cart", cart_id, explain=True, dryRun=True)
    return {each["id"]: (each["reason"], each["condition"]) for each in reply["explanation"]["promotions"]}


async def test_lines_then_containers_then_the_cart_and_each_sees_what_is_left(shop: Shop) -> None:
    above = {"kind": "minimum-amount", "amount": "91.00", "currency": "EUR"}
    await promotions(
        shop,
        promotion("cart", FIVE_OFF, level="cart", priority=9),
        promotion("container", FIVE_OFF, level="container"),
        promotion("item", FIVE_OFF, level="item"),
        promotion("too-late", conditions=[above]),
        promotion("second", FIVE_OFF, level="item", priority=-1),
    )
    cart_id = await shop.cart({**PHONE, "containerId": "k"}, containers=[{"id": "k"}])
    cart = (await shop.call("get-cart", cart_id))["cart"]
    alterations = cart["items"][0]["prices"][0]["alterations"]
    assert [(each["id"], each["amount"]) for each in alterations] == [
        ("item", "-5.00"),
        ("second", "-5.00"),
        ("container", "-5.00"),
        ("cart", "-5.00"),
    ]
    assert (await verdicts(shop, cart_id))["too-late"] == ("condition-not-met", "minimum-amount")


async def test_every_promotion_that_does_not_apply_says_why(shop: Shop) -> None:
    await promotions(
        shop,
        promotion("first", FIVE_OFF, priority=9),
        promotion("inactive", lifecycle="draft"),
        promotion("not-started", validFor={"startDateTime": "2098-01-01T00:00:00Z"}),
        promotion("expired", validFor={"endDateTime": "2020-01-01T00:00:00Z"}),
        promotion("coupon-missing", coupon="SPRING"),
        promotion("not-chosen", automatic=False),
        promotion("condition-not-met", conditions=[MANY]),
        promotion("excluded", {"kind": "percent", "value": "1"}, exclusive=True),
        promotion("nothing-to-reduce", {**FIVE_OFF, "currency": "USD"}),
        promotion("customer-unknown", caps={"perCustomer": 1}),
        promotion("exhausted", caps={"total": 1}, priority=-9),
    )
    lucky, cart_id = await shop.cart(PHONE), await shop.cart(PHONE)
    found = await verdicts(shop, cart_id)
    assert found.pop("first") == (None, None)
    assert {name: reason for name, (reason, _) in found.items()} == {name: name for name in found}
    assert len(found) == 10
    assert (await verdicts(shop, lucky))["exhausted"] == (None, None)
    blocked = await shop.call("update-cart", cart_id, {"blockDiscounts": True})
    assert (blocked["cart"]["promotions"], blocked["cart"]["dueNow"]["gross"]) == ([], "120.00")
    assert (await verdicts(shop, cart_id))["first"] == ("discounts-blocked", None)


async def test_what_would_cost_the_customer_a_better_one_is_left_out(shop: Shop) -> None:
    await promotions(shop, promotion("small", FIVE_OFF, priority=9), promotion("large", exclusive=True))
    cart_id = await shop.cart(PHONE)
    assert await verdicts(shop, cart_id) == {"small": ("not-beneficial", None), "large": (None, None)}


CONDITIONS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all": ({"conditions": [{"kind": "first-order"}]}, {"conditions": [{"kind": "first-order"}, MANY]}),
    "any": ({"conditions": [{"kind": "first-order"}, MANY]}, {"conditions": [MANY]}),
    "category": ({"categories": ["toys"]}, {"categories": ["food"]}),
    "channel": ({"channels": ["Web shop"]}, {"channels": ["shop"]}),
    "characteristic": ({"name": "color", "values": ["red"]}, {"name": "color", "values": ["blue"]}),
    "customer-type": ({"userTypes": ["MEMBER"]}, {"userTypes": ["GUEST"]}),
    "date-window": (
        {"period": {"startDateTime": "2020-01-01T00:00:00Z"}},
        {"period": {"endDateTime": "2020-01-01T00:00:00Z"}},
    ),
    "day-window": ({"firstDay": "2020-01-01", "timeZone": "Europe/Paris"}, {"lastDay": "2019-12-31"}),
    "expression": ({"expression": "cart.userType == 'MEMBER'"}, {"expression": "items.size() > 2"}),
    "first-order": ({}, {}),
    "unit-price": ({"amount": "100.00", "currency": "EUR"}, {"amount": "100.00", "currency": "EUR", "above": True}),
    "minimum-amount": ({"amount": "107.50", "currency": "EUR"}, {"amount": "107.51", "currency": "EUR"}),
    "not": ({"condition": MANY}, {"condition": {"kind": "first-order"}}),
    "offering": ({"offeringIds": ["phone"]}, {"offeringIds": ["plan"]}),
    "place": ({"places": ["paris"]}, {"places": ["lyon"]}),
    "quantity": ({"minimum": 2, "maximum": 2}, {"minimum": 3}),
    "segment": ({"segments": ["residential"]}, {"segments": ["business"]}),
    "time-window": (
        {"timeZone": "Europe/Paris"},
        {"start": f"{FAR:%H:%M}", "end": f"{FAR + timedelta(minutes=1):%H:%M}", "timeZone": "UTC"},
    ),
}
"""Of every kind one that holds and one that doesn't, for a phone at 100.00 and a red case at 7.50."""


async def test_every_kind_of_condition_decides(shop: Shop) -> None:
    assert set(CONDITIONS) == set(kinds.models)
    toy = {"id": "phone", "taxCategory": "standard", "categories": ["toys"]}
    await shop.call("upsert-offerings", data={"offerings": [toy]})
    rows = {
        f"{kind}-{word}": promotion(f"{kind}-{word}", {**TENTH, "value": "0"}, conditions=[{"kind": kind, **fields}])
        for kind, pair in CONDITIONS.items()
        for word, fields in zip(("holds", "fails"), pair, strict=True)
    }
    await promotions(shop, *rows.values())
    header = {
        "channel": {"id": "web", "name": "Web shop"},
        "place": {"id": "paris"},
        "marketSegment": "residential",
        "customer": {"id": "u-1", "userType": "MEMBER"},
    }
    cart_id = await shop.cart(PHONE, CASE, flags={"firstOrder": True}, **header)
    found = await verdicts(shop, cart_id)
    await shop.call("update-cart", cart_id, {"flags": {"firstOrder": False}})
    assert (await verdicts(shop, cart_id))["first-order-holds"] == ("condition-not-met", "first-order")
    for kind in CONDITIONS.keys() - {"first-order"}:
        # Nothing per cent reduces nothing; what counts is whether the condition was in the way.
        assert found[f"{kind}-holds"] == ("nothing-to-reduce", None), kind
        assert found[f"{kind}-fails"] == ("condition-not-met", kind), kind


async def test_a_chosen_promotion_that_is_gone_says_so(shop: Shop) -> None:
    await promotions(shop, promotion("spring", coupon="SPRING"))
    cart_id = await shop.cart(PHONE)
    applied = await shop.call("apply-promotion", cart_id, {"coupon": "SPRING"})
    assert (applied["status"], applied["cart"]["promotions"][0]["applied"]) == ("applied", True)
    await promotions(shop, promotion("spring", coupon="SPRING", lifecycle="retired"))
    [told] = (await shop.call("reprice-cart", cart_id))["cart"]["promotions"]
    assert (told["id"], told["applied"], told["reason"]) == ("spring", False, "inactive")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"coupon": "WINTER"}, "unknown"),
        ({"promotionId": "spring"}, "coupon-missing"),
        ({"coupon": "SPRING"}, "condition-not-met"),
        ({"promotionId": "old"}, "expired"),
        ({"promotionId": "paused"}, "inactive"),
    ],
)
async def test_asking_for_what_cannot_apply(shop: Shop, data: dict[str, Any], reason: str) -> None:
    await promotions(
        shop,
        promotion("spring", coupon="SPRING", conditions=[MANY]),
        promotion("old", automatic=False, validFor={"endDateTime": "2020-01-01T00:00:00Z"}),
        promotion("paused", automatic=False, lifecycle="paused"),
    )
    cart_id = await shop.cart(PHONE)
    for dry_run in (True, False):
        refused = await shop.call("apply-promotion", cart_id, data, dryRun=dry_run)
        assert (error_code(refused), refused["error"]["details"]["reason"]) == ("promotion-not-applicable", reason)
        assert problems(refused) == [(f"/data/{next(iter(data))}", "promotion-not-applicable")]
    removing = await shop.call("remove-promotion", cart_id, {"promotionId": "spring"})
    assert removing["error"]["details"] == {"promotionId": "spring", "reason": "not-chosen"}
    assert problems(removing) == [("/data/promotionId", "promotion-not-applicable")]


async def test_a_gift_comes_and_goes_with_its_promotion(shop: Shop) -> None:
    gift = {"kind": "free-item", "offeringId": "case", "characteristics": {"color": "blue"}}
    two = {"kind": "quantity", "minimum": 2}
    await promotions(shop, promotion("gift", gift, conditions=[two]))
    cart_id = await shop.cart(PHONE)
    more = {"products": [{"id": "h", "quantity": 2}]}
    dry = await shop.call("update-products", cart_id, more, dryRun=True)
    given = await shop.call("update-products", cart_id, more)
    assert (dry["changes"], dry["priceChanges"]) == (given["changes"], given["priceChanges"])
    [_, case] = given["cart"]["items"]
    assert (case["id"], case["addedBy"]) == ("gift-case", "promotion:gift")
    assert (case["prices"][0]["list"], case["prices"][0]["gross"]) == ("7.50", "0.00")
    assert [(each["type"], each["itemId"]) for each in given["changes"]] == [
        ("quantity-changed", "h"),
        ("item-added", "gift-case"),
    ]
    assert given["cart"]["dueNow"]["gross"] == "240.00"
    kept = await shop.call("remove-items", cart_id, {"itemIds": ["gift-case"]})
    assert (error_code(kept), problems(kept)) == ("invalid", [("/data/itemIds/0", "gift")])
    gone = await shop.call("update-products", cart_id, {"products": [{"id": "h", "quantity": 1}]})
    assert [each["type"] for each in gone["changes"]] == ["quantity-changed", "item-removed"]
    [told] = [
        event for event in await shop.events(4, cart_id) if event.headers["cloudEvents:id"].endswith(":2:cart-updated")
    ]
    assert b'"gift-case"' in told.body


async def test_nothing_is_given_into_an_empty_cart(shop: Shop) -> None:
    await promotions(shop, promotion("gift", {"kind": "free-item", "offeringId": "plan"}))
    cart_id = await shop.cart(PHONE)
    assert [item["id"] for item in (await shop.call("get-cart", cart_id))["cart"]["items"]] == ["h", "gift-plan"]
    emptied = await shop.call("empty-cart", cart_id)
    assert (emptied["cart"]["items"], emptied["cart"]["dueNow"]["gross"]) == ([], "0.00")


BENEFITS: list[tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]] = [
    # Two phones at 100.00 and a case at 7.50: of three units one is free, the cheapest.
    ({"kind": "buy-get", "buy": 2, "get": 1}, [{**PHONE, "quantity": 2}, CASE], {"c": ["-7.50", None]}),
    ({"kind": "nth-cheapest", "n": 2}, [PHONE, CASE], {"h": ["-100.00", None]}),
    ({"kind": "fixed-price", "amount": "80.00", "currency": "EUR"}, [PHONE], {"h": ["-20.00", None]}),
    ({"kind": "free-period", "periods": 2}, [PLAN], {"p": ["-10.00", 2]}),
    ({"kind": "recurring-discount", "percent": "25", "periods": 24}, [PLAN, PHONE], {"p": ["-2.50", 24]}),
]


@pytest.mark.parametrize(("benefit", "lines", "expected"), BENEFITS, ids=[each["kind"] for each, _, _ in BENEFITS])
async def test_what_benefits_take_off(
    shop: Shop, benefit: dict[str, Any], lines: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    await promotions(shop, promotion("rule", benefit))
    cart = (await shop.call("get-cart", await shop.cart(*lines)))["cart"]
    taken = {
        item["id"]: [each["amount"], each.get("periods")]
        for item in cart["items"]
        for price in item["prices"]
        for each in price["alterations"]
    }
    assert taken == expected


async def test_an_expression_decides(shop: Shop) -> None:
    red = {"kind": "expression", "expression": "items.exists(i, i.characteristics.?color.orValue('') == 'red')"}
    assert problems(await shop.call("upsert-promotions", data={"promotions": [promotion("red", conditions=[red])]}))
    red["expression"] = "items.exists(i, has(i.characteristics.color) && i.characteristics.color == 'red')"
    await promotions(shop, promotion("red", conditions=[red]))
    assert (await verdicts(shop, await shop.cart(PHONE, CASE)))["red"] == (None, None)
    assert (await verdicts(shop, await shop.cart(PHONE)))["red"] == ("condition-not-met", "expression")


async def test_an_expression_beyond_its_budget_is_told(shop: Shop) -> None:
    nested = {
        "kind": "expression",
        "expression": "items.all(a, items.all(b, items.all(c, a.id == b.id || b.id != c.id)))",
    }
    await promotions(shop, promotion("rule", conditions=[nested]))
    cart_id = await shop.cart(*({**PHONE, "id": f"h-{number}"} for number in range(40)))
    cart = (await shop.call("get-cart", cart_id))["cart"]
    assert ([each["code"] for each in cart["warnings"]], cart["promotions"]) == (["expression-too-costly"], [])


async def test_without_the_extra_there_are_no_expressions(
    shop: Shop, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cel", None)
    rule = promotion("rule", conditions=[{"kind": "expression", "expression": "true"}])
    refused = await shop.call("upsert-promotions", data={"promotions": [rule]})
    assert problems(refused) == [("/data/promotions/0/conditions/0/expression", "not-installed")]
