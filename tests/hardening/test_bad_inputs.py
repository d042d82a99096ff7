"""Bad inputs over a real broker: each is answered or parked, nothing is written, and the next message is served."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aiormq.exceptions import ChannelPreconditionFailed

from support.rows import ACCEPTED, CART, PARKED, ROWS, Row, fields
from support.running import Running
from support.shop import Shop, error_code

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    """The one shop of all rows, with the cart that they are about."""
    shop = await running.shop()
    await shop.call("create-cart", CART, {"country": "FR", "currency": "EUR", "items": [PLAN, PHONE]})
    await shop.call("update-products", CART, {"products": [{"id": "i-1", "quantity": 2}]})
    return shop


async def send(shop: Shop, row: Row) -> tuple[str, str]:
    """Send a row; return its correlation and message ids. A good write runs dry, so that the cart stays as it is."""
    body = row.body
    if row.expected == ACCEPTED:
        body = json.dumps({**json.loads(body), "dryRun": True}).encode()
    properties = {"message_id": uuid4().hex, **row.properties}
    return await shop.wire.publish(f"{shop.tenant}.{row.kind}", body, **properties), properties["message_id"]


async def outcome(shop: Shop, row: Row, correlation_id: str, message_id: str) -> str:
    """What became of a row, in the terms of its expectation."""
    if row.expected.startswith(PARKED):
        message = await shop.wire.parked.take(lambda each: each.message_id == message_id)
        return f"{PARKED}{message.headers['parked-code']}"
    reply = await shop.wire.reply(correlation_id)
    return error_code(reply) if reply["type"] == "command-refused" else ACCEPTED


@pytest.mark.parametrize("row", ROWS, ids=str)
async def test_a_bad_input_is_answered_and_the_next_is_served(shop: Shop, running: Running, row: Row) -> None:
    before = await running.documents(shop.tenant)
    sent = await send(shop, row)
    after = await shop.call("get-cart", CART)
    assert (after["status"], after["version"]) == ("read", 2)
    assert await outcome(shop, row, *sent) == row.expected
    assert await running.documents(shop.tenant) == before


async def test_all_at_once_among_good_commands_and_all_are_acknowledged(shop: Shop, running: Running) -> None:
    before = await running.documents(shop.tenant)
    sent, good = [], []
    for row in ROWS:
        sent.append(await send(shop, row))
        good.append(await shop.send("get-cart", CART))
    replies = await asyncio.gather(*map(shop.wire.reply, good))
    assert {reply["status"] for reply in replies} == {"read"}
    found = [await outcome(shop, row, *each) for row, each in zip(ROWS, sent, strict=True)]
    assert found == [row.expected for row in ROWS]
    assert await running.documents(shop.tenant) == before
    await running.stop()
    assert await running.wire.depth("commands.0") == 0  # what was not acknowledged would be back
    await running.start()


async def test_14_a_forged_user_is_the_brokers_to_refuse(shop: Shop, running: Running, amqp_url: str) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(f"{running.settings.prefix}.commands")
        message = aio_pika.Message(json.dumps(fields()).encode(), user_id="root", message_id="m-forged")
        with pytest.raises(ChannelPreconditionFailed):
            await exchange.publish(message, f"{shop.tenant}.update-products")
    assert (await shop.call("get-cart", CART))["version"] == 2


@pytest.mark.parametrize("kind", ["add-items", "create-cart"])
async def test_47_an_amount_over_the_cap_is_refused(shop: Shop, kind: str) -> None:
    point = {"id": "pp-dear", "offeringId": "dear", "type": "one-time", "currency": "EUR", "amount": "9" * 34}
    await shop.call("upsert-offerings", data={"offerings": [{"id": "dear"}]})
    await shop.call("upsert-prices", data={"prices": [point]})
    items: dict[str, Any] = {"items": [{"offeringId": "dear", "quantity": 1_000_000}]}
    data = items if kind == "add-items" else {"currency": "EUR", **items}
    reply = await shop.call(kind, CART if kind == "add-items" else "c-dear", data)
    assert error_code(reply) in {"invalid", "cart-too-large"}


async def test_38_minus_zero_is_zero(running: Running) -> None:
    shop = await running.shop()
    point = {"id": "pp-free", "offeringId": "free", "type": "one-time", "currency": "EUR", "amount": "-0"}
    await shop.call("upsert-offerings", data={"offerings": [{"id": "free"}]})
    await shop.call("upsert-prices", data={"prices": [point]})
    cart = (await shop.call("get-cart", await shop.cart({"id": "i-1", "offeringId": "free"})))["cart"]
    assert cart["items"][0]["prices"][0]["gross"] == "0.00"
    assert cart["dueNow"]["payable"] == "0.00"


async def test_83_the_same_message_id_of_another_tenant_is_another_command(shop: Shop, running: Running) -> None:
    other = await running.shop()
    for each in (shop, other):
        reply = await each.call("create-cart", "c-83", {"currency": "EUR"}, message_id="m-83")
        assert reply["status"] == "applied"


async def test_82_the_same_message_id_with_another_body(shop: Shop) -> None:
    await shop.call("create-cart", "c-82", {"currency": "EUR"}, message_id="m-82")
    reply = await shop.call("create-cart", "c-82", {"currency": "USD"}, message_id="m-82")
    assert error_code(reply) == "idempotency-mismatch"


async def test_87_composed_and_decomposed_letters_are_one(shop: Shop) -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    first = await shop.call("create-cart", "c-87", {"currency": "EUR", "externalContext": composed}, reason=decomposed)
    same = await shop.call("update-cart", "c-87", {"externalContext": decomposed})
    assert first["cart"]["lastUpdateReason"] == composed
    assert (same["status"], same["version"]) == ("unchanged", 1)


async def test_70_another_tenants_cart_looks_like_none(shop: Shop, running: Running) -> None:
    other = await running.shop()
    theirs = await other.call("get-cart", CART)
    nobodys = await other.call("get-cart", "c-none")
    assert theirs["error"] == nobodys["error"]
    assert (theirs.keys(), theirs["error"]["code"]) == (nobodys.keys(), "cart-not-found")
