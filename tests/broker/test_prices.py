"""Promotions, simulations, comparisons and explanations, from the queue to the reply."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from cartwright.wire.schema import format_time
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
TEN_OFF = {
    "id": "ten-off",
    "conditions": [{"kind": "minimum-amount", "amount": "20.00", "currency": "EUR"}],
    "benefits": [{"kind": "percent", "value": "10"}],
}
SPRING = {"id": "spring", "coupon": "SPRING", "benefits": [{"kind": "fixed", "amount": "1.00", "currency": "EUR"}]}
GIFT = {
    "id": "gift",
    "conditions": [{"kind": "quantity", "minimum": 5}],
    "benefits": [{"kind": "free-item", "offeringId": "phone"}],
}


async def stocked(shop: Shop) -> None:
    reply = await shop.call("upsert-promotions", data={"promotions": [TEN_OFF, SPRING, GIFT]})
    assert (reply["type"], reply["status"]) == ("catalog-updated", "applied")


async def test_promotions_follow_the_cart(shop: Shop) -> None:
    await stocked(shop)
    cart_id = await shop.cart(PLAN)
    many = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 5}]})
    [plan, phone] = many["cart"]["items"]
    assert (plan["promotions"], plan["prices"][0]["gross"]) == (["ten-off"], "45.00")
    assert (phone["addedBy"], phone["prices"][0]["gross"]) == ("promotion:gift", "0.00")
    few = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 1}]})
    assert [item["id"] for item in few["cart"]["items"]] == ["i-1"]
    assert few["cart"]["dueNow"]["payable"] == "10.00"
    stored = await shop.call("get-cart", cart_id)
    assert stored["cart"] == few["cart"]


async def test_a_coupon_is_redeemed_and_given_back(shop: Shop) -> None:
    await stocked(shop)
    cart_id = await shop.cart(PLAN)
    with_coupon = await shop.call("apply-promotion", cart_id, {"coupon": "SPRING"})
    assert [change["type"] for change in with_coupon["changes"]] == ["promotion-chosen"]
    assert with_coupon["cart"]["dueNow"]["payable"] == "9.00"
    assert error_code(await shop.call("apply-promotion", cart_id, {"coupon": "WINTER"})) == "promotion-not-applicable"
    without = await shop.call("remove-promotion", cart_id, {"promotionId": "spring"})
    assert (without["version"], without["cart"]["dueNow"]["payable"]) == (3, "10.00")


async def test_a_simulation_leaves_no_cart(shop: Shop) -> None:
    await stocked(shop)
    data: dict[str, Any] = {"country": "FR", "currency": "EUR", "items": [{**PLAN, "quantity": 3}]}
    reply = await shop.call("simulate-price", data=data, explain=True, message_id="m-sim")
    assert (reply["type"], reply["status"]) == ("price-changed", "dry-run")
    assert reply["cart"]["dueNow"]["payable"] == "27.00"
    [ledger] = reply["explanation"]["items"]
    assert [(line["step"], line["amount"]) for line in ledger["lines"]] == [
        ("list-price", "30.00"),
        ("promotion", "-3.00"),
        ("tax", "0.00"),
    ]
    told = {each["id"]: each["reason"] for each in reply["explanation"]["promotions"]}
    assert told == {"ten-off": None, "spring": "coupon-missing", "gift": "condition-not-met"}
    assert error_code(await shop.call("get-cart", reply["cartId"])) == "cart-not-found"


async def test_a_cart_is_compared_between_two_catalogs(shop: Shop) -> None:
    cart_id = await shop.cart({**PLAN, "quantity": 3})
    before = format_time(datetime.now(UTC))
    await asyncio.sleep(0.01)
    await stocked(shop)
    reply = await shop.call("compare-price", cart_id, {"from": {"catalogAsOf": before}})
    assert (reply["type"], reply["status"], reply["version"]) == ("price-changed", "dry-run", 1)
    moved = [(each["scope"], each["before"]["gross"], each["after"]["gross"]) for each in reply["priceChanges"]]
    assert moved == [("item", "30.00", "27.00"), ("cart", "30.00", "27.00")]


async def test_a_read_explains_the_prices_that_the_cart_has(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    dearer = {"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    await shop.call("upsert-prices", data={"prices": [{**dearer, "amount": "12.00", "taxIncluded": True}]})
    reply = await shop.call("get-cart", cart_id, explain=True)
    assert (reply["status"], reply["cart"]["dueNow"]["payable"]) == ("read", "10.00")
    told = reply["explanation"]
    assert (told["catalogRevision"], told["asOf"]) == (3, reply["cart"]["pricing"]["pricedAt"])
    assert [line["after"] for line in told["dueNow"]["lines"]] == ["10.00"]
    fresh = await shop.call("get-cart", cart_id, {"reprice": True}, explain=True)
    assert [line["after"] for line in fresh["explanation"]["dueNow"]["lines"]] == ["12.00"]
    assert "explanation" not in await shop.call("get-cart", cart_id)


async def test_what_a_credit_leaves_over_is_told(shop: Shop) -> None:
    period = {"startDateTime": "2099-01-01T00:00:00Z", "endDateTime": "2099-02-01T00:00:00Z"}
    cart_id = await shop.cart({**PLAN, "paidPeriod": {"amount": "12.00", "currency": "EUR", **period}})
    reply = await shop.call("reprice-cart", cart_id)
    assert reply["cart"]["dueNow"]["payable"] == "0.00"
    assert reply["warnings"] == [
        {"code": "credit-left", "message": "2.00 EUR of the credit for item i-1 are more than it costs."}
    ]
    twice = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert (twice["cart"]["dueNow"]["payable"], twice["warnings"]) == ("8.00", [])


async def test_the_policy_says_which_side_of_a_price_with_tax_is_rounded(shop: Shop) -> None:
    # 9.99 with 20 % inside is 8.325 and 1.665.
    mug = {"id": "pp-mug", "offeringId": "mug", "type": "one-time", "currency": "EUR", "amount": "9.99"}
    facts = {
        "offerings": [{"id": "mug", "taxCategory": "standard"}],
        "prices": [{**mug, "taxIncluded": True}],
        "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}],
    }
    data = {"country": "FR", "currency": "EUR", "items": [{"id": "i-1", "offeringId": "mug"}], "facts": facts}
    sides = {"default": ("8.33", "1.66"), "vendure": ("8.33", "1.66"), "shopware": ("8.32", "1.67")}
    for preset, (net, tax) in sides.items():
        reply = await shop.call("simulate-price", data={**data, "pricingPolicy": {"preset": preset}})
        [total] = reply["cart"]["totals"]
        assert (total["net"], total["taxes"][0]["amount"], total["gross"]) == (net, tax, "9.99")
    stated = {"preset": "vendure", "inclusiveRounding": "tax"}
    reply = await shop.call("simulate-price", data={**data, "pricingPolicy": stated})
    assert reply["cart"]["totals"][0]["net"] == "8.32"
    reply = await shop.call("simulate-price", data={**data, "pricingPolicy": {"inclusiveRounding": "gross"}})
    assert [problem["path"] for problem in reply["error"]["problems"]] == ["/data/pricingPolicy/inclusiveRounding"]


async def test_a_promotion_counts_at_most_so_many_units_of_a_line(shop: Shop) -> None:
    one = {"kind": "percent", "value": "50", "maxQuantity": 1}
    reply = await shop.call(
        "upsert-promotions", data={"promotions": [{"id": "first", "level": "item", "benefits": [one]}]}
    )
    assert reply["status"] == "applied"
    cart_id = await shop.cart({**PLAN, "quantity": 3})
    [price] = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"]
    assert (price["alterations"][0]["amount"], price["gross"]) == ("-5.00", "25.00")
    per_line = {"kind": "fixed", "amount": "1.00", "currency": "EUR", "maxQuantity": 1}
    refused = await shop.call(
        "upsert-promotions", data={"promotions": [{"id": "wrong", "level": "item", "benefits": [per_line]}]}
    )
    assert [(each["path"], each["code"]) for each in refused["error"]["problems"]] == [
        ("/data/promotions/0/benefits/0", "needs-unit")
    ]


async def test_what_is_used_may_be_counted_by_period(shop: Shop) -> None:
    point = {"offeringId": "data", "currency": "EUR", "unit": "GB"}
    rows = [
        {**point, "id": "pp-included", "type": "allowance", "period": "P1M", "amount": "0.00"},
        {**point, "id": "pp-month", "type": "usage", "period": "P1M", "amount": "2.00"},
        {**point, "id": "pp-ever", "type": "usage", "amount": "3.00"},
        {**point, "id": "pp-base", "type": "recurring", "period": "P1M", "amount": "5.00"},
    ]
    await shop.call("upsert-offerings", data={"offerings": [{"id": "data"}]})
    assert (await shop.call("upsert-prices", data={"prices": rows}))["status"] == "applied"
    cart = (await shop.call("get-cart", await shop.cart({"offeringId": "data"})))["cart"]
    totals = [(each["type"], each["period"], each["gross"]) for each in cart["totals"]]
    assert totals == [
        ("recurring", "P1M", "5.00"),
        ("allowance", "P1M", "0.00"),
        ("usage", None, "3.00"),
        ("usage", "P1M", "2.00"),
    ]
    assert cart["dueNow"]["payable"] == "5.00"
    late = {**rows[1], "isArrears": True}
    assert (await shop.call("upsert-prices", data={"prices": [late]}))["error"]["code"] == "invalid"


async def test_a_reduction_stops_at_the_minimum_price_and_the_others_bear_the_rest(shop: Shop) -> None:
    low = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "100.00"}
    await shop.call("upsert-prices", data={"prices": [{**low, "minimumPrice": "95.00"}]})
    off = {"kind": "fixed", "amount": "9.00", "currency": "EUR", "target": {"priceTypes": ["one-time"]}}
    added = {"promotions": [{"id": "nine", "level": "cart", "priority": -9, "benefits": [off]}]}
    await shop.call("upsert-promotions", data=added)
    case = {"id": "i-2", "offeringId": "case", "characteristics": {"color": "red"}}
    cart = (await shop.call("get-cart", await shop.cart({"id": "i-1", "offeringId": "phone"}, case)))["cart"]
    off_each = {
        item["id"]: [each["amount"] for each in item["prices"][0]["alterations"] if each["id"] == "nine"]
        for item in cart["items"]
    }
    assert off_each == {"i-1": ["-5.00"], "i-2": ["-4.00"]}
    negative = await shop.call("upsert-prices", data={"prices": [{**low, "minimumPrice": "-1.00"}]})
    assert problems(negative) == [("/data/prices/0/minimumPrice", "out-of-range")]


async def test_promotions_may_come_by_priority_alone(shop: Shop) -> None:
    off = {"kind": "fixed", "amount": "20.00", "currency": "EUR"}
    given = [
        {"id": "cart", "level": "cart", "priority": 2, "benefits": [off]},
        {"id": "item", "level": "item", "priority": 1, "benefits": [{"kind": "percent", "value": "10"}]},
    ]
    await shop.call("upsert-promotions", data={"promotions": given})
    for order, expected in (("level", ["item -10.00", "cart -20.00"]), ("priority", ["cart -20.00", "item -8.00"])):
        cart_id = await shop.cart({"id": "i-1", "offeringId": "phone"}, pricingPolicy={"promotionOrder": order})
        [row] = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"]
        assert [f"{each['id']} {each['amount']}" for each in row["alterations"]] == expected


async def test_a_simulation_refuses_rows_as_the_catalog_does(shop: Shop) -> None:
    data = {"country": "FR", "currency": "EUR", "items": [PLAN]}
    rule = {"kind": "add-item", "id": "r", "when": {"offeringIds": ["plan"]}, "offeringId": "nope"}
    given: dict[str, tuple[list[dict[str, Any]], tuple[str, str]]] = {
        "vouchers": ([{"code": "V", "reductionPercent": "50"}] * 2, ("/1/code", "duplicate-id")),
        "offerings": ([{"id": "kit", "bundle": [{"offeringId": "kit"}]}], ("/0/bundle", "cycle")),
        "rules": ([rule], ("/0/offeringId", "offering-not-found")),
    }
    for kind, (rows, (path, code)) in given.items():
        reply = await shop.call("simulate-price", data={**data, "facts": {kind: rows}})
        found = [(each["path"], each["code"]) for each in reply["error"]["problems"]]
        assert (error_code(reply), found) == ("invalid", [(f"/data/facts/{kind}{path}", code)])
    phone = {**rule, "offeringId": "phone"}
    reply = await shop.call("simulate-price", data={**data, "facts": {"rules": [phone]}})
    assert [each["offeringId"] for each in reply["cart"]["items"]] == ["plan", "phone"]


async def test_a_simulation_may_leave_the_catalog_out(shop: Shop) -> None:
    await stocked(shop)
    data = {"country": "FR", "currency": "EUR", "items": [{**PLAN, "quantity": 5}]}
    with_it = await shop.call("simulate-price", data=data)
    assert with_it["cart"]["dueNow"]["payable"] == "45.00"
    assert error_code(await shop.call("simulate-price", data={**data, "factsOnly": True})) == "offering-not-found"
    price = {"id": "pp", "offeringId": "plan", "type": "one-time", "currency": "EUR", "amount": "7.00"}
    facts = {"offerings": [{"id": "plan"}], "prices": [price]}
    alone = await shop.call("simulate-price", data={**data, "factsOnly": True, "facts": facts})
    assert (alone["cart"]["dueNow"]["payable"], alone["cart"]["promotions"]) == ("35.00", [])
