"""Applied once per tenant and message id, whatever is delivered again (guarantee G2)."""

import asyncio
import hashlib
import json
from typing import Any

import pytest

from support.running import Running
from support.shop import OFFERINGS, Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}


PLAIN = '{"type":"update-products","cartId":"CART","data":{"products":[{"id":"i-1","quantity":2}]}}'
OTHER_BYTES = [
    '{"data":{"products":[{"quantity":2,"id":"i-1"}]},"cartId":"CART","type":"update-products"}',
    PLAIN.replace(":", " :\n ").replace(",", " , "),
    PLAIN.replace('"i-1"', '"\\u0069-1"'),
    PLAIN[:-1] + ',"dryRun":false,"onConflict":"reject","explain":false,"schemaVersion":1}',
    PLAIN[:-1] + ',"version":null,"reason":null}',
]


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


async def test_the_first_outcome_is_told_again(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    again = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    assert again == {**first, "status": "duplicate"}


async def test_a_late_duplicate_tells_the_first_outcome_not_the_current_cart(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    await shop.call("update-products", cart_id, quantity(9))
    again = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    told = ("version", "changes", "priceChanges", "cartId", "type")
    assert {name: again[name] for name in told} == {name: first[name] for name in told}
    assert again["status"] == "duplicate"
    assert (await shop.call("get-cart", cart_id))["version"] == 3


async def test_a_late_duplicate_has_the_warnings_of_the_first_time(shop: Shop) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "phone"})
    await shop.call("apply-adjustment", cart_id, {"kind": "gift-card", "amount": "1.00", "currency": "EUR"})
    first = await shop.call("update-cart", cart_id, {"forcedCurrency": "JPY"}, message_id="m-1")
    assert [each["code"] for each in first["warnings"]] == ["adjustment-currency"]
    await shop.call("update-products", cart_id, quantity(9))
    again = await shop.call("update-cart", cart_id, {"forcedCurrency": "JPY"}, message_id="m-1")
    assert ("cart" in again, again["warnings"]) == (False, first["warnings"])


async def test_another_body_under_the_same_id_is_refused(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    reply = await shop.call("update-products", cart_id, quantity(3), message_id="m-1")
    assert error_code(reply) == "idempotency-mismatch"


@pytest.mark.parametrize("again", OTHER_BYTES)
async def test_the_same_json_in_other_bytes_is_the_same_command(shop: Shop, again: str) -> None:
    cart_id = await shop.cart(PLAN)
    properties: dict[str, Any] = {"message_id": "m-1", "headers": {"cart-id": cart_id}}
    bodies = [text.replace("CART", cart_id).encode() for text in (PLAIN, again)]
    first, second = [await shop.wire.ask(f"{shop.tenant}.update-products", each, **properties) for each in bodies]
    assert bodies[0] != bodies[1]
    assert (first["status"], second) == ("applied", {**first, "status": "duplicate"})


@pytest.mark.parametrize("spelt", ["2.0", "2e0", '"2"'])
async def test_a_number_spelt_otherwise_is_no_copy(shop: Shop, spelt: str) -> None:
    """No field takes a fraction; so it is refused before anybody asks whether it came before."""
    cart_id = await shop.cart(PLAN)
    bodies = [PLAIN.replace("CART", cart_id).replace("2}", f"{number}}}").encode() for number in ("2", spelt)]
    first, second = [
        await shop.wire.ask(f"{shop.tenant}.update-products", each, message_id="m-1", headers={"cart-id": cart_id})
        for each in bodies
    ]
    assert (first["status"], error_code(second)) == ("applied", "invalid")


async def test_what_was_remembered_by_its_bytes_is_still_a_duplicate(shop: Shop, running: Running) -> None:
    """Earlier builds hashed the bytes."""
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    await running.documents(shop.tenant)
    body = json.dumps({"type": "update-products", "data": quantity(2), "cartId": cart_id}).encode()
    former = {"$set": {"bodyHash": hashlib.blake2b(body, digest_size=16).digest()}, "$unset": {"token": ""}}
    changed = await running.database["journal"].update_one({"tenant": shop.tenant, "commandId": "m-1"}, former)
    await running.stop()
    await running.database["carts"].update_one({"tenant": shop.tenant, "cartId": cart_id}, {"$set": {"outbox": []}})
    await running.start()
    again = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    other = await shop.call("update-products", cart_id, quantity(3), message_id="m-1")
    assert (changed.modified_count, again) == (1, {**first, "status": "duplicate"})
    assert error_code(other) == "idempotency-mismatch"


async def test_the_same_id_for_another_cart_is_refused(shop: Shop) -> None:
    first, second = await shop.cart(PLAN), await shop.cart(PLAN)
    await shop.call("update-products", first, quantity(2), message_id="m-1")
    reply = await shop.call("update-products", second, quantity(2), message_id="m-1")
    assert error_code(reply) == "idempotency-mismatch"


async def test_an_unchanged_outcome_is_remembered(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, quantity(1), message_id="m-1")
    await shop.call("update-products", cart_id, quantity(5))
    again = await shop.call("update-products", cart_id, quantity(1), message_id="m-1")
    assert (first["status"], again["status"], again["version"]) == ("unchanged", "duplicate", 1)
    assert (await shop.call("get-cart", cart_id))["cart"]["items"][0]["quantity"] == 5


def plan_called(name: str) -> dict[str, Any]:
    return {"offerings": [{"id": "plan", "name": name}]}


async def test_a_catalog_command_that_changed_nothing_is_remembered(shop: Shop, running: Running) -> None:
    await shop.call("upsert-offerings", data=plan_called("one"), message_id="m-0")
    first = await shop.call("upsert-offerings", data=plan_called("one"), message_id="m-1")
    await shop.call("upsert-offerings", data=plan_called("two"), message_id="m-2")
    await running.stop()
    await running.start()
    again = await shop.call("upsert-offerings", data=plan_called("one"), message_id="m-1")
    other = await shop.call("upsert-offerings", data=plan_called("three"), message_id="m-1")
    assert (first["status"], again) == ("unchanged", {**first, "status": "duplicate"})
    assert error_code(other) == "idempotency-mismatch"
    now = await shop.call("upsert-offerings", data=plan_called("two"))
    assert (now["status"], now["catalogRevision"]) == ("unchanged", first["catalogRevision"] + 1)


async def test_a_catalog_command_refused_or_run_dry_leaves_no_trace(shop: Shop, running: Running) -> None:
    before = await running.documents(shop.tenant)
    stale = await shop.call("upsert-offerings", data=plan_called("one"), message_id="m-1", version=0)
    for data in ({"offerings": OFFERINGS}, plan_called("one")):
        dry = await shop.call("upsert-offerings", data=data, message_id="m-1", dryRun=True)
        assert dry["status"] == "dry-run"
    assert (error_code(stale), await running.documents(shop.tenant)) == ("stale-version", before)
    assert (await shop.call("upsert-offerings", data=plan_called("one"), message_id="m-1"))["status"] == "applied"


async def test_a_refusal_is_not_remembered(shop: Shop) -> None:
    cart_id = await shop.cart()
    refused = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    await shop.call("add-items", cart_id, {"items": [PLAN]})
    accepted = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    assert (error_code(refused), accepted["status"]) == ("item-not-found", "applied")


async def test_tenants_have_message_ids_of_their_own(shop: Shop, running: Running) -> None:
    other = await running.shop()
    for each in (shop, other):
        reply = await each.call("create-cart", "c-1", {"country": "FR", "currency": "EUR"}, message_id="m-1")
        assert (reply["status"], reply["cart"]["tenant"]) == ("applied", each.tenant)


async def test_duplicates_at_the_same_moment_are_applied_once(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    sent = [await shop.send("update-products", cart_id, quantity(2), message_id="m-1") for _ in range(5)]
    replies = await asyncio.gather(*map(shop.wire.reply, sent))
    assert sorted(each["status"] for each in replies) == ["applied"] + ["duplicate"] * 4
    assert {each["version"] for each in replies} == {2}


async def test_a_deleted_cart_still_answers_its_commands(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    await shop.call("delete-cart", cart_id)
    again = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    assert (again["status"], again["version"]) == ("duplicate", 2)


async def test_the_next_worker_remembers(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    await running.stop()
    await running.start()
    again = await shop.call("update-products", cart_id, quantity(2), message_id="m-1")
    unheard = await shop.call("update-products", cart_id, quantity(3), message_id="m-2")
    assert again == {**first, "status": "duplicate"}
    assert (unheard["status"], unheard["version"]) == ("applied", 3)
