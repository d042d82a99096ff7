import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from cartwright import (
    CallTimeout,
    CartClient,
    ClientClosed,
    MissingTopology,
    RefusedError,
    StaleVersion,
    Unreachable,
    UnreadableMessage,
    Unroutable,
)
from cartwright.commands import AddItems, CreateCart, NewItem, Tax, UpsertTaxes
from cartwright.wire.cart_view import CartView
from cartwright.wire.events import CartUpdatedEvent
from cartwright.wire.examples import example_of
from support.patience import PATIENCE, until

TAXES = UpsertTaxes(taxes=[Tax(id="t", country="FR", category="standard", rate="20")])
Answer = Callable[[dict[str, Any]], dict[str, Any] | None]


def updated(command: dict[str, Any], **fields: Any) -> dict[str, Any]:
    named = {"cartId": command.get("cartId", "c-new"), "version": 1, "cart": example_of(CartView)}
    return {"type": "cart-updated", "status": "applied", **named, **fields}


class FakeWorker:
    """A consumer of all commands that answers as it is told, and remembers what came."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.received: list[AbstractIncomingMessage] = []
        self.answer: Answer = updated
        self._arrived = asyncio.Condition()

    async def start(self, url: str) -> None:
        self.connection = await aio_pika.connect(url)
        self.channel = await self.connection.channel()
        commands = await self.channel.declare_exchange(f"{self.prefix}.commands", "topic", durable=True)
        self.events = await self.channel.declare_exchange(f"{self.prefix}.events", "topic", durable=True)
        queue = await self.channel.declare_queue(f"{self.prefix}.commands.0", exclusive=True)
        for kind in ("*.create-cart", "*.get-cart", "*.add-items", "*.upsert-taxes"):
            await queue.bind(commands, kind)
        await queue.consume(self._work, no_ack=True)

    async def _work(self, message: AbstractIncomingMessage) -> None:
        async with self._arrived:
            self.received.append(message)
            self._arrived.notify_all()
        reply = self.answer(json.loads(message.body))
        if reply is not None and message.reply_to is not None:
            body = json.dumps({"commandId": message.message_id, **reply}).encode()
            answer = aio_pika.Message(body, correlation_id=message.correlation_id)
            await self.channel.default_exchange.publish(answer, message.reply_to, mandatory=False)

    async def has_received(self, count: int) -> None:
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)

    async def publish(self, kind: str, message_id: str, tenant: str = "acme", **fields: Any) -> None:
        body = json.dumps({"type": kind, "cartId": "c-1", "version": 1, **fields}).encode()
        await self.events.publish(aio_pika.Message(body, message_id=message_id), f"{tenant}.{kind}")

    async def stop(self) -> None:
        for exchange in ("commands", "events"):
            await self.channel.exchange_delete(f"{self.prefix}.{exchange}")
        await self.connection.close()


@pytest.fixture
async def worker(amqp_url: str, prefix: str) -> AsyncIterator[FakeWorker]:
    fake = FakeWorker(prefix)
    await fake.start(amqp_url)
    yield fake
    await fake.stop()


@pytest.fixture
async def client(amqp_url: str, worker: FakeWorker) -> AsyncIterator[CartClient]:
    async with CartClient(amqp_url, tenant="acme", prefix=worker.prefix, timeout=PATIENCE) as opened:
        yield opened


async def test_a_command_carries_what_the_contract_demands(client: CartClient, worker: FakeWorker) -> None:
    before = datetime.now(UTC)
    options: dict[str, Any] = {"version": 3, "dry_run": True, "reason": "why not", "message_id": "m-1", "timeout": 5}
    await client.add_items(
        "c-1", AddItems(items=[NewItem(offering_id="o-1")]), headers={"source-channel": "web"}, **options
    )

    message = worker.received[0]
    assert json.loads(message.body) == {
        "type": "add-items",
        "cartId": "c-1",
        "version": 3,
        "dryRun": True,
        "reason": "why not",
        "data": {"items": [{"offeringId": "o-1"}]},
    }
    assert message.routing_key == "acme.add-items"
    assert (message.message_id, message.content_type) == ("m-1", "application/json")
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (message.headers["cart-id"], message.headers["source-channel"]) == ("c-1", "web")
    deadline = datetime.fromisoformat(str(message.headers["deadline"]))
    assert 4 < (deadline - before).total_seconds() < 6


async def test_a_command_about_no_cart_is_routed_by_its_message_id(client: CartClient, worker: FakeWorker) -> None:
    await client.create_cart(CreateCart(currency="EUR"))
    message = worker.received[0]
    assert message.headers["cart-id"] == message.message_id
    assert "cartId" not in json.loads(message.body)


async def test_a_reply_is_typed(client: CartClient, worker: FakeWorker) -> None:
    amounts = {"before": {"net": "1", "tax": "0", "gross": "1"}, "after": {"net": "2.50", "tax": "0", "gross": "2.50"}}
    moved = {"scope": "item", "itemId": "i-1", "priceType": "one-time", "period": None, "direction": "increase"}
    worker.answer = lambda command: updated(
        command,
        changes=[{"type": "quantity-changed", "itemId": "i-1", "from": 1, "to": 2}],
        priceChanges=[{**moved, **amounts, "currency": "EUR", "because": ["quantity-changed"]}],
        somethingNew={"a": 1},
    )
    reply = await client.call("get-cart", cart_id="c-1")
    assert (reply.type, reply.status, reply.cart_id, reply.version) == ("cart-updated", "applied", "c-1", 1)
    assert (reply.changes[0].before, reply.changes[0].after) == (1, 2)
    assert reply.price_changes[0].after.net == Decimal("2.50")
    assert reply.model_extra == {"somethingNew": {"a": 1}}


async def test_catalog_replies_name_the_revision(client: CartClient, worker: FakeWorker) -> None:
    worker.answer = lambda _: {"type": "catalog-updated", "status": "applied", "catalogRevision": 4}
    assert (await client.upsert_taxes(TAXES)).catalog_revision == 4


async def test_a_refusal_is_an_exception_of_its_code(client: CartClient, worker: FakeWorker) -> None:
    problem = {"path": "/version", "code": "stale-version", "message": "old"}
    details = {"currentVersion": 9}
    error = {"code": "stale-version", "message": "old", "retryable": True, "details": details, "problems": [problem]}
    worker.answer = lambda _: {"type": "command-refused", "error": error}
    with pytest.raises(StaleVersion) as refused:
        await client.get_cart("c-1")
    assert (refused.value.current_version, refused.value.retryable) == (9, True)
    assert refused.value.problems[0].path == "/version"

    worker.answer = lambda _: {"type": "command-refused", "error": {**error, "code": "brand-new"}}
    with pytest.raises(RefusedError) as unknown:
        await client.get_cart("c-1")
    assert (type(unknown.value), unknown.value.code) == (RefusedError, "brand-new")


async def test_many_calls_at_once_get_each_their_own_reply(client: CartClient, worker: FakeWorker) -> None:
    replies = await asyncio.gather(*(client.get_cart(f"c-{number}") for number in range(300)))
    assert [reply.cart_id for reply in replies] == [f"c-{number}" for number in range(300)]


async def test_equal_message_ids_in_flight_are_told_apart(client: CartClient, worker: FakeWorker) -> None:
    replies = await asyncio.gather(*(client.get_cart(f"c-{number}", message_id="m") for number in range(3)))
    assert [reply.cart_id for reply in replies] == ["c-0", "c-1", "c-2"]


async def test_no_answer_in_time(client: CartClient, worker: FakeWorker) -> None:
    worker.answer = lambda _: None
    with pytest.raises(CallTimeout) as timeout:
        await client.get_cart("c-1", timeout=0.2, message_id="m-7")
    assert timeout.value.message_id == "m-7"


async def test_a_reply_after_the_timeout_disturbs_nobody(client: CartClient, worker: FakeWorker) -> None:
    worker.answer = lambda _: None
    with pytest.raises(CallTimeout):
        await client.get_cart("c-1", timeout=0.2)
    await until(lambda: bool(worker.received))
    late = worker.received[0]
    worker.answer = updated
    await worker._work(late)
    assert (await client.get_cart("c-2")).cart_id == "c-2"


async def test_what_no_queue_wants_is_an_error_at_once(client: CartClient) -> None:
    with pytest.raises(Unroutable):
        await client.call("unheard-of", cart_id="c-1")
    with pytest.raises(Unroutable):
        await client.send("unheard-of", cart_id="c-1")
    assert (await client.get_cart("c-1")).status == "applied"


async def test_send_waits_for_no_reply(client: CartClient, worker: FakeWorker) -> None:
    message_id = await client.send("add-items", {"items": []}, cart_id="c-1")
    await worker.has_received(1)
    assert worker.received[0].message_id == message_id
    assert worker.received[0].reply_to is None
    assert "deadline" not in worker.received[0].headers


async def test_an_unreadable_reply_is_an_error(client: CartClient, worker: FakeWorker) -> None:
    worker.answer = lambda _: {"type": "cart-updated", "status": "perhaps"}
    with pytest.raises(UnreadableMessage):
        await client.get_cart("c-1")


async def test_nobody_there(amqp_url: str, prefix: str, unused_tcp_port: int) -> None:
    with pytest.raises(Unreachable):
        await CartClient(f"amqp://guest:guest@127.0.0.1:{unused_tcp_port}/").open()
    with pytest.raises(MissingTopology):
        await CartClient(amqp_url, prefix=prefix).open()


async def test_a_closed_client_says_so(amqp_url: str, worker: FakeWorker) -> None:
    client = CartClient(amqp_url, prefix=worker.prefix)
    with pytest.raises(ClientClosed):
        await client.get_cart("c-1")
    await client.open()
    worker.answer = lambda _: None
    under_way = asyncio.create_task(client.get_cart("c-1"))
    await worker.has_received(1)
    await client.close()
    with pytest.raises(ClientClosed):
        await under_way


async def test_calls_outlive_their_connection(proxy: Any, worker: FakeWorker) -> None:
    worker.answer = lambda _: None
    async with CartClient(proxy.url, tenant="acme", prefix=worker.prefix, timeout=PATIENCE) as client:
        calls = [asyncio.create_task(client.get_cart(f"c-{number}")) for number in range(20)]
        await worker.has_received(20)
        worker.answer = updated
        proxy.cut()
        replies = await asyncio.gather(*calls)
    assert [reply.cart_id for reply in replies] == [f"c-{number}" for number in range(20)]
    first, again = worker.received[:20], worker.received[20:]
    assert {(m.message_id, m.body) for m in first} == {(m.message_id, m.body) for m in again}


async def test_a_call_waits_for_the_broker_to_come_back(proxy: Any, worker: FakeWorker) -> None:
    async with CartClient(proxy.url, tenant="acme", prefix=worker.prefix, timeout=PATIENCE) as client:
        proxy.refusing = True
        proxy.cut()
        call = asyncio.create_task(client.get_cart("c-1"))
        with pytest.raises(CallTimeout):
            await client.get_cart("c-2", timeout=0.3)
        proxy.refusing = False
        assert (await call).cart_id == "c-1"


async def test_events_are_typed_and_come_once(client: CartClient, worker: FakeWorker) -> None:
    async with client.events("cart-updated") as events:
        await worker.publish("price-changed", "p-1")
        await worker.publish("cart-updated", "other", tenant="someone-else")
        await worker.publish("cart-updated", "e-1", changes=[{"type": "item-added", "itemId": "i-1"}])
        await worker.publish("cart-updated", "e-1")
        await worker.publish("cart-updated", "e-2", version=2)
        first, second = await anext(events), await anext(events)
    assert isinstance(first, CartUpdatedEvent)
    assert isinstance(second, CartUpdatedEvent)
    assert (first.version, first.changes[0].item_id, second.version) == (1, "i-1", 2)


async def test_without_types_every_event_comes(client: CartClient, worker: FakeWorker) -> None:
    async with client.events() as events:
        await worker.publish("cart-updated", "e-1")
        await worker.publish("brand-new", "e-2")
        assert [(await anext(events)).type for _ in range(2)] == ["cart-updated", "brand-new"]


async def test_an_event_that_is_none_is_reported_once(client: CartClient, worker: FakeWorker) -> None:
    async with client.events("cart-updated") as events:
        await worker.publish("cart-updated", "e-1", version="one")
        await worker.publish("cart-updated", "e-2")
        with pytest.raises(UnreadableMessage):
            await anext(events)
        assert (await anext(events)).type == "cart-updated"


async def test_a_named_queue_keeps_events_and_only_forgets_what_was_taken(
    amqp_url: str, client: CartClient, worker: FakeWorker
) -> None:
    queue = f"{worker.prefix}.listener"
    async with client.events("cart-updated", queue=queue):
        pass
    for version in (1, 2, 3):
        await worker.publish("cart-updated", f"e-{version}", version=version)
    async with client.events("cart-updated", queue=queue) as events:
        assert [(await anext(events)).version for _ in range(2)] == [1, 2]  # the second is never acknowledged
    async with client.events("cart-updated", queue=queue) as events:
        assert [(await anext(events)).version for _ in range(2)] == [2, 3]
    await worker.channel.queue_delete(queue)


async def test_events_go_on_after_a_reconnect(proxy: Any, worker: FakeWorker) -> None:
    queue = f"{worker.prefix}.listener"
    async with (
        CartClient(proxy.url, tenant="acme", prefix=worker.prefix, timeout=PATIENCE) as client,
        client.events("cart-updated", queue=queue) as events,
    ):
        await worker.publish("cart-updated", "e-1")
        await anext(events)
        proxy.cut()
        await worker.publish("cart-updated", "e-2", version=2)
        assert (await asyncio.wait_for(anext(events), 10)).version == 2  # e-1 came again, and was dropped
    await worker.channel.queue_delete(queue)


async def test_events_go_on_after_their_queue_was_deleted(client: CartClient, worker: FakeWorker) -> None:
    """The broker cancels the consumer and leaves the channel open."""
    queue = f"{worker.prefix}.listener"
    async with client.events("cart-updated", queue=queue) as events:
        await worker.publish("cart-updated", "e-1")
        await anext(events)
        waiting = asyncio.ensure_future(anext(events))
        await worker.channel.queue_delete(queue)
        async with asyncio.timeout(PATIENCE):
            while not waiting.done():
                await worker.publish("cart-updated", "e-2", version=2)
                await asyncio.wait([waiting], timeout=0.1)
        assert (await waiting).version == 2
    await worker.channel.queue_delete(queue)


async def test_a_silent_broker_holds_nobody_beyond_the_timeout(proxy: Any, worker: FakeWorker) -> None:
    async with asyncio.timeout(PATIENCE):
        async with CartClient(proxy.url, tenant="acme", prefix=worker.prefix) as client:
            proxy.answering.clear()
            with pytest.raises(CallTimeout):
                await client.get_cart("c-1", timeout=0.3)
            with pytest.raises(CallTimeout):
                await client.send("get-cart", cart_id="c-1", timeout=0.3)


async def test_a_broker_that_hangs_up_is_unreachable_whenever_it_does(proxy: Any, worker: FakeWorker) -> None:
    """Between any two words of the handshake, and before the first: a client tries again after that error only."""
    hung_up = 0
    for proxy.passed in range(0, 10_000, 24):
        client = CartClient(proxy.url, tenant="acme", prefix=worker.prefix)
        try:
            await client.open()
        except Unreachable:
            hung_up += 1
        else:
            await client.close()
            break
    assert hung_up > 20


async def test_closing_ends_the_events(amqp_url: str, worker: FakeWorker) -> None:
    client = CartClient(amqp_url, tenant="acme", prefix=worker.prefix)
    await client.open()
    events = client.events()
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.2)
    await client.close()
    with pytest.raises(ClientClosed):
        await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("url", ["nonsense", "http://localhost/", "amqp://guest:wrong@{place}/"])
async def test_an_address_that_leads_nowhere(amqp_url: str, url: str) -> None:
    place = amqp_url.partition("@")[2].rstrip("/")
    with pytest.raises(Unreachable):
        await CartClient(url.format(place=place)).open()
