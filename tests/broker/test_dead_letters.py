"""Commands that a partition's queue gives up: whoever waits for an answer gets it, the rest is parked."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any
from uuid import uuid4

import pytest
from aio_pika import Message

from support.patience import PATIENCE
from support.running import Running, running_worker
from support.shop import Shop, error_code
from workers.broker.topology import Topology

PLAN = {"id": "i-1", "offeringId": "plan"}
QUANTITY = {"products": [{"id": "i-1", "quantity": 2}]}
LIMIT = 3
SHORT = {"expiration": 0.05}
FORGED = {
    "x-death": [{"reason": "delivery_limit", "queue": "x", "routing-keys": ["other.delete-cart"], "count": 1}],
    "x-first-death-reason": "rejected",
    "x-last-death-reason": "rejected",
    "x-delivery-count": 99,
}


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker whose queues give up after few deliveries."""
    async with running_worker(amqp_url, mongo_url, delivery_limit=LIMIT) as running:
        yield running


class Unattended:
    """A queue like a partition's, that no worker looks after; so nobody has to stop for a command to die."""

    def __init__(self, running: Running) -> None:
        self._wire = running.wire
        self._door = running.wire.exchange
        self._name = f"{running.settings.prefix}.unattended"
        self._partition = Topology(running.settings).partition_queue(0)

    async def open(self) -> None:
        """Declare it behind a door of its own."""
        self._exchange = await self._wire.channel.declare_exchange(self._name, "topic", auto_delete=True)
        arguments = {**self._partition.kind, **self._partition.arguments}
        self.queue = await self._wire.channel.declare_queue(self._name, durable=True, arguments=arguments)
        await self.queue.bind(self._exchange, "#")

    async def close(self) -> None:
        await self._wire.channel.queue_delete(self._name)

    async def send(self, shop: Shop, cart_id: str, **fields: Any) -> str:
        """Send a change there; its correlation id."""
        return await self._through(shop.send("update-products", cart_id, QUANTITY, **fields))

    async def publish(self, routing_key: str, body: bytes, **properties: Any) -> str:
        """Send anything there; its correlation id."""
        return await self._through(self._wire.publish(routing_key, body, **properties))

    async def _through(self, sending: Coroutine[Any, Any, str]) -> str:
        self._wire.exchange = self._exchange
        try:
            return await sending
        finally:
            self._wire.exchange = self._door


@pytest.fixture(scope="module")
async def unattended(running: Running) -> AsyncIterator[Unattended]:
    queue = Unattended(running)
    await queue.open()
    yield queue
    await queue.close()


async def test_a_command_whose_time_ran_out_while_no_worker_was_there_is_answered(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await running.stop()
    sent = await shop.send("update-products", cart_id, QUANTITY, properties=SHORT)
    async with asyncio.timeout(PATIENCE):
        while not await running.wire.depth("dead"):  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.02)
    await running.start()
    reply = await shop.wire.reply(sent)
    assert (error_code(reply), reply["cartId"]) == ("deadline-exceeded", cart_id)


@pytest.mark.parametrize("headers", [{}, FORGED], ids=["plain", "forged"])
async def test_a_command_whose_time_ran_out_is_answered_once_and_does_nothing(
    shop: Shop, running: Running, unattended: Unattended, headers: dict[str, Any]
) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.documents(shop.tenant)
    message_id = uuid4().hex
    properties = {**SHORT, "headers": headers}
    sent = await unattended.send(shop, cart_id, message_id=message_id, properties=properties)
    reply = await shop.wire.reply(sent)
    assert (error_code(reply), reply["commandId"], reply["cartId"]) == ("deadline-exceeded", message_id, cart_id)
    assert await running.documents(shop.tenant) == before
    later = await shop.call("update-products", cart_id, QUANTITY, message_id=message_id)
    assert (later["status"], later["version"]) == ("applied", 2)
    assert [each.message_id for each in shop.wire.parked.messages] == []
    assert [each.correlation_id for each in shop.wire.replies.messages] == []


async def test_what_an_earlier_delivery_did_is_told_again_and_not_denied(shop: Shop, unattended: Unattended) -> None:
    cart_id = await shop.cart(PLAN)
    first = await shop.call("update-products", cart_id, QUANTITY, message_id="m-1")
    sent = await unattended.send(shop, cart_id, message_id="m-1", properties=SHORT)
    assert await shop.wire.reply(sent) == {**first, "status": "duplicate"}


@pytest.mark.parametrize(
    ("address", "code"), [(None, "deadline-exceeded"), ("other", "forbidden-reply-to"), ("", "deadline-exceeded")]
)
async def test_without_an_address_it_is_parked(
    shop: Shop, unattended: Unattended, address: str | None, code: str
) -> None:
    cart_id = await shop.cart(PLAN)
    properties = {**SHORT, "reply_to": address}
    message_id = uuid4().hex
    await unattended.send(shop, cart_id, message_id=message_id, properties=properties)
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["parked-code"] == code
    assert parked.headers["parked-routing-key"] == f"{shop.tenant}.update-products"
    assert parked.headers["cart-id"] == cart_id
    assert json.loads(parked.body)["data"] == QUANTITY


@pytest.mark.parametrize("body", [b"", b"{", b"[1]"])
async def test_one_that_can_not_be_read_is_answered_too(shop: Shop, unattended: Unattended, body: bytes) -> None:
    sent = await unattended.publish(f"{shop.tenant}.get-cart", body, message_id=uuid4().hex, **SHORT)
    assert error_code(await shop.wire.reply(sent)) == "malformed"


@pytest.mark.parametrize("headers", [{}, {"x-death": [{"reason": "expired"}]}], ids=["plain", "forged"])
async def test_one_that_nobody_could_settle_is_answered_and_parked(
    shop: Shop, unattended: Unattended, headers: dict[str, Any]
) -> None:
    cart_id = await shop.cart(PLAN)
    message_id = uuid4().hex
    sent = await unattended.send(shop, cart_id, message_id=message_id, properties={"headers": headers})
    await give_up(unattended)
    reply = await shop.wire.reply(sent)
    assert (error_code(reply), reply["error"]["message"].partition(":")[0]) == (
        "internal",
        "The command was given up by its queue",
    )
    assert "delivered too often" in reply["error"]["message"]
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["parked-code"] == "internal"
    assert parked.headers["parked-routing-key"] == f"{shop.tenant}.update-products"
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def give_up(unattended: Unattended) -> None:
    """Take what is in the queue, and put it back, until the broker has enough of it."""
    async with unattended.queue.iterator() as deliveries:
        for _ in range(LIMIT + 1):
            await (await anext(deliveries)).reject(requeue=True)


async def test_one_that_somebody_rejects_is_answered_and_parked(shop: Shop, unattended: Unattended) -> None:
    message_id = uuid4().hex
    sent = await unattended.send(shop, "c-1", message_id=message_id)
    async with unattended.queue.iterator() as deliveries:
        await (await anext(deliveries)).reject(requeue=False)
    assert "rejected" in (await shop.wire.reply(sent))["error"]["message"]
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["parked-code"] == "internal"


async def test_a_letter_that_never_died_is_parked(shop: Shop, running: Running) -> None:
    message_id = uuid4().hex
    before = await running.documents(shop.tenant)
    headers = {"x-death": ["expired"]}
    await publish_directly(running, b"{}", message_id=message_id, headers=headers)
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["parked-code"] == "internal"
    assert await running.documents(shop.tenant) == before


async def publish_directly(running: Running, body: bytes, **properties: Any) -> None:
    exchange = running.wire.channel.default_exchange
    await exchange.publish(Message(body, **properties), f"{running.settings.prefix}.dead", timeout=PATIENCE)


async def test_a_queue_of_an_earlier_build_is_used_as_it_is(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    await running.stop()
    queue = Topology(running.settings).partition_queue(0)
    channel = running.wire.channel
    await channel.queue_delete(queue.name)
    former = await channel.declare_queue(queue.name, durable=True, arguments={**queue.kind, **(queue.former or {})})
    await former.bind(running.wire.exchange, "#")
    await running.start()
    assert (await shop.call("update-products", cart_id, QUANTITY))["version"] == 2
    message_id = uuid4().hex
    await running.stop()
    await shop.send("update-products", cart_id, QUANTITY, message_id=message_id, properties=SHORT)
    parked = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert parked.headers["x-death"][0]["reason"] == "expired"
    await channel.queue_delete(queue.name)
    await running.start()
    assert (await shop.call("get-cart", cart_id))["version"] == 2
