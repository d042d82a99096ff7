"""Why prices are what they are, and that they stay so for the same cart, catalog and time: from queue to reply."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.schema import format_time
from support.running import Running
from support.shop import PRICES, Shop

PLAN = {"id": "i-1", "offeringId": "plan", "quantity": 3}
PHONE = {"id": "i-2", "offeringId": "phone"}
PRICED = ("items", "promotions", "vouchers", "totals", "dueNow")
TENTH = {"id": "tenth", "benefits": [{"kind": "percent", "value": "10"}]}
POOR = {"id": "poor", "exclusive": True, "priority": 9, "benefits": [{"kind": "percent", "value": "1"}]}
GIFT_CARD = {"id": "g-1", "kind": "gift-card", "amount": "20.00", "currency": "EUR"}
WALLET = {"id": "w-1", "kind": "wallet", "amount": "1.50", "currency": "EUR"}


def moves(ledger: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    return [(line["step"], line["source"], line["amount"]) for line in ledger["lines"]]


def last(ledgers: Iterable[dict[str, Any]]) -> list[str]:
    """What ledgers lead to."""
    return [ledger["lines"][-1]["after"] for ledger in ledgers]


async def dearer(shop: Shop) -> None:
    reply = await shop.call("upsert-prices", data={"prices": [{**PRICES[0], "amount": "12.00"}]})
    assert reply["status"] == "applied"


async def test_every_adjustment_has_a_line_of_its_own(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, GIFT_CARD)
    reply = await shop.call("apply-adjustment", cart_id, WALLET, explain=True)
    assert moves(reply["explanation"]["dueNow"]) == [
        ("total P1M", None, "30.00"),
        ("gift-card", "g-1", "-20.00"),
        ("wallet", "w-1", "-1.50"),
    ]
    assert reply["cart"]["dueNow"]["payable"] == "8.50"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("add-items", {"items": [{"id": "i-3", "offeringId": "plan"}]}),
        ("update-products", {"products": [{"id": "i-1", "quantity": 2}]}),
        ("remove-items", {"itemIds": ["i-2"]}),
        ("update-cart", {"country": "JP"}),
        ("apply-adjustment", GIFT_CARD),
        ("reprice-cart", {}),
        ("get-cart", {}),
        ("get-cart", {"reprice": True}),
    ],
)
async def test_whatever_prices_a_cart_explains_it(shop: Shop, kind: str, data: dict[str, Any]) -> None:
    await shop.call("upsert-promotions", data={"promotions": [TENTH, POOR]})
    cart_id = await shop.cart(PLAN, PHONE)
    reply = await shop.call(kind, cart_id, data, explain=True)
    cart, explanation = reply["cart"], reply["explanation"]
    assert last(explanation["items"]) == [price["gross"] for item in cart["items"] for price in item["prices"]]
    assert last(explanation["totals"]) == [total["gross"] for total in cart["totals"]]
    assert last([explanation["dueNow"]]) == [cart["dueNow"]["payable"]]
    assert {each["id"]: each["reason"] for each in explanation["promotions"]} == {
        "poor": "not-beneficial",
        "tenth": None,
    }
    lines = [line for ledger in explanation["items"] for line in ledger["lines"]]
    assert {line["step"]: line["revision"] for line in lines} == {"list-price": 3, "promotion": 4, "tax": 1}


async def test_a_comparison_explains_both_sides(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await dearer(shop)
    reply = await shop.call("compare-price", cart_id, {"from": {"catalogRevision": 3}}, explain=True)
    after, before = reply["explanation"], reply["explanation"]["comparedWith"]
    assert (last([before["dueNow"]]), last([after["dueNow"]])) == (["30.00"], ["36.00"])
    assert (before["catalogRevision"], after["catalogRevision"]) == (3, 4)


async def test_the_same_cart_catalog_and_time_give_the_same_bytes(shop: Shop, running: Running) -> None:
    """An older time, long after the catalog moved on; by a worker that has never seen the cart or the catalog."""
    await shop.call("upsert-promotions", data={"promotions": [TENTH, POOR]})
    cart_id = await shop.cart(PLAN, PHONE)
    await asyncio.sleep(0.01)
    then = format_time(datetime.now(UTC))
    first = await shop.call("reprice-cart", cart_id, {"asOf": then}, explain=True)
    await dearer(shop)
    await shop.call("upsert-promotions", data={"promotions": [{**TENTH, "lifecycle": "retired"}]})
    now = await shop.call("reprice-cart", cart_id)
    assert now["cart"]["dueNow"] != first["cart"]["dueNow"]
    await running.stop()
    await running.start()
    again = await shop.call("reprice-cart", cart_id, {"asOf": then}, explain=True)
    assert json.dumps([again["cart"][name] for name in PRICED]) == json.dumps([first["cart"][name] for name in PRICED])
    assert json.dumps(again["explanation"]) == json.dumps(first["explanation"])


async def test_a_time_to_come_has_the_prices_that_are_announced_for_it(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    turn = "2100-01-01T00:00:00Z"
    announced = [
        {**PRICES[0], "validFor": {"endDateTime": turn}},
        {**PRICES[0], "id": "pp-plan-2100", "amount": "12.00", "validFor": {"startDateTime": turn}},
    ]
    await shop.call("upsert-prices", data={"prices": announced})
    data = {"asOf": turn}
    dry = await shop.call("reprice-cart", cart_id, data, dryRun=True, explain=True)
    real = await shop.call("reprice-cart", cart_id, data, explain=True)
    assert dry["explanation"] == real["explanation"]
    assert (real["explanation"]["asOf"], real["cart"]["dueNow"]["payable"]) == (turn, "36.00")
