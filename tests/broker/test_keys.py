"""`uniqueId`, `salesJourneyId` and `externalId` belong to one cart that is neither deleted, expired nor submitted."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from support.running import Running, running_worker
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
HEADER = {"country": "FR", "currency": "EUR"}
NAMES = ["uniqueId", "salesJourneyId", "externalId"]

Reply = dict[str, Any]


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that keeps no copies of carts."""
    async with running_worker(amqp_url, mongo_url, cached_lines=0, partitions=2) as running:
        yield running


async def mark(running: Running, shop: Shop, cart_id: str, status: str) -> None:
    """Give the stored cart a status, as the command that does so stores it."""
    update = {"$set": {"status": status}, "$unset": {"liveKeys": ""}}
    await running.database["carts"].update_one({"tenant": shop.tenant, "cartId": cart_id}, update)


async def found(shop: Shop, name: str, value: str) -> str:
    return (await shop.call("get-cart", data={"key": {"name": name, "value": value}}))["cartId"]


@pytest.mark.parametrize("name", NAMES)
async def test_another_cart_with_it_is_key_taken(shop: Shop, running: Running, name: str) -> None:
    await shop.cart(keys={name: "k-1"}, customer={"id": "u-1"})
    other = await shop.cart(customer={"id": "u-2"})
    before = await running.documents(shop.tenant)
    for envelope in ({"dryRun": True}, {}):
        created = await shop.call("create-cart", "c-new", {**HEADER, "keys": {name: "k-1"}}, **envelope)
        updated = await shop.call("update-cart", other, {"keys": {"a": "b", name: "k-1"}}, **envelope)
        for refused in (created, updated):
            assert (error_code(refused), problems(refused)) == ("key-taken", [(f"/data/keys/{name}", "key-taken")])
            assert refused["error"]["details"] == {"keys": {name: "k-1"}}
    assert await running.documents(shop.tenant) == before


async def test_all_taken_keys_are_named_in_one_pass(shop: Shop) -> None:
    await shop.cart(keys={"uniqueId": "k-1"})
    await shop.cart(keys={"externalId": "k-2"})
    keys = {"uniqueId": "k-1", "externalId": "k-2", "salesJourneyId": "k-3"}
    refused = await shop.call("create-cart", "c-new", {**HEADER, "keys": keys})
    assert problems(refused) == [("/data/keys/externalId", "key-taken"), ("/data/keys/uniqueId", "key-taken")]


async def test_a_cart_is_saved_under_a_unique_id_of_its_own(shop: Shop) -> None:
    await shop.cart(keys={"uniqueId": "k-1"})
    cart_id = await shop.cart()
    for envelope in ({"dryRun": True}, {}):
        refused = await shop.call("save-cart", cart_id, {"uniqueId": "k-1"}, **envelope)
        assert (error_code(refused), problems(refused)) == ("key-taken", [("/data/uniqueId", "key-taken")])
    assert (await shop.call("save-cart", cart_id, {"uniqueId": "k-2"}))["status"] == "applied"


@pytest.mark.parametrize("status", ["submitted", "expired"])
async def test_a_cart_that_is_not_open_lets_go_of_its_keys_and_can_not_have_them_back(
    shop: Shop, running: Running, status: str
) -> None:
    first = await shop.cart(keys={"externalId": "k-1"})
    await mark(running, shop, first, status)
    second = await shop.cart(keys={"externalId": "k-1"})
    for envelope in ({"dryRun": True}, {}):
        refused = await shop.call("reopen-cart", first, **envelope)
        assert (error_code(refused), problems(refused)) == ("key-taken", [("/data", "key-taken")])
    await shop.call("update-cart", second, {"keys": {}})
    assert (await shop.call("reopen-cart", first))["status"] == "applied"
    assert error_code(await shop.call("update-cart", second, {"keys": {"externalId": "k-1"}})) == "key-taken"


async def test_a_deleted_cart_lets_go_of_its_keys(shop: Shop) -> None:
    first = await shop.cart(keys={"externalId": "k-1"})
    await shop.call("delete-cart", first)
    second = await shop.cart(keys={"externalId": "k-1"})
    assert await found(shop, "externalId", "k-1") == second


async def test_a_look_up_prefers_the_live_cart(shop: Shop, running: Running) -> None:
    live = await shop.cart(keys={"externalId": "k-1"})
    await mark(running, shop, live, "submitted")
    submitted = await shop.cart(keys={"externalId": "k-1"})
    await mark(running, shop, submitted, "submitted")
    assert await found(shop, "externalId", "k-1") == submitted
    await shop.call("reopen-cart", live)
    await mark(running, shop, submitted, "submitted")
    assert await found(shop, "externalId", "k-1") == live


async def test_other_keys_belong_to_many_carts_and_answer_the_newest(shop: Shop) -> None:
    carts = [await shop.cart(keys={"subscriptionId": "s-1"}) for _ in range(3)]
    assert (await shop.call("update-cart", carts[0], {"locale": "fr-FR"}))["status"] == "applied"
    assert await found(shop, "subscriptionId", "s-1") == carts[-1]


@pytest.mark.parametrize("name", ["storeId", "subscriptionId"])
async def test_what_the_header_says_is_a_key_too(shop: Shop, name: str) -> None:
    [of_header, of_keys] = [await shop.cart(**{name: "k-1"}), await shop.cart(**{name: "k-1"}, keys={name: "k-2"})]
    assert (await found(shop, name, "k-1"), await found(shop, name, "k-2")) == (of_header, of_keys)
    where = {"where": f'keys.{name} = "k-1"', "fields": ["id"]}
    assert (await shop.call("find-carts", data=where))["items"] == [{"id": of_header}]
    listed = await shop.call("distinct-values", data={"field": f"keys.{name}"})
    assert listed["items"] == ["k-1", "k-2"]
    await shop.call("update-cart", of_header, {name: None})
    missing = await shop.call("get-cart", data={"key": {"name": name, "value": "k-1"}})
    assert error_code(missing) == "cart-not-found"


async def test_a_cart_keeps_its_own_keys_whatever_happens_to_it(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, keys={"externalId": "k-1", "uniqueId": "k-2"})
    quantity = {"products": [{"id": "i-1", "quantity": 2}]}
    assert (await shop.call("update-products", cart_id, quantity))["status"] == "applied"
    assert (await shop.call("update-cart", cart_id, {"keys": {"externalId": "k-1"}}))["status"] == "applied"
    assert (await shop.call("save-cart", cart_id))["status"] == "applied"


async def test_tenants_do_not_share_keys(shop: Shop, running: Running) -> None:
    await shop.cart(keys={"externalId": "k-1"})
    other = await running.shop()
    assert await other.cart(keys={"externalId": "k-1"})


async def test_of_carts_that_claim_a_key_at_once_one_gets_it(shop: Shop, running: Running) -> None:
    async with running.rival():
        for _ in range(10):
            key = uuid4().hex
            data = {**HEADER, "keys": {"externalId": key}}
            sent = [await shop.send("create-cart", f"c-{uuid4().hex[:8]}", data) for _ in range(8)]
            replies = await asyncio.gather(*(shop.wire.reply(each) for each in sent))
            refused = [each for each in replies if each["type"] == "command-refused"]
            assert {error_code(each) for each in refused} == {"key-taken"}
            assert len(refused) == 7
            [winner] = [each["cartId"] for each in replies if each not in refused]
            assert await found(shop, "externalId", key) == winner


async def test_carts_from_before_keys_belonged_to_anybody(shop: Shop, running: Running) -> None:
    """They have their keys, are found by them, and go on working where two have the same one."""
    first, second = await shop.cart(PLAN, keys={"externalId": "k-1"}), await shop.cart(PLAN)
    older = {"$unset": {"liveKeys": ""}}
    same = {"lookup": ["externalId=k-1"], "header.keys": {"externalId": "k-1"}}
    await running.database["carts"].update_one({"tenant": shop.tenant, "cartId": first}, older)
    await running.database["carts"].update_one({"tenant": shop.tenant, "cartId": second}, {"$set": same})
    assert await found(shop, "externalId", "k-1") in {first, second}
    refused = await shop.call("create-cart", "c-new", {**HEADER, "keys": {"externalId": "k-1"}})
    assert error_code(refused) == "key-taken"
    for number in (2, 3):
        for cart_id in (first, second):
            changed = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": number}]})
            assert (changed["status"], changed["cart"]["keys"]) == ("applied", {"externalId": "k-1"})


async def test_a_key_is_assigned_once_and_made_if_it_is_not_given(shop: Shop) -> None:
    cart_id = await shop.cart(keys={"other": "x"})
    dry = await shop.call("assign-key", cart_id, {"name": "externalId"}, dryRun=True)
    made = await shop.call("assign-key", cart_id, {"name": "externalId"})
    assert dry["cart"]["keys"] == made["cart"]["keys"]
    assert re.fullmatch(r"\d\d-\d{14}", made["cart"]["keys"].pop("externalId"))
    assert made["cart"]["keys"] == {"other": "x"}
    assert (await shop.call("assign-key", cart_id, {"name": "externalId", "value": "y"}))["status"] == "unchanged"
    given = await shop.call("assign-key", cart_id, {"name": "third", "value": "z"})
    assert (given["version"], given["cart"]["keys"]["third"]) == (3, "z")
    await shop.cart(keys={"uniqueId": (taken := uuid4().hex)})
    refused = await shop.call("assign-key", cart_id, {"name": "uniqueId", "value": taken})
    assert error_code(refused) == "key-taken"
