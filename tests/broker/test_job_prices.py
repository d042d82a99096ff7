"""Jobs over prices that were promised, and previews that suppose drafts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.jobs import ended, line_of, lines_of, raise_price
from support.running import Running, running_worker
from support.shop import Shop, problems

PHONE = {"id": "i-1", "offeringId": "phone", "quantity": 2}
RED = {"characteristics": {"color": "red"}}
SAME = ("counts", "keptAmounts", "amounts", "largestRises", "largestFalls", "reportHash")
LATER = "2097-01-01T00:00:00Z"


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    async with running_worker(amqp_url, mongo_url, chunk_carts=3) as running:
        yield running


@pytest.fixture
async def shop(running: Running) -> Shop:
    return await running.shop()


async def start(shop: Shop, **data: Any) -> str:
    reply = await shop.call("start-repricing", data=data)
    assert reply["status"] == "applied", reply
    job_id: str = reply["job"]["id"]
    return job_id


async def gross(shop: Shop, cart_id: str) -> str:
    amount: str = (await shop.call("get-cart", cart_id))["cart"]["dueNow"]["gross"]
    return amount


async def test_promised_prices_are_kept_and_counted(shop: Shop) -> None:
    following = await shop.cart(PHONE)
    kept = await shop.cart({**PHONE, "changeRule": {"kind": "keep"}})
    until = await shop.cart({**PHONE, "changeRule": {"kind": "keep-until", "until": LATER}})
    capped = await shop.cart({**PHONE, "changeRule": {"kind": "cap", "amount": "4.00"}})
    both = await shop.cart(PHONE, {"id": "i-2", "offeringId": "case", "changeRule": {"kind": "keep"}, **RED})
    untouched = await shop.cart({"id": "i-1", "offeringId": "plan", "changeRule": {"kind": "keep"}})
    await raise_price(shop, "110.00")
    await raise_price(shop, "8.50", "case")
    preview = await ended(shop, await start(shop, mode="preview"))
    job_id = await start(shop)
    job = await ended(shop, job_id)
    assert (job["counts"]["changed"], job["counts"]["kept"], job["counts"]["unchanged"]) == (3, 2, 1)
    # Twice 10.00 of two, twice 6.00 of the capped one, 1.00 of the case.
    assert job["keptAmounts"] == [{"currency": "EUR", "amount": "53.00"}]
    assert {name: preview[name] for name in SAME} == {name: job[name] for name in SAME}
    lines = await lines_of(shop, job_id)
    assert {cart: line_of(lines, cart)["outcome"] for cart in (following, kept, until, capped, both, untouched)} == {
        following: "changed",
        kept: "kept",
        until: "kept",
        capped: "changed",
        both: "changed",
        untouched: "unchanged",
    }
    assert line_of(lines, kept)["version"] == [1, 1]
    assert [await gross(shop, cart) for cart in (following, kept, until, capped)] == [
        "264.00",
        "240.00",
        "240.00",
        "249.60",
    ]
    again = await ended(shop, await start(shop))
    assert (again["counts"]["changed"], again["keptAmounts"]) == (0, job["keptAmounts"])


async def test_a_price_that_fell_is_kept_too(shop: Shop) -> None:
    kept = await shop.cart({**PHONE, "changeRule": {"kind": "keep"}})
    await raise_price(shop, "95.00")
    job = await ended(shop, await start(shop))
    assert (job["counts"]["kept"], job["counts"]["changed"]) == (1, 0)
    assert job["keptAmounts"] == [{"currency": "EUR", "amount": "-10.00"}]
    assert (await shop.call("get-cart", kept))["version"] == 1


async def test_a_preview_supposes_drafts(shop: Shop) -> None:
    phone, case = await shop.cart(PHONE), await shop.cart({"id": "i-1", "offeringId": "case", **RED})
    kept = await shop.cart({**PHONE, "changeRule": {"kind": "keep"}})
    price = {"offeringId": "phone", "type": "one-time", "currency": "EUR"}
    drafts = [{**price, "id": "pp-phone-next", "amount": "120.00", "lifecycle": "draft"}]
    assert (await shop.call("upsert-prices", data={"prices": drafts}))["status"] == "applied"
    tax = {"id": "eco", "country": "FR", "category": "standard", "name": "Eco", "rate": "5", "lifecycle": "draft"}
    assert (await shop.call("upsert-taxes", data={"taxes": [tax]}))["status"] == "applied"
    plain = await ended(shop, await start(shop, mode="preview"))
    assert plain["counts"]["unchanged"] == 3
    job_id = await start(shop, mode="preview", withDrafts=["pp-phone-next", "pp-phone-next"])
    job = await ended(shop, job_id)
    assert job["withDrafts"] == ["pp-phone-next"]
    assert (job["counts"]["changed"], job["counts"]["unchanged"], job["counts"]["kept"]) == (1, 1, 1)
    lines = await lines_of(shop, job_id)
    moved = line_of(lines, phone)["amounts"]
    assert [(each["before"], each["after"]) for each in moved] == [("240.00", "288.00")]
    assert line_of(lines, kept)["outcome"] == "kept"
    taxed = await ended(shop, await start(shop, mode="preview", withDrafts=["eco"]))
    assert taxed["counts"]["changed"] == 3
    assert [(await shop.call("get-cart", cart))["version"] for cart in (phone, case, kept)] == [1, 1, 1]
    assert await gross(shop, phone) == "240.00"


async def test_a_preview_supposes_a_draft_promotion(shop: Shop) -> None:
    phone = await shop.cart(PHONE)
    tenth = {"id": "tenth", "lifecycle": "draft", "benefits": [{"kind": "percent", "value": "10"}]}
    reply = await shop.call("upsert-promotions", data={"promotions": [tenth]})
    assert reply["status"] == "applied", reply
    job_id = await start(shop, mode="preview", withDrafts=["tenth"])
    job = await ended(shop, job_id)
    assert job["counts"]["changed"] == 1
    assert [each["difference"] for each in job["largestFalls"]] == ["-24.00"]
    line = line_of(await lines_of(shop, job_id), phone)
    assert (line["amounts"][0]["after"], line["version"]) == ("216.00", [1, 2])
    assert await gross(shop, phone) == "240.00"


async def test_what_is_no_draft_is_refused_with_its_place(shop: Shop) -> None:
    price = {"offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "120.00"}
    await shop.call("upsert-prices", data={"prices": [{**price, "id": "pp-next", "lifecycle": "draft"}]})
    asked = {"mode": "preview", "withDrafts": ["pp-next", "pp-phone", "nothing"]}
    refused = await shop.call("start-repricing", data=asked)
    assert problems(refused) == [("/data/withDrafts/1", "no-draft"), ("/data/withDrafts/2", "no-draft")]
    assert (await shop.call("find-jobs"))["items"] == []
