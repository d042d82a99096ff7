"""Every command with a legal reply address is answered; what can't be answered is parked (guarantees G1 and G8)."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from support.patience import PATIENCE
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
QUANTITY = {"products": [{"id": "i-1", "quantity": 2}]}


async def parked(shop: Shop, message_id: str) -> AbstractIncomingMessage:
    return await shop.wire.parked.take(lambda each: each.message_id == message_id)


async def test_a_reply_says_what_it_answers(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    sent = await shop.send("update-products", cart_id, QUANTITY, message_id="m-1")
    message = await shop.wire.replies.take(lambda each: each.correlation_id == sent)
    assert (message.content_type, message.type, message.message_id) == ("application/json", "cart-updated", "m-1:reply")
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT


async def test_without_a_correlation_id_the_message_id_serves(shop: Shop) -> None:
    await shop.send("get-cart", "c-none", message_id="m-unique", properties={"correlation_id": None})
    assert error_code(await shop.wire.reply("m-unique")) == "cart-not-found"


async def test_direct_reply_to(shop: Shop, running: Running) -> None:
    """RabbitMQ returns a mandatory message to such an address as unroutable, although the caller gets it."""
    cart_id = await shop.cart(PLAN)
    returned = running.unroutable
    queue = await shop.wire.channel.declare_queue("amq.rabbitmq.reply-to", passive=True)
    tag = await queue.consume(shop.wire.replies.put, no_ack=True)
    reply = await shop.call("get-cart", cart_id, properties={"reply_to": "amq.rabbitmq.reply-to"})
    assert (reply["status"], running.unroutable) == ("read", returned)
    await queue.cancel(tag)


@pytest.mark.parametrize(
    "address", ["other", "queue|exchange", "a|b|c", "reply.x|e", "amq.rabbitmq.reply-to|e", "OWN", "amq.gen-1|e"]
)
async def test_a_forbidden_address_gets_the_command_parked(shop: Shop, running: Running, address: str) -> None:
    cart_id = await shop.cart(PLAN)
    own = f"{running.settings.prefix}.commands.0"
    message_id = uuid4().hex
    properties = {"reply_to": own if address == "OWN" else address}
    await shop.send("update-products", cart_id, QUANTITY, message_id=message_id, properties=properties)
    message = await parked(shop, message_id)
    assert message.headers["parked-code"] == "forbidden-reply-to"
    assert message.headers["parked-routing-key"] == f"{shop.tenant}.update-products"
    assert message.headers["cart-id"] == cart_id
    assert message.reply_to is None
    assert json.loads(message.body)["data"] == QUANTITY
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_a_command_without_an_address_is_applied_in_silence(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.send("update-products", cart_id, QUANTITY, properties={"reply_to": None})
    await shop.events(5, cart_id)
    assert (await shop.call("get-cart", cart_id))["version"] == 2


async def test_a_refused_command_without_an_address_is_parked(shop: Shop) -> None:
    message_id = uuid4().hex
    await shop.send("update-products", "c-none", QUANTITY, message_id=message_id, properties={"reply_to": None})
    message = await parked(shop, message_id)
    assert message.headers["parked-code"] == "cart-not-found"
    assert message.headers["parked-reason"] == "There is no cart with this id."


async def test_a_malformed_command_without_an_address_is_parked(shop: Shop) -> None:
    message_id = uuid4().hex
    await shop.wire.publish(f"{shop.tenant}.get-cart", b"{", message_id=message_id, reply_to=None)
    assert (await parked(shop, message_id)).headers["parked-code"] == "malformed"


async def test_a_reply_that_nobody_takes_hurts_nobody(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.send("update-products", cart_id, QUANTITY, properties={"reply_to": f"reply.{uuid4().hex}"})
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 3}]})
    assert (reply["status"], reply["version"]) == ("applied", 3)


def passed(seconds: int) -> str:
    return f"{datetime.now(UTC) - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("kind", ["header", "expiration"])
async def test_after_its_deadline_a_command_does_nothing(shop: Shop, running: Running, kind: str) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    # Sent ten seconds ago for five seconds: the broker counts from when it got it, the worker from when it was sent.
    sent = {"timestamp": datetime.now(UTC) - timedelta(seconds=10), "expiration": 5}
    properties: dict[str, Any] = {"headers": {"deadline": passed(1)}} if kind == "header" else sent
    reply = await shop.call("update-products", cart_id, QUANTITY, properties=properties)
    assert error_code(reply) == "deadline-exceeded"
    assert await running.documents(shop.tenant) == before


async def test_before_its_deadline_a_command_is_applied(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    properties = {"headers": {"deadline": passed(-60)}, "expiration": 60, "timestamp": datetime.now(UTC)}
    assert (await shop.call("update-products", cart_id, QUANTITY, properties=properties))["status"] == "applied"


@pytest.mark.parametrize("time", ["{}.123456789Z", "{}.5+00:00", "{}+00:00", "{}Z"])
async def test_times_as_other_languages_write_them(shop: Shop, time: str) -> None:
    """Go, Java and .NET write up to nine digits of a second, and some an offset of zero."""
    later = time.format((datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S"))
    reply = await shop.call("create-cart", data={"currency": "EUR"}, properties={"headers": {"deadline": later}})
    assert reply["status"] == "applied"
    past = time.format("2020-01-01T00:00:00")
    reply = await shop.call("create-cart", data={"currency": "EUR"}, properties={"headers": {"deadline": past}})
    assert error_code(reply) == "deadline-exceeded"


async def test_a_deadline_may_be_a_timestamp_of_amqp(shop: Shop) -> None:
    """It has whole seconds: what is due in this second is not late before the second is over."""

    async def code_if_due_in(seconds: int) -> tuple[str | None, bool]:
        """Why it was refused, and whether its last second was over before the answer came."""
        due = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
        reply = await shop.call("create-cart", data={"currency": "EUR"}, properties={"headers": {"deadline": due}})
        return (reply.get("error") or {}).get("code"), datetime.now(UTC) >= due + timedelta(seconds=1)

    code, late = await code_if_due_in(0)
    async with asyncio.timeout(PATIENCE):
        while late:  # asked at the second's end, or answered after it by a busy machine: that says nothing
            code, late = await code_if_due_in(0)
    assert code is None
    assert await code_if_due_in(60) == (None, False)
    assert await code_if_due_in(-2) == ("deadline-exceeded", True)


@pytest.mark.parametrize("header", ["cart-id", "lock-owner"])
async def test_a_header_that_is_no_text_is_refused(shop: Shop, header: str) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("get-cart", cart_id, properties={"headers": {header: 42}})
    assert (problems(reply), header in reply["error"]["message"]) == ([("", "invalid")], True)


async def test_a_server_named_reply_queue(shop: Shop, running: Running) -> None:
    queue = await running.wire.channel.declare_queue(exclusive=True)
    assert queue.name.startswith("amq.gen-")
    properties = {"reply_to": queue.name}
    sent = await shop.send("create-cart", data={"currency": "EUR"}, properties=properties)
    async with asyncio.timeout(PATIENCE):
        while (reply := await queue.get(fail=False, no_ack=True)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert reply.correlation_id == sent


async def test_the_validated_user_is_the_actor(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    properties = {"user_id": "guest"}
    reply = await shop.call("update-products", cart_id, QUANTITY, properties=properties)
    assert (reply["cart"]["createdBy"], reply["cart"]["updatedBy"]) == (None, "guest")


@pytest.mark.parametrize(
    "named",
    [
        {"content_type": "application/json; charset=utf-8"},
        {"content_encoding": "UTF-8"},
        {"content_type": "Application/JSON", "content_encoding": "identity"},
        {"content_type": "application/octet-stream", "content_encoding": "binary"},
        {"content_encoding": "8bit"},
        {"content_encoding": "us-ascii"},
        {"content_encoding": "utf8"},
    ],
)
async def test_plain_json_is_taken_however_it_is_named(shop: Shop, named: dict[str, str]) -> None:
    reply = await shop.call("create-cart", data={"currency": "EUR"}, properties=named)
    assert reply["status"] == "applied"


async def test_a_fresh_command_with_a_short_expiration_is_in_time_in_every_part_of_a_second(shop: Shop) -> None:
    """A timestamp has whole seconds; counted from their beginning, half a second would be over for every other one."""
    cart_id = await shop.cart(PLAN)
    statuses = []
    while len(statuses) < 12:
        properties, began = {"expiration": 0.5, "timestamp": datetime.now(UTC)}, monotonic()
        status = (await shop.call("get-cart", cart_id, properties=properties)).get("status")
        if monotonic() < began + 0.4:  # on a busy machine some are rightly too late
            statuses.append(status)
        await asyncio.sleep(0.085)
    assert statuses == ["read"] * 12


@pytest.mark.parametrize(
    ("properties", "word"), [({"message_id": ""}, "message_id"), ({"content_type": "text/plain"}, "application/json")]
)
async def test_a_refusal_of_what_clients_do_by_default_says_what_to_set(
    shop: Shop, properties: dict[str, str], word: str
) -> None:
    refused = await shop.call("create-cart", data={"currency": "EUR"}, properties=properties)
    assert word in refused["error"]["message"]


async def test_the_reason_of_a_parked_command_says_which_reply_addresses_there_are(shop: Shop) -> None:
    message_id = uuid4().hex
    await shop.send("create-cart", data={"currency": "EUR"}, message_id=message_id, properties={"reply_to": message_id})
    reason = str((await parked(shop, message_id)).headers["parked-reason"])
    assert all(form in reason for form in ("amq.rabbitmq.reply-to", "amq.gen-", "'reply.'"))


async def test_an_empty_message_id_is_none(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    empty = {"message_id": ""}
    for _ in range(2):
        refused = await shop.call("update-products", cart_id, QUANTITY, properties=empty)
        assert (error_code(refused), refused["commandId"]) == ("missing-message-id", None)
    await shop.send("update-products", cart_id, QUANTITY, properties={**empty, "reply_to": None, "headers": {"n": "1"}})
    read = await shop.call("get-cart", cart_id, properties=empty)
    assert (read["status"], read["commandId"]) == ("read", None)
    assert await running.documents(shop.tenant) == before
    parked = await shop.wire.parked.take(lambda each: not each.message_id and each.headers["cart-id"] == cart_id)
    assert parked.headers["parked-code"] == "missing-message-id"


@pytest.mark.parametrize("key", ["", ".", ".create-cart", "create-cart", "TENANT", "TENANT."])
async def test_an_empty_routing_key_names_no_tenant(shop: Shop, running: Running, key: str) -> None:
    body = json.dumps({"type": "create-cart", "cartId": "c-nobody", "data": {"currency": "EUR"}}).encode()
    before = await running.documents(shop.tenant)
    routing_key = key.replace("TENANT", shop.tenant)
    reply = await shop.wire.ask(routing_key, body, message_id=uuid4().hex)
    assert (error_code(reply), problems(reply)) == ("invalid", [("", "invalid")])
    assert reply["error"]["message"] == "The routing key must be <tenant>.<command-type>."
    message_id = uuid4().hex
    await shop.wire.publish(routing_key, body, message_id=message_id, reply_to=None)
    message = await parked(shop, message_id)
    assert (message.headers["parked-code"], message.headers["parked-routing-key"]) == ("invalid", routing_key)
    assert await running.documents(shop.tenant) == before
    assert await running.database["carts"].find_one({"cartId": "c-nobody"}) is None


@pytest.mark.parametrize("body", [b"", b" ", b"\n", b"\0"])
@pytest.mark.parametrize("kind", ["empty-cart", "update-cart", "upsert-taxes", "get-cart"])
async def test_an_empty_body_leaves_nothing_behind(shop: Shop, running: Running, kind: str, body: bytes) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    properties: dict[str, Any] = {"message_id": uuid4().hex, "headers": {"cart-id": cart_id}}
    for _ in range(2):
        assert error_code(await shop.wire.ask(f"{shop.tenant}.{kind}", body, **properties)) == "malformed"
    await shop.wire.publish(f"{shop.tenant}.{kind}", body, **properties, reply_to=None)
    message = await parked(shop, properties["message_id"])
    assert (message.headers["parked-code"], message.body) == ("malformed", body)
    assert await running.documents(shop.tenant) == before
    assert [await running.database["journal"].count_documents({"commandId": each}) for each in ("", None)] == [0, 0]
    assert (await shop.call("update-products", cart_id, QUANTITY))["version"] == 2


async def test_every_reply_has_headers(shop: Shop) -> None:
    """What a gateway needs to answer without reading the body."""

    async def headers(kind: str, cart_id: str | None, data: Any, **envelope: Any) -> dict[str, Any]:
        sent = await shop.send(kind, cart_id, data, **envelope)
        return dict((await shop.wire.replies.take(lambda each: each.correlation_id == sent)).headers)

    created = await headers("create-cart", "c-h", {"currency": "EUR"}, message_id="m-h")
    assert created == {"http-status": 201, "cart-id": "c-h", "cart-version": 1, "status": "applied"}
    again = await headers("create-cart", "c-h", {"currency": "EUR"}, message_id="m-h")
    assert again == {**created, "status": "duplicate"}
    item = {"items": [{"offeringId": "phone"}]}
    about = {"cart-id": "c-h", "cart-version": 2}
    assert await headers("add-items", "c-h", item, dryRun=True) == {"http-status": 200, **about, "status": "dry-run"}
    assert await headers("add-items", "c-h", item) == {"http-status": 200, **about, "status": "applied"}
    assert await headers("reprice-cart", "c-h", {}) == {"http-status": 200, **about, "status": "unchanged"}
    assert await headers("get-history", "c-h", {}) == {"http-status": 200, **about, "status": "read"}
    assert await headers("find-carts", None, {}) == {"http-status": 200, "status": "read"}
    offerings = {"offerings": [{"id": "some"}]}
    assert await headers("upsert-offerings", None, offerings) == {"http-status": 200, "status": "applied"}
    assert await headers("add-items", "c-h", item, version=1) == {"http-status": 409, "cart-id": "c-h"}
    assert await headers("get-cart", "c-none", {}) == {"http-status": 404, "cart-id": "c-none"}
    assert await headers("no-such", "c-h", {}) == {"http-status": 400, "cart-id": "c-h"}
