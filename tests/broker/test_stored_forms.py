"""Upgrades, on a real database: what earlier releases stored is read, what later ones stored is refused and kept."""

import asyncio
import os
import sys
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import Result

from storage.mongo.forms import VERSION
from support.cli_runs import runs
from support.jobs import ended, lines_of, raise_price
from support.running import Running
from support.shop import Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
LATER = 2
BY_A_LATER_RELEASE = {"$set": {VERSION: LATER, "stamp": {"run": "later", "group": 1}}}


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


async def worked(shop: Shop) -> tuple[str, str, str]:
    """A cart with a budget, a token and a job behind it: the cart, the id of its last message, the job."""
    rows = [{"code": "HALF", "reductionPercent": "50", "uses": 1}]
    assert (await shop.call("upsert-vouchers", data={"vouchers": rows}))["status"] == "applied"
    cart_id = await shop.cart(PLAN, PHONE)
    message_id = uuid4().hex
    assert (await shop.call("add-voucher", cart_id, {"code": "HALF"}, message_id=message_id))["status"] == "applied"
    assert (await shop.call("validate-cart", cart_id))["type"] != "command-refused"
    await raise_price(shop, "110.00")
    job_id = (await shop.call("start-repricing", data={"mode": "preview", "cartIds": [cart_id]}))["job"]["id"]
    await ended(shop, job_id)
    return cart_id, message_id, job_id


async def test_every_document_says_which_form_it_has(shop: Shop, running: Running) -> None:
    await worked(shop)
    forms = {
        name: {each.get(VERSION) for each in await running.database[name].find().to_list()}
        for name in await running.database.list_collection_names()
    }
    stored = {"budgets", "carts", "catalog", "chunks", "jobs", "journal", "layouts", "runs", "secrets"}
    assert {name: forms.get(name) for name in stored} == {name: {1} for name in stored}
    carts = await running.database["carts"].find({"tenant": shop.tenant}).to_list()
    assert {entry.get(VERSION) for cart in carts for entry in cart["outbox"]} == {1}


async def test_what_was_stored_before_there_were_forms_is_read(shop: Shop, running: Running) -> None:
    cart_id, message_id, job_id = await worked(shop)
    await running.stop()
    for name in await running.database.list_collection_names():
        unset = {"$unset": {VERSION: "", **({"outbox.$[].schema": ""} if name == "carts" else {})}}
        await running.database[name].update_many({}, unset)
    await running.start()
    again = await shop.call("add-voucher", cart_id, {"code": "HALF"}, message_id=message_id)
    assert (again["status"], again["version"]) == ("duplicate", 2)
    reply = await shop.call("update-products", cart_id, quantity(2))
    assert (reply["status"], reply["version"]) == ("applied", 3)
    history = await shop.call("get-history", cart_id)
    assert [each["version"] for each in history["items"]] == [1, 2, 3]
    assert [each["cartId"] for each in await lines_of(shop, job_id)] == [cart_id]
    assert (await audited(shop, running)).exit_code == 0


async def test_a_cart_that_a_later_release_stored_is_refused_and_kept(shop: Shop, running: Running) -> None:
    cart_id, other = await shop.cart(PLAN), await shop.cart(PLAN)
    await running.database["carts"].update_one({"_id": f"{shop.tenant}/{cart_id}"}, BY_A_LATER_RELEASE)
    before = await running.documents(shop.tenant)
    message_id = uuid4().hex
    reply = await shop.call("update-products", cart_id, quantity(2), message_id=message_id)
    assert (error_code(reply), reply["error"]["retryable"]) == ("temporarily-unavailable", True)
    assert reply["error"]["details"] == {"stored": "cart", "form": LATER, "readable": 1}
    assert "a later release has stored a cart in form 2" in reply["error"]["message"]
    assert error_code(await shop.call("get-cart", cart_id)) == "temporarily-unavailable"
    assert error_code(await shop.call("create-cart", cart_id, {"country": "FR", "currency": "EUR"})) == (
        "temporarily-unavailable"
    )
    assert await running.documents(shop.tenant) == before
    assert (await shop.call("update-products", other, quantity(3)))["version"] == 2
    # A worker that can read it takes the same command.
    await running.database["carts"].update_one({"_id": f"{shop.tenant}/{cart_id}"}, {"$set": {VERSION: 1}})
    again = await shop.call("update-products", cart_id, quantity(2), message_id=message_id)
    assert (again["status"], again["version"]) == ("applied", 2)


async def test_a_command_that_nobody_waits_for_is_parked_and_not_lost(shop: Shop, running: Running) -> None:
    cart_id, message_id = await shop.cart(PLAN), uuid4().hex
    await running.database["carts"].update_one({"_id": f"{shop.tenant}/{cart_id}"}, BY_A_LATER_RELEASE)
    await shop.send("update-products", cart_id, quantity(2), message_id=message_id, properties={"reply_to": None})
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["parked-code"] == "temporarily-unavailable"
    assert "later release" in str(parked.headers["parked-reason"])


async def test_a_catalog_that_a_later_release_stored_stops_its_tenant_only(shop: Shop, running: Running) -> None:
    other = await running.shop()
    await running.database["catalog"].update_many({"tenant": shop.tenant}, {"$set": {VERSION: LATER}})
    await running.stop()
    await running.start()
    reply = await shop.call("create-cart", "c-1", {"country": "FR", "currency": "EUR"})
    assert (error_code(reply), reply["error"]["details"]["stored"]) == ("temporarily-unavailable", "catalog revision")
    assert (await other.call("create-cart", "c-1", {"country": "FR", "currency": "EUR"}))["status"] == "applied"


async def test_the_audit_says_that_it_is_too_old(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await running.database["carts"].update_one({"_id": f"{shop.tenant}/{cart_id}"}, BY_A_LATER_RELEASE)
    result = await audited(shop, running)
    assert (result.exit_code, "a later release has stored a cart" in result.output) == (1, True)


async def audited(shop: Shop, running: Running) -> Result:
    return await runs(running.settings, shop.tenant)("audit")


@pytest.fixture
async def late_run(running: Running) -> str:
    """A run of a worker of a later release."""
    await running.stop()
    run = "f" * 32
    await running.database["runs"].insert_one({"_id": run, VERSION: LATER, "closed": False})
    return run


async def test_a_worker_that_is_older_than_its_data_does_not_start(running: Running, late_run: str) -> None:
    settings = running.settings
    servers = {
        "CART_AMQP_URL": settings.amqp_url.get_secret_value(),
        "CART_MONGO_URL": settings.mongo_url.get_secret_value(),
        "CART_DATABASE": settings.database,
        "CART_PREFIX": settings.prefix,
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "run", env=os.environ | servers, stderr=asyncio.subprocess.PIPE
    )
    _, said = await started.communicate()
    await running.database["runs"].delete_one({"_id": late_run})
    await running.start()
    assert started.returncode == 1
    assert said.decode().startswith("cart: the worker is older than its data: a later release has stored a run")
