"""Prior prices, from the queue to the reply: the lowest price before a reduction, by the dated revisions."""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any

from cartwright.wire.line_view import ItemView
from support.running import Running
from support.shop import Shop

CASE = {"id": "i-1", "offeringId": "case", "quantity": 2, "characteristics": {"color": "red"}}
"""A case costs 7.50, net: 9.00 with the tax."""


def case_price(amount: str, name: str = "pp-case", **fields: Any) -> dict[str, Any]:
    row = {"id": name, "offeringId": "case", "type": "one-time", "currency": "EUR", "amount": amount}
    return {**row, **fields}


SALE = case_price("8.00", "pp-sale", relationships=[{"id": "pp-case", "type": "replaces"}])


async def upsert(shop: Shop, kind: str, data: dict[str, Any]) -> None:
    await asyncio.sleep(0.01)
    reply = await shop.call(kind, data=data)
    assert reply["status"] == "applied", reply


async def raised_and_sold(shop: Shop) -> None:
    """Raised from 7.50 to 10.00, and sold at 8.00."""
    await upsert(shop, "upsert-prices", {"prices": [case_price("10.00")]})
    await upsert(shop, "upsert-prices", {"prices": [SALE]})


async def test_the_cart_shows_them_if_the_policy_says_so(shop: Shop, running: Running) -> None:
    await upsert(shop, "set-configuration", {"pricingPolicy": {"priorPrices": "shown"}})
    cart_id = await shop.cart(CASE)
    [price] = (await shop.call("get-cart", cart_id))["cart"]["items"][0]["prices"]
    assert "priorPrice" not in price
    await raised_and_sold(shop)
    sold = await shop.call("reprice-cart", cart_id)
    [price] = sold["cart"]["items"][0]["prices"]
    prior = price["priorPrice"]
    assert (price["gross"], prior["priceId"], prior["unitNet"], prior["unitGross"]) == (
        "19.20",
        "pp-case",
        "7.50",
        "9.00",
    )
    revisions = (await running.documents(shop.tenant))["catalog"]
    assert datetime.fromisoformat(prior["reducedSince"]).replace(tzinfo=None) == max(
        each["at"] for each in revisions if "revision" in each
    ).replace(tzinfo=None)
    told = ItemView.model_validate(sold["cart"]["items"][0]).prices[0].prior_price
    assert told is not None
    assert told.unit_gross == Decimal("9.00")
    # By a worker that has never seen the catalog or the cart.
    await running.stop()
    await running.start()
    assert (await shop.call("get-cart", cart_id))["cart"] == sold["cart"]
    again = await shop.call("reprice-cart", cart_id)
    assert (again["status"], again["cart"]["items"]) == ("unchanged", sold["cart"]["items"])


async def test_an_explanation_tells_them_in_any_case(shop: Shop) -> None:
    await raised_and_sold(shop)
    cart_id = await shop.cart(CASE)
    reply = await shop.call("get-cart", cart_id, explain=True)
    [ledger] = reply["explanation"]["items"]
    assert ledger["priorPrice"]["unitGross"] == "9.00"
    assert "priorPrice" not in reply["cart"]["items"][0]["prices"][0]


async def test_a_promotion_of_the_line_is_a_reduction_and_an_override_is_none(shop: Shop) -> None:
    await upsert(shop, "set-configuration", {"pricingPolicy": {"priorPrices": "shown"}})
    tenth = {"id": "tenth", "level": "item", "benefits": [{"kind": "percent", "value": "10"}]}
    await upsert(shop, "upsert-promotions", {"promotions": [tenth]})
    reduced = await shop.call("get-cart", await shop.cart(CASE))
    assert reduced["cart"]["items"][0]["prices"][0]["priorPrice"]["unitGross"] == "9.00"
    await upsert(shop, "upsert-promotions", {"promotions": [{**tenth, "lifecycle": "paused"}]})
    half = {"id": "half", "level": "cart", "benefits": [{"kind": "percent", "value": "50"}]}
    await upsert(shop, "upsert-promotions", {"promotions": [half]})
    of_cart = await shop.call("get-cart", await shop.cart(CASE))
    assert "priorPrice" not in of_cart["cart"]["items"][0]["prices"][0]
