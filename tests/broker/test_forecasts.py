"""What carts cost from period to period, from the queue to the reply: phases, forecasts, causes."""

from typing import Any

from support.shop import Shop, problems

OFFERING = {"id": "line", "taxCategory": "standard"}
POINT = {"id": "pp-line", "offeringId": "line", "type": "recurring", "period": "P1M", "currency": "EUR"}
PHASES = [{"periods": 2, "amount": "19.00"}, {"periods": None, "amount": "29.00"}]
PRICE = {**POINT, "taxIncluded": True, "phases": PHASES}
FREE = {"id": "free", "benefits": [{"kind": "free-period", "periods": 1}]}


async def stocked(shop: Shop, *promotions: dict[str, Any], price: dict[str, Any] = PRICE) -> str:
    """A cart with one line of what the shop sells by the month."""
    rows = {"offerings": [OFFERING], "prices": [price], **({"promotions": list(promotions)} if promotions else {})}
    for kind, given in rows.items():
        reply = await shop.call(f"upsert-{kind}", data={kind: given})
        assert reply["type"] == "catalog-updated", reply
    return await shop.cart({"id": "i-1", "offeringId": "line"})


def course(part: dict[str, Any]) -> list[tuple[int, int | None, str]]:
    return [(each["fromPeriod"], each["periods"], each["gross"]) for each in part["phases"]]


async def test_prices_and_totals_have_phases(shop: Shop) -> None:
    cart = (await shop.call("get-cart", await stocked(shop, FREE)))["cart"]
    expected = [(1, 1, "0.00"), (2, 1, "19.00"), (3, None, "29.00")]
    assert course(cart["items"][0]["prices"][0]) == course(cart["totals"][0]) == expected
    assert cart["dueNow"]["payable"] == "0.00"
    [first, second, _] = cart["totals"][0]["phases"]
    assert first["alterations"] == [
        {"source": "promotion", "id": "free", "amount": "-19.00", "periods": 1, "type": "free-period", "priority": 0}
    ]
    assert (second["list"], second["net"], second["taxes"]) == (
        "19.00",
        "15.83",
        [{"id": "fr", "rate": "20", "amount": "3.17"}],
    )


async def test_the_bills_of_a_year(shop: Shop) -> None:
    cart_id = await stocked(shop, FREE)
    reply = await shop.call("forecast-cart", cart_id, {"periods": 12, "asOf": "2040-01-31T10:00:00Z"})
    assert (reply["type"], reply["status"]) == ("query-result", "read")
    assert [(each["date"], each["gross"]) for each in reply["items"]][:4] == [
        ("2040-01-31", "0.00"),
        ("2040-02-29", "19.00"),
        ("2040-03-31", "29.00"),
        ("2040-04-30", "29.00"),
    ]
    # 19.00 + 10 × 29.00; taxes of 3.17 and 10 × 4.83.
    assert reply["total"] == {
        "currency": "EUR",
        "net": "257.53",
        "taxes": [{"id": "fr", "rate": "20", "amount": "51.47"}],
        "gross": "309.00",
    }
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_a_frozen_cart_is_billed_from_the_time_asked_for_at_its_prices(shop: Shop) -> None:
    cart_id = await stocked(shop, FREE)
    await shop.call("freeze-cart", cart_id, {"until": "2090-12-31T23:00:00Z"})
    await shop.call("upsert-prices", data={"prices": [{**POINT, "taxIncluded": True, "amount": "50.00"}]})
    reply = await shop.call("forecast-cart", cart_id, {"periods": 3, "asOf": "2040-01-31T10:00:00Z"})
    assert [(each["date"], each["gross"]) for each in reply["items"]] == [
        ("2040-01-31", "0.00"),
        ("2040-02-29", "19.00"),
        ("2040-03-31", "29.00"),
    ]


async def test_a_forecast_has_its_limits(shop: Shop) -> None:
    reply = await shop.call("forecast-cart", await stocked(shop), {"periods": 121})
    assert problems(reply) == [("/data/periods", "out-of-range")]


async def test_a_price_that_makes_no_sense_is_refused(shop: Shop) -> None:
    spoilt = {**PRICE, "phases": [{"periods": 2, "amount": "19.00"}]}
    reply = await shop.call("upsert-prices", data={"prices": [spoilt]})
    assert problems(reply) == [("/data/prices/0", "not-for-good")]


async def test_a_price_change_says_what_moved_it(shop: Shop) -> None:
    """Another line is added; that of the first one moved because the catalog did."""
    cart_id = await stocked(shop, price={**POINT, "taxIncluded": True, "amount": "30.00"})
    cheaper = {**POINT, "taxIncluded": True, "amount": "24.00"}
    await shop.call("upsert-prices", data={"prices": [cheaper]})
    reply = await shop.call("add-items", cart_id, {"items": [{"id": "i-2", "offeringId": "line"}]})
    because = {each.get("itemId", "cart"): each["because"] for each in reply["priceChanges"]}
    assert because == {
        "i-1": ["list-price-changed"],
        "i-2": ["item-added"],
        "cart": ["item-added", "list-price-changed"],
    }


async def test_a_change_of_a_later_period_is_told(shop: Shop) -> None:
    cart_id = await stocked(shop)
    later = {**PRICE, "phases": [{"periods": 2, "amount": "19.00"}, {"periods": None, "amount": "39.00"}]}
    await shop.call("upsert-prices", data={"prices": [later]})
    reply = await shop.call("reprice-cart", cart_id)
    told = [(each["scope"], each["fromPeriod"], each["after"]["gross"]) for each in reply["priceChanges"]]
    assert told == [("item", 3, "39.00"), ("cart", 3, "39.00")]
    assert [each["because"] for each in reply["priceChanges"]] == [["list-price-changed"]] * 2
