"""Vouchers and capped promotions from queue to reply: what they take off, and that there are never too many of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop, error_code, problems

HALF = {"code": "HALF", "name": "Welcome Voucher", "reductionPercent": "50", "uses": 1}
PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """One with vouchers: a single use at 50 %, any number at 5.00 off, 10 % on every payment, and one of the past."""
    vouchers = [
        HALF,
        {"code": "FIVER", "reductionAmount": "5.00", "currency": "EUR", "uses": None},
        {"code": "EVERY", "reductionPercent": "10", "everyRecurringPayment": True, "uses": 100},
        {"code": "PAST", "reductionPercent": "10", "validFor": {"endDateTime": "2020-01-01T00:00:00Z"}},
        {"code": "YEN", "reductionAmount": "500", "currency": "JPY", "uses": None},
    ]
    reply = await shop.call("upsert-vouchers", data={"vouchers": vouchers})
    assert reply["type"] == "catalog-updated", reply
    return shop


async def holders(running: Running, shop: Shop, budget: str) -> dict[str, bool]:
    """The carts that hold a budget, and whether their holds are beyond doubt."""
    found = await running.database["budgets"].find({"_id.tenant": shop.tenant, "_id.id": budget}).to_list()
    return {each["cart"]: each["since"] is None for document in found for each in document["holders"]}


def voucher(reply: dict[str, Any], index: int = 0) -> dict[str, Any]:
    return reply["cart"]["vouchers"][index]


async def test_half_of_three_fifty_is_one_seventy_five(shop: Shop) -> None:
    film = {"id": "film", "taxCategory": None}
    price = {"id": "pp-film", "offeringId": "film", "type": "one-time", "currency": "EUR", "amount": "3.50"}
    await shop.call("upsert-offerings", data={"offerings": [film]})
    await shop.call("upsert-prices", data={"prices": [price]})
    cart_id = await shop.cart({"id": "i-1", "offeringId": "film"})
    reply = await shop.call("add-voucher", cart_id, {"code": "HALF"})
    assert (reply["status"], reply["version"]) == ("applied", 2)
    assert reply["changes"] == [{"type": "voucher-added", "code": "HALF"}]
    assert reply["cart"]["dueNow"]["payable"] == "1.75"
    assert voucher(reply) == {
        "code": "HALF",
        "name": "Welcome Voucher",
        "reductionPercent": "50",
        "reductionAmount": None,
        "everyRecurringPayment": False,
        "applied": True,
        "reason": None,
        "discounts": [{"type": "one-time", "period": None, "amount": "1.75"}],
    }
    [change] = [each for each in reply["priceChanges"] if each["scope"] == "cart"]
    assert (change["direction"], change["after"]["gross"]) == ("decrease", "1.75")


async def test_an_alteration_says_where_it_comes_from_and_for_how_long(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("add-voucher", cart_id, {"code": "EVERY"})
    reply = await shop.call("add-voucher", cart_id, {"code": "HALF"})
    plan, phone = (item["prices"][0] for item in reply["cart"]["items"])
    assert plan["alterations"] == [
        {"source": "voucher", "id": "EVERY", "amount": "-1.00", "type": "percent"},
        {"source": "voucher", "id": "HALF", "amount": "-4.50", "type": "percent", "periods": 1},
    ]
    assert phone["alterations"] == [
        {"source": "voucher", "id": "EVERY", "amount": "-10.00", "type": "percent"},
        {"source": "voucher", "id": "HALF", "amount": "-45.00", "type": "percent"},
    ]


async def test_an_amount_is_taken_off_once_and_its_parts_sum(shop: Shop) -> None:
    items = [{"id": f"i-{number}", "offeringId": "case", "characteristics": {"color": "red"}} for number in range(3)]
    cart_id = await shop.cart(*items)
    reply = await shop.call("add-voucher", cart_id, {"code": "FIVER"})
    amounts = [item["prices"][0]["alterations"][0]["amount"] for item in reply["cart"]["items"]]
    assert amounts == ["-1.67", "-1.67", "-1.66"]
    assert reply["cart"]["totals"][0]["discount"] == "5.00"


async def test_a_voucher_never_takes_off_more_than_there_is(shop: Shop) -> None:
    cart_id = await shop.cart()
    reply = await shop.call("add-voucher", cart_id, {"code": "FIVER"})
    assert (voucher(reply)["applied"], voucher(reply)["reason"]) == (False, "nothing-to-reduce")
    reply = await shop.call(
        "upsert-prices",
        data={
            "prices": [{"id": "pp-case", "offeringId": "case", "type": "one-time", "currency": "EUR", "amount": "2.00"}]
        },
    )
    reply = await shop.call(
        "add-items", cart_id, {"items": [{"id": "i-1", "offeringId": "case", "characteristics": {"color": "red"}}]}
    )
    assert (reply["cart"]["dueNow"]["gross"], voucher(reply)["applied"]) == ("0.00", True)


@pytest.mark.parametrize(
    ("code", "error", "problem"),
    [
        ("half", "voucher-unknown", "voucher-unknown"),
        ("НALF", "voucher-unknown", "voucher-unknown"),
        ("PAST", "voucher-unknown", "not-valid-now"),
        ("YEN", "invalid", "other-currency"),
        ("", "invalid", "too-short"),
    ],
)
async def test_codes_that_are_refused(shop: Shop, code: str, error: str, problem: str) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("add-voucher", cart_id, {"code": code})
    assert (error_code(reply), problems(reply)) == (error, [("/data/code", problem)])


async def test_what_the_catalog_refuses(shop: Shop) -> None:
    amount = {"code": "A", "reductionAmount": "1.00"}
    refused = [
        {"code": "A"},
        {**amount, "reductionPercent": "1"},
        amount,
        {**amount, "currency": "JPY"},
        {**amount, "currency": "EUR", "reductionAmount": "0.00"},
        {"code": "A", "reductionPercent": "101"},
        {**HALF, "uses": 0},
    ]
    for row in refused:
        assert error_code(await shop.call("upsert-vouchers", data={"vouchers": [row]})) == "invalid", row
    twice = await shop.call("upsert-vouchers", data={"vouchers": [HALF, HALF]})
    assert problems(twice) == [("/data/vouchers/1/code", "duplicate-id")]


async def test_the_last_one_is_taken_and_given_back(shop: Shop, running: Running) -> None:
    first, second = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("add-voucher", first, {"code": "HALF"})
    assert await holders(running, shop, "HALF") == {first: True}
    refused = await shop.call("add-voucher", second, {"code": "HALF"})
    assert (error_code(refused), problems(refused)) == ("voucher-exhausted", [("/data/code", "voucher-exhausted")])
    removed = await shop.call("remove-voucher", first, {"code": "HALF"})
    assert (removed["cart"]["vouchers"], removed["cart"]["dueNow"]["payable"]) == ([], "10.00")
    assert await holders(running, shop, "HALF") == {}
    assert (await shop.call("add-voucher", second, {"code": "HALF"}))["status"] == "applied"


async def test_a_deleted_cart_gives_its_vouchers_back(shop: Shop, running: Running) -> None:
    first, second = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("add-voucher", first, {"code": "HALF"})
    await shop.call("delete-cart", first)
    assert await holders(running, shop, "HALF") == {}
    assert (await shop.call("add-voucher", second, {"code": "HALF"}))["status"] == "applied"


async def test_what_an_order_used_up_stays_used_when_its_cart_is_deleted(shop: Shop, running: Running) -> None:
    ordered, second = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("add-voucher", ordered, {"code": "HALF"})
    where = {"tenant": shop.tenant, "cartId": ordered}
    await running.stop()
    await running.database["carts"].update_one(where, {"$set": {"status": "submitted"}})
    await running.start()
    assert (await shop.call("delete-cart", ordered))["status"] == "applied"
    assert await holders(running, shop, "HALF") == {ordered: True}
    assert error_code(await shop.call("add-voucher", second, {"code": "HALF"})) == "voucher-exhausted"


async def test_an_emptied_cart_keeps_its_voucher(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("add-voucher", cart_id, {"code": "HALF"})
    emptied = await shop.call("empty-cart", cart_id)
    assert (voucher(emptied)["applied"], voucher(emptied)["reason"]) == (False, "nothing-to-reduce")
    assert await holders(running, shop, "HALF") == {cart_id: True}
    filled = await shop.call("add-items", cart_id, {"items": [PLAN]})
    assert filled["cart"]["dueNow"]["payable"] == "5.00"


async def test_a_dry_run_holds_nothing_and_tells_the_truth(shop: Shop, running: Running) -> None:
    first, second = await shop.cart(PLAN), await shop.cart(PLAN)
    dry = await shop.call("add-voucher", first, {"code": "HALF"}, dryRun=True)
    assert await running.database["budgets"].count_documents({"tenant": shop.tenant}) == 0
    real = await shop.call("add-voucher", first, {"code": "HALF"})
    for name in ("version", "changes", "priceChanges"):
        assert dry[name] == real[name]
    assert (dry["status"], dry["cart"]["vouchers"]) == ("dry-run", real["cart"]["vouchers"])
    assert error_code(await shop.call("add-voucher", second, {"code": "HALF"}, dryRun=True)) == "voucher-exhausted"


async def test_again_is_unchanged_and_the_same_message_a_duplicate(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("add-voucher", cart_id, {"code": "HALF"}, message_id="m-1")
    again = await shop.call("add-voucher", cart_id, {"code": "HALF"}, message_id="m-1")
    other = await shop.call("add-voucher", cart_id, {"code": "HALF"})
    assert (again, other["status"]) == ({**first, "status": "duplicate"}, "unchanged")
    assert await holders(running, shop, "HALF") == {cart_id: True}


async def test_removing_what_is_not_held_is_refused(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("remove-voucher", cart_id, {"code": "HALF"})
    assert problems(reply) == [("/data/code", "voucher-unknown")]


async def test_of_many_carts_at_once_one_gets_the_last(shop: Shop, running: Running) -> None:
    carts = await asyncio.gather(*(shop.cart(PLAN) for _ in range(12)))
    replies = await asyncio.gather(*(shop.call("add-voucher", each, {"code": "HALF"}) for each in carts))
    winners = [cart for cart, reply in zip(carts, replies, strict=True) if reply["type"] == "cart-updated"]
    assert len(winners) == 1
    assert {error_code(each) for each in replies if each["type"] != "cart-updated"} == {"voucher-exhausted"}
    assert await holders(running, shop, "HALF") == {winners[0]: True}


async def test_added_and_removed_at_the_same_moment_leaves_nothing(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    sent = [await shop.send(kind, cart_id, {"code": "HALF"}) for kind in ("add-voucher", "remove-voucher") * 3]
    replies = [await shop.wire.reply(each) for each in sent]
    assert [each["version"] for each in replies] == [2, 3, 4, 5, 6, 7]
    assert await holders(running, shop, "HALF") == {}


async def test_a_simulation_redeems_and_leaves_no_trace(shop: Shop, running: Running) -> None:
    data = {"country": "FR", "currency": "EUR", "items": [PLAN], "vouchers": ["HALF", {"code": "NONE"}]}
    reply = await shop.call("simulate-price", data=data)
    assert [each["reason"] for each in reply["cart"]["vouchers"]] == [None, "unknown"]
    assert reply["cart"]["dueNow"]["payable"] == "5.00"
    own = {**data, "vouchers": ["OWN"], "facts": {"vouchers": [{"code": "OWN", "reductionPercent": "10"}]}}
    assert (await shop.call("simulate-price", data=own))["cart"]["dueNow"]["payable"] == "9.00"
    await shop.call("add-voucher", await shop.cart(PLAN), {"code": "HALF"})
    assert voucher(await shop.call("simulate-price", data=data))["reason"] == "exhausted"


async def test_a_voucher_that_runs_out_of_its_time_is_free_again(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("add-voucher", cart_id, {"code": "HALF"})
    over = {**HALF, "validFor": {"endDateTime": "2021-01-01T00:00:00Z"}}
    await shop.call("upsert-vouchers", data={"vouchers": [over]})
    reply = await shop.call("reprice-cart", cart_id)
    assert (voucher(reply)["reason"], reply["cart"]["dueNow"]["payable"]) == ("expired", "10.00")
    assert await holders(running, shop, "HALF") == {}


async def test_the_ledger_leads_to_what_is_payable(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("add-voucher", cart_id, {"code": "FIVER"})
    await shop.call("apply-adjustment", cart_id, {"kind": "gift-card", "amount": "20.00", "currency": "EUR"})
    reply = await shop.call("reprice-cart", cart_id, explain=True, dryRun=True)
    due = reply["explanation"]["dueNow"]["lines"]
    assert due[-1]["after"] == reply["cart"]["dueNow"]["payable"]
    steps = [line["step"] for line in reply["explanation"]["items"][0]["lines"]]
    assert steps == ["list-price", "voucher", "tax"]


def promotion(**caps: int) -> dict[str, Any]:
    return {"id": "ten", "caps": caps, "benefits": [{"kind": "percent", "value": "10"}]}


async def test_a_promotion_capped_in_total(shop: Shop, running: Running) -> None:
    await shop.call("upsert-promotions", data={"promotions": [promotion(total=2)]})
    carts = await asyncio.gather(*(shop.cart(PLAN) for _ in range(6)))
    shown = [(await shop.call("get-cart", each))["cart"]["dueNow"]["payable"] for each in carts]
    assert sorted(shown) == ["10.00"] * 4 + ["9.00"] * 2
    lucky = carts[shown.index("9.00")]
    assert (await holders(running, shop, "ten"))[lucky] is True
    await shop.call("empty-cart", lucky)
    unlucky = carts[shown.index("10.00")]
    assert (await shop.call("reprice-cart", unlucky))["cart"]["dueNow"]["payable"] == "9.00"


async def test_a_promotion_capped_per_customer(shop: Shop) -> None:
    await shop.call("upsert-promotions", data={"promotions": [promotion(perCustomer=1)]})
    one, other = {"customer": {"id": "u-1"}}, {"customer": {"id": "u-2"}}

    async def payable(**header: Any) -> str:
        return (await shop.call("get-cart", await shop.cart(PLAN, **header)))["cart"]["dueNow"]["payable"]

    assert [await payable(**header) for header in (one, one, other, {})] == ["9.00", "10.00", "9.00", "10.00"]
    preview = {"country": "FR", "currency": "EUR", "items": [PLAN], **one}
    reply = await shop.call("simulate-price", data=preview, explain=True)
    assert reply["explanation"]["promotions"][0]["reason"] == "exhausted"


async def test_a_cart_is_explained_as_it_was_priced_whatever_is_left_by_now(shop: Shop) -> None:
    await shop.call("upsert-promotions", data={"promotions": [promotion(total=1)]})
    lucky, unlucky = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("delete-cart", lucky)
    reply = await shop.call("get-cart", unlucky, explain=True)
    assert reply["explanation"]["dueNow"]["lines"][-1]["after"] == reply["cart"]["dueNow"]["payable"] == "10.00"
    assert reply["explanation"]["promotions"][0]["reason"] == "exhausted"


@pytest.fixture(scope="module")
async def hasty(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that sweeps at once."""
    async with running_worker(amqp_url, mongo_url, sweep_interval=0.1, sweep_grace=5.0) as running:
        yield running


async def test_holds_that_were_left_in_doubt_are_settled_by_what_carts_say(hasty: Running) -> None:
    shop = await hasty.shop()
    await shop.call("upsert-vouchers", data={"vouchers": [{**HALF, "uses": 2}]})
    cart_id = await shop.cart(PLAN)
    await shop.call("add-voucher", cart_id, {"code": "HALF"})
    since = await shop_time(hasty) - timedelta(seconds=5)
    doubt = {"holders.$[].token": "t-gone", "holders.$[].since": since}
    ghost = {"cart": "c-ghost", "token": "t-gone", "since": since}
    budgets = hasty.database["budgets"]
    await budgets.update_one({"tenant": shop.tenant}, {"$set": doubt})
    await budgets.update_one({"tenant": shop.tenant}, {"$push": {"holders": ghost}})
    async with asyncio.timeout(PATIENCE):
        while await holders(hasty, shop, "HALF") != {cart_id: True}:  # noqa: ASYNC110 (the database tells nobody)
            await asyncio.sleep(0.05)


async def shop_time(running: Running) -> Any:
    return (await running.database.client.admin.command("hello"))["localTime"]


async def test_a_customer_who_comes_later_has_no_more_than_others(shop: Shop) -> None:
    await shop.call("upsert-promotions", data={"promotions": [promotion(perCustomer=1)]})
    await shop.cart(PLAN, customer={"id": "u-1"})
    later = await shop.cart(PLAN)
    known = await shop.call("update-cart", later, {"customer": {"id": "u-1"}})
    assert (known["cart"]["promotions"], known["cart"]["dueNow"]["payable"]) == ([], "10.00")
    asked = await shop.call("apply-promotion", later, {"promotionId": "ten"})
    assert asked["error"]["details"] == {"promotionId": "ten", "reason": "exhausted"}
    other = await shop.call("update-cart", later, {"customer": {"id": "u-2"}})
    assert other["cart"]["dueNow"]["payable"] == "9.00"


async def test_a_promotion_capped_per_cart_takes_the_dearest_lines(shop: Shop) -> None:
    row = {**promotion(perCart=1), "level": "item"}
    await shop.call("upsert-promotions", data={"promotions": [row]})
    cart = (await shop.call("get-cart", await shop.cart(PLAN, PHONE)))["cart"]
    assert [[each["id"] for each in item["prices"][0]["alterations"]] for item in cart["items"]] == [[], ["ten"]]
