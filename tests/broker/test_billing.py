"""Periods, first bills, credits, currencies and what prices say of themselves, from the queue to the reply."""

from typing import Any

from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
LINE = {"offeringId": "plan", "type": "recurring", "currency": "EUR", "taxIncluded": True}


async def prices(shop: Shop, *rows: dict[str, Any]) -> dict[str, Any]:
    reply = await shop.call("upsert-prices", data={"prices": list(rows)})
    assert reply["type"] == "catalog-updated", reply
    return reply


async def test_a_first_bill_until_the_bill_cycle_day(shop: Shop) -> None:
    await prices(shop, {**LINE, "id": "pp-plan", "amount": "31.00", "period": "P1M", "isProrated": True})
    cart_id = await shop.cart(PLAN, billCycleDay=15)
    reply = await shop.call("reprice-cart", cart_id, {"asOf": "2040-01-01T08:00:00Z"}, explain=True)
    [row] = reply["cart"]["items"][0]["prices"]
    assert row["alterations"] == [
        {"source": "proration", "id": "pp-plan", "amount": "-17.00", "type": "day", "periods": 1}
    ]
    assert (row["list"], row["gross"], reply["cart"]["dueNow"]["payable"]) == ("31.00", "14.00", "14.00")
    [ledger] = reply["explanation"]["items"]
    assert [(line["step"], line["amount"]) for line in ledger["lines"][:2]] == [
        ("list-price", "31.00"),
        ("proration", "-17.00"),
    ]
    stored = await shop.call("get-cart", cart_id)
    assert stored["cart"] == reply["cart"]


async def test_the_last_days_by_day_and_by_second(shop: Shop) -> None:
    paid = {
        "amount": "10.00",
        "currency": "EUR",
        "startDateTime": "2040-01-01T00:00:00Z",
        "endDateTime": "2040-01-05T00:00:00Z",
    }
    items = [{**PHONE, "action": "modify", "paidPeriod": paid}]
    data = {"country": "FR", "currency": "EUR", "items": items, "asOf": "2040-01-04T18:00:00Z"}
    by_day = await shop.call("simulate-price", data=data)
    # A day of four is 2.50; six hours of 96 are 0.625.
    assert by_day["cart"]["totals"][0]["discount"] == "2.50"
    seconds = {**data, "pricingPolicy": {"proration": "second"}}
    assert (await shop.call("simulate-price", data=seconds))["cart"]["totals"][0]["discount"] == "0.63"


async def test_every_month_has_thirty_days_where_the_policy_says_so(shop: Shop) -> None:
    """From 17 February to 1 March 14 days of 30, by the calendar 12 of 28."""
    await prices(shop, {**LINE, "id": "pp-plan", "amount": "30.00", "period": "P1M", "isProrated": True})
    at = {"asOf": "2041-02-17T08:00:00Z"}
    cart_id = await shop.cart(PLAN, billCycleDay=1, pricingPolicy={"proration": "30-360"})
    reply = await shop.call("reprice-cart", cart_id, at)
    [row] = reply["cart"]["items"][0]["prices"]
    assert row["alterations"] == [
        {"source": "proration", "id": "pp-plan", "amount": "-16.00", "type": "30-360", "periods": 1}
    ]
    assert [(each["fromPeriod"], each["gross"]) for each in row["phases"]] == [(1, "14.00"), (2, "30.00")]
    by_calendar = await shop.call("reprice-cart", await shop.cart(PLAN, billCycleDay=1), at)
    assert by_calendar["cart"]["dueNow"]["payable"] == "12.86"
    tenant = await shop.call("set-configuration", data={"pricingPolicy": {"proration": "30-360"}})
    assert tenant["type"] == "catalog-updated", tenant
    bills = await shop.call("forecast-cart", await shop.cart(PLAN, billCycleDay=1), {"periods": 2, **at})
    assert [(each["date"], each["gross"]) for each in bills["items"]] == [
        ("2041-02-17", "14.00"),
        ("2041-03-01", "30.00"),
    ]
    wrong = {"country": "FR", "currency": "EUR", "pricingPolicy": {"proration": "actual-365"}}
    assert problems(await shop.call("create-cart", data=wrong)) == [("/data/pricingPolicy/proration", "not-allowed")]


async def test_what_is_billed_in_arrears_is_not_due_now(shop: Shop) -> None:
    await prices(shop, {**LINE, "id": "pp-late", "amount": "7.00", "period": "P3M", "isArrears": True})
    cart = (await shop.call("get-cart", await shop.cart(PLAN)))["cart"]
    assert [(each["period"], each["gross"]) for each in cart["totals"]] == [("P1M", "10.00"), ("P3M", "7.00")]
    assert [each.get("isArrears", False) for each in cart["items"][0]["prices"]] == [False, True]
    assert cart["dueNow"]["payable"] == "10.00"
    wrong = await shop.call("upsert-prices", data={"prices": [{**LINE, "id": "x", "amount": "1", "isArrears": True}]})
    assert problems(wrong) == [("/data/prices/0", "period-mismatch")]


async def test_any_period_of_the_standard(shop: Shop) -> None:
    given = ["PT1H", "PT90M", "P1W", "P30D", "P12M", "P1Y6M"]
    rows = [{**LINE, "id": f"pp-{each}", "amount": "1.00", "period": each} for each in given]
    await prices(shop, *rows)
    cart = (await shop.call("get-cart", await shop.cart(PLAN)))["cart"]
    assert [each["period"] for each in cart["totals"]] == ["PT1H", "PT1H30M", "P1W", "P1M", "P30D", "P1Y", "P1Y6M"]


async def test_a_cart_says_which_currencies_it_could_be_had_in(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    cart = (await shop.call("get-cart", cart_id))["cart"]
    assert cart["availableCurrencies"] == ["EUR", "JPY", "KWD"]
    forced = await shop.call("update-cart", cart_id, {"forcedCurrency": "KWD"})
    assert (forced["cart"]["currency"], forced["cart"]["totals"][0]["list"]) == ("KWD", "12.345")
    assert forced["cart"]["availableCurrencies"] == ["EUR", "JPY", "KWD"]
    both = await shop.call("update-cart", cart_id, {"forcedCurrency": None})
    assert both["cart"]["currency"] == "EUR"
    added = await shop.call("add-items", cart_id, {"items": [PLAN]})
    assert added["cart"]["availableCurrencies"] == ["EUR"]
    assert error_code(await shop.call("update-cart", cart_id, {"forcedCurrency": "JPY"})) == "price-not-found"


async def test_a_price_carries_its_relationships_and_an_alteration_its_rank(shop: Shop) -> None:
    tie = {"id": "pp-phone", "type": "dependsOn"}
    await prices(shop, {**LINE, "id": "pp-plan", "amount": "10.00", "period": "P1M", "relationships": [tie]})
    ten = {"id": "ten", "priority": 5, "level": "item", "benefits": [{"kind": "percent", "value": "10", "periods": 3}]}
    await shop.call("upsert-promotions", data={"promotions": [ten]})
    [row] = (await shop.call("get-cart", await shop.cart(PLAN)))["cart"]["items"][0]["prices"]
    assert row["relationships"] == [tie]
    assert row["alterations"] == [
        {"source": "promotion", "id": "ten", "amount": "-1.00", "type": "percent", "priority": 5, "periods": 3}
    ]


async def test_a_discount_plan_and_a_trial_say_what_they_are(shop: Shop) -> None:
    plan = {"percent": "50", "periods": 6}
    cart_id = await shop.cart({**PLAN, "discountPlan": plan, "discountPlanStep": 4})
    row = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"][0]
    assert row["alterations"] == [
        {"source": "discount-plan", "id": "i-1", "amount": "-5.00", "type": "percent", "periods": 2}
    ]
    trial = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "trial": True}]})
    [first] = trial["cart"]["items"][0]["prices"][0]["alterations"]
    assert (first["source"], first["amount"]) == ("trial", "-10.00")
