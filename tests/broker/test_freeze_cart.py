"""`freeze-cart`: until then no command changes a price of a line that it does not touch."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cartwright.wire.schema import format_time
from support.patience import in_time
from support.running import Running
from support.shop import Shop, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
UNTIL = "2090-12-31T23:00:00Z"

Reply = dict[str, Any]


async def reprice_plan(shop: Shop, amount: str) -> None:
    point = {"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    reply = await shop.call("upsert-prices", data={"prices": [{**point, "amount": amount, "taxIncluded": True}]})
    assert reply["status"] in {"applied", "unchanged"}


def amounts(reply: Reply) -> list[str]:
    return [price["gross"] for item in reply["cart"]["items"] for price in item["prices"]]


def soon(seconds: float) -> str:
    return format_time(datetime.now(UTC) + timedelta(seconds=seconds))


async def frozen(shop: Shop) -> str:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("freeze-cart", cart_id, {"until": UNTIL})
    assert (reply["status"], reply["cart"]["frozenUntil"]) == ("applied", UNTIL)
    return cart_id


async def test_a_frozen_cart_keeps_its_prices_whatever_the_command(shop: Shop) -> None:
    cart_id = await frozen(shop)
    await reprice_plan(shop, "12.00")
    changed = await shop.call("update-cart", cart_id, {"agentId": "a-1"})
    assert (changed["priceChanges"], amounts(changed)) == ([], ["10.00"])
    added = await shop.call("add-items", cart_id, {"items": [PHONE]})
    assert amounts(added) == ["10.00", "120.00"]
    doubled = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert amounts(doubled) == ["20.00", "120.00"]
    assert doubled["cart"]["pricing"]["catalogRevision"] == 3


async def test_repricing_a_frozen_cart_changes_nothing(shop: Shop) -> None:
    cart_id = await frozen(shop)
    await reprice_plan(shop, "12.00")
    for data in ({}, {"asOf": "2020-01-01T00:00:00Z"}):
        reply = await shop.call("reprice-cart", cart_id, data)
        assert (reply["status"], reply["version"], amounts(reply)) == ("unchanged", 2, ["10.00"])
    fresh = await shop.call("get-cart", cart_id, {"reprice": True})
    assert (fresh["priceChanges"], amounts(fresh)) == ([], ["10.00"])
    compared = await shop.call("compare-price", cart_id, {"from": {"catalogRevision": 3}})
    assert amounts(compared) == ["12.00"]


async def test_freezing_does_not_reprice(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await reprice_plan(shop, "12.00")
    reply = await shop.call("freeze-cart", cart_id, {"until": UNTIL})
    assert (reply["changes"], reply["priceChanges"], amounts(reply)) == (
        [{"type": "cart-frozen", "until": UNTIL}],
        [],
        ["10.00"],
    )
    assert amounts(await shop.call("update-cart", cart_id, {"agentId": "a-1"})) == ["10.00"]
    heard = [event.type for event in await shop.events(6, cart_id)]
    assert heard[3:] == ["cart-updated", "cart-frozen", "cart-updated"]


async def test_unfreezing_does_not_reprice_but_the_next_command_does(shop: Shop) -> None:
    cart_id = await frozen(shop)
    await reprice_plan(shop, "12.00")
    reply = await shop.call("unfreeze-cart", cart_id)
    assert (reply["priceChanges"], amounts(reply), reply["cart"]["frozenUntil"]) == ([], ["10.00"], None)
    assert (await shop.call("unfreeze-cart", cart_id))["status"] == "unchanged"
    assert amounts(await shop.call("update-cart", cart_id, {"agentId": "a-1"})) == ["12.00"]


async def test_when_the_freeze_is_over_the_next_command_prices_at_now(shop: Shop) -> None:
    async def attempt(date: datetime) -> tuple[str, dict[str, Any]]:
        await reprice_plan(shop, "10.00")
        cart_id = await shop.cart(PLAN)
        await shop.call("freeze-cart", cart_id, {"until": format_time(date)})
        await reprice_plan(shop, "12.00")
        return cart_id, await shop.call("update-cart", cart_id, {"agentId": "a-1"})

    cart_id, frozen = await in_time(attempt)
    assert amounts(frozen) == ["10.00"]
    assert (await shop.call("get-cart", cart_id))["cart"]["frozenUntil"] is None
    reply = await shop.call("update-cart", cart_id, {"agentId": "a-2"})
    assert (amounts(reply), reply["cart"]["frozenUntil"]) == (["12.00"], None)


async def test_commands_that_are_executed_together_find_the_catalog_of_the_prices(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await reprice_plan(shop, "12.00")
    kinds = [
        ("freeze-cart", {"until": UNTIL}),
        ("update-cart", {"agentId": "a-1"}),
        ("unfreeze-cart", {}),
        ("update-cart", {"agentId": "a-2"}),
        ("freeze-cart", {"until": UNTIL}),
        ("reprice-cart", {}),
    ]
    sent = [await shop.send(kind, cart_id, data) for kind, data in kinds]
    replies = [await shop.wire.reply(each) for each in sent]
    assert [amounts(each) for each in replies] == [["10.00"]] * 3 + [["12.00"]] * 3
    assert replies[-1]["status"] == "unchanged"


async def test_a_dry_run_on_a_frozen_cart_predicts_the_real_run(shop: Shop) -> None:
    cart_id = await frozen(shop)
    await reprice_plan(shop, "12.00")
    dry = await shop.call("add-items", cart_id, {"items": [PHONE]}, dryRun=True)
    real = await shop.call("add-items", cart_id, {"items": [PHONE]})
    assert (dry["priceChanges"], dry["changes"]) == (real["priceChanges"], real["changes"])


async def test_a_past_time_is_invalid(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    for until in ("2020-01-01T00:00:00Z", soon(-0.001)):
        reply = await shop.call("freeze-cart", cart_id, {"until": until})
        assert problems(reply) == [("/data/until", "out-of-range")]


async def test_a_voucher_of_a_frozen_cart_counts_once(shop: Shop) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "ONE", "reductionPercent": "10", "uses": 1}]})
    cart_id = await shop.cart(PLAN)
    await shop.call("add-voucher", cart_id, {"code": "ONE"})
    await shop.call("freeze-cart", cart_id, {"until": UNTIL})
    await reprice_plan(shop, "12.00")
    reply = await shop.call("update-cart", cart_id, {"agentId": "a-1"})
    assert (amounts(reply), reply["cart"]["vouchers"][0]["applied"]) == (["9.00"], True)
    other = await shop.cart(PLAN)
    assert (await shop.call("add-voucher", other, {"code": "ONE"}))["error"]["code"] == "voucher-exhausted"


async def test_the_frozen_time_counts_for_dates_of_prices(shop: Shop, running: Running) -> None:
    async def attempt(date: datetime) -> str:
        point = {"offeringId": "dated", "type": "one-time", "currency": "EUR"}
        old = {**point, "id": "old", "amount": "1.00", "validFor": {"endDateTime": format_time(date)}}
        new = {**point, "id": "new", "amount": "2.00", "validFor": {"startDateTime": format_time(date)}}
        await shop.call("upsert-offerings", data={"offerings": [{"id": "dated"}]})
        await shop.call("upsert-prices", data={"prices": [old, new]})
        cart_id = await shop.cart({"offeringId": "dated"})
        await shop.call("freeze-cart", cart_id, {"until": UNTIL})
        return cart_id

    cart_id = await in_time(attempt)
    assert amounts(await shop.call("update-cart", cart_id, {"agentId": "a-1"})) == ["1.00"]
    journal = [each for each in (await running.documents(shop.tenant))["journal"] if each["cartId"] == cart_id]
    assert json.dumps([each["changes"] for each in journal if each["kind"] == "freeze-cart"]) == json.dumps(
        [[{"type": "cart-frozen", "until": UNTIL}]]
    )
