"""Prices of another time, from the queue to the reply: the catalog as it was, and what the rows' own dates say."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.schema import format_time
from support.shop import Shop, error_code, problems

CASE = {"id": "i-1", "offeringId": "case", "quantity": 2, "characteristics": {"color": "red"}}
"""Two at 7.50, net: 18.00 with the tax."""
COMING = "2040-01-01T00:00:00Z"
LATER = {"validFor": {"startDateTime": COMING}}
UNTIL = {"validFor": {"endDateTime": COMING}}


async def upsert(shop: Shop, **rows: list[dict[str, Any]]) -> None:
    for kind, given in rows.items():
        reply = await shop.call(f"upsert-{kind}", data={kind: given})
        assert reply["type"] == "catalog-updated", reply


def case_price(amount: str, **fields: Any) -> dict[str, Any]:
    row = {"id": "pp-case", "offeringId": "case", "type": "one-time", "currency": "EUR", "amount": amount}
    return {**row, **fields}


@pytest.fixture
async def earlier(shop: Shop) -> str:
    """A moment at which the catalog had none of what it has now: other prices, taxes, a promotion, a rule."""
    moment = format_time(datetime.now(UTC))
    await asyncio.sleep(0.01)
    await upsert(
        shop,
        prices=[case_price("10.00")],
        taxes=[{"id": "fr", "country": "FR", "category": "standard", "rate": "10"}],
        promotions=[{"id": "half", "benefits": [{"kind": "percent", "value": "50"}]}],
        rules=[{"kind": "cardinality", "id": "one", "items": {"offeringIds": ["case"]}, "max": 1}],
    )
    return moment


async def test_a_cart_is_priced_as_it_was_then(shop: Shop, earlier: str) -> None:
    cart_id = await shop.cart({**CASE, "quantity": 1})
    # 10.00 less half, and 10 % of tax; then, 7.50 and 20 %.
    then = await shop.call("reprice-cart", cart_id, {"asOf": earlier})
    assert (then["cart"]["dueNow"]["payable"], then["cart"]["promotions"]) == ("9.00", [])
    assert [each["because"] for each in then["priceChanges"]] == [
        ["list-price-changed", "promotion-ended", "tax-changed"]
    ] * 2
    assert then["cart"]["pricing"]["pricedAt"] == earlier
    again = await shop.call("reprice-cart", cart_id, {"asOf": earlier})
    assert (again["status"], again["cart"]["totals"]) == ("unchanged", then["cart"]["totals"])
    now = await shop.call("reprice-cart", cart_id)
    assert (now["cart"]["dueNow"]["payable"], now["cart"]["promotions"][0]["id"]) == ("5.50", "half")


async def test_a_simulation_of_then_knows_no_later_rule(shop: Shop, earlier: str) -> None:
    data = {"country": "FR", "currency": "EUR", "items": [CASE]}
    then = await shop.call("simulate-price", data={**data, "asOf": earlier})
    assert then["cart"]["dueNow"]["payable"] == "18.00"
    assert error_code(await shop.call("simulate-price", data=data)) == "rule-broken"


async def test_then_and_now_are_compared(shop: Shop, earlier: str) -> None:
    cart_id = await shop.cart({**CASE, "quantity": 1})
    reply = await shop.call("compare-price", cart_id, {"from": {"asOf": earlier}})
    moved = [(each["scope"], each["before"], each["after"]) for each in reply["priceChanges"]]
    before = {"net": "7.50", "tax": "1.50", "gross": "9.00"}
    after = {"net": "5.00", "tax": "0.50", "gross": "5.50"}
    assert moved == [("item", before, after), ("cart", before, after)]
    policy = {"pricingPolicy": {"preset": "default", "cashRounding": "1.00"}}
    assert (await shop.call("compare-price", cart_id, {"to": policy}))["cart"]["dueNow"]["payable"] == "6.00"


async def test_two_revisions_are_compared(shop: Shop, earlier: str) -> None:
    cart_id = await shop.cart({**CASE, "quantity": 1})
    now = (await shop.call("get-cart", cart_id))["cart"]["pricing"]["catalogRevision"]
    reply = await shop.call("compare-price", cart_id, {"from": {"catalogRevision": 3}, "to": {"catalogRevision": now}})
    last = reply["priceChanges"][-1]
    assert (last["before"]["gross"], last["after"]["gross"]) == ("9.00", "5.50")
    unknown = await shop.call("compare-price", cart_id, {"to": {"catalogRevision": now + 1}})
    assert problems(unknown) == [("/data/to/catalogRevision", "unknown-revision")]
    both = {"catalogRevision": 3, "catalogAsOf": earlier}
    assert problems(await shop.call("compare-price", cart_id, {"from": both})) == [("/data/from", "one-of")]


async def test_what_is_to_come_is_priced_and_compared(shop: Shop) -> None:
    await upsert(
        shop,
        prices=[case_price("7.50", **UNTIL), case_price("8.00", id="pp-new", **LATER)],
        taxes=[
            {"id": "fr", "country": "FR", "category": "standard", "rate": "20", **UNTIL},
            {"id": "fr-new", "country": "FR", "category": "standard", "rate": "25", **LATER},
        ],
        promotions=[{"id": "half", "benefits": [{"kind": "percent", "value": "50"}], **LATER}],
        offerings=[{"id": "new", "taxCategory": "standard", **LATER}],
    )
    await upsert(shop, prices=[case_price("4.00", id="pp-other", offeringId="new")])
    cart_id = await shop.cart(CASE)
    assert (await shop.call("get-cart", cart_id))["cart"]["dueNow"]["payable"] == "18.00"
    # 16.00 less half, and 25 %.
    compared = await shop.call("compare-price", cart_id, {"to": {"asOf": COMING}})
    assert compared["priceChanges"][-1]["after"] == {"net": "8.00", "tax": "2.00", "gross": "10.00"}
    to_come = await shop.call("reprice-cart", cart_id, {"asOf": COMING})
    assert (to_come["cart"]["dueNow"]["payable"], to_come["version"]) == ("10.00", 2)
    data = {"country": "FR", "currency": "EUR", "items": [{"offeringId": "new"}]}
    assert error_code(await shop.call("simulate-price", data=data)) == "offering-not-available"
    simulated = await shop.call("simulate-price", data={**data, "asOf": COMING})
    assert simulated["cart"]["dueNow"]["payable"] == "2.50"
