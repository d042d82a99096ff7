"""The parking queue from an operator's side: nothing is lost or out of order, whatever the operator does."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import pytest

from cartwright import CartClient, NotReplayable, Parking, ParkingBusy, Replay, Unreachable, Wanted
from cartwright.client import parking as visits
from cartwright.client.parked import UNKNOWN, grouped
from cartwright.wire.refused import CommandRefused
from support.patience import PATIENCE
from support.proxy import Proxy
from support.running import Running, running_worker
from support.shop import Shop
from workers.broker.topology import Topology

PLAN = {"id": "i-1", "offeringId": "plan"}
QUANTITY = {"products": [{"id": "i-1", "quantity": 2}]}


PAGE = Path(__file__).parents[2] / "docs" / "parking.md"


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker whose parking queue nobody empties."""
    async with running_worker(amqp_url, mongo_url, heartbeat_interval=0.2, watch_parking=False) as running:
        yield running


@pytest.fixture
async def client(running: Running, shop: Shop) -> AsyncIterator[CartClient]:
    url = running.settings.amqp_url.get_secret_value()
    async with CartClient(url, tenant=shop.tenant, prefix=running.settings.prefix) as client:
        yield client


async def park(shop: Shop, running: Running, *carts: str, **fields: Any) -> list[str]:
    """Have a change to each of these carts parked, one after the other; their message ids."""
    before = await running.wire.depth("parking")
    ids = [uuid4().hex for _ in carts]
    for number, (message_id, cart_id) in enumerate(zip(ids, carts, strict=True), start=1):
        given = {"properties": {"reply_to": None}, **fields}
        await shop.send("update-products", cart_id, QUANTITY, message_id=message_id, **given)
        # Commands of different carts are in no order.
        await parked(running, before + number)
    return ids


async def parked(running: Running, messages: int) -> None:
    """Wait until so many messages are in the parking queue."""
    async with asyncio.timeout(PATIENCE):
        while await running.wire.depth("parking") != messages:  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.02)


async def ids(client: CartClient, **wanted: Any) -> list[str | None]:
    async with client.parking(Wanted(**wanted) if wanted else None) as parking:
        assert parking.missing == 0
        return [each.message_id for each in parking.messages]


async def test_what_is_parked_is_told_in_one_form(shop: Shop, running: Running, client: CartClient) -> None:
    [first] = await park(shop, running, "c-1")
    await shop.wire.publish(f"{shop.tenant}.add-items", b"\xff\x00", message_id="m-2", reply_to="orders")
    async with asyncio.timeout(PATIENCE):
        while len(await ids(client)) < 2:  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.02)
    async with client.parking() as parking:
        one, two = parking.messages
    assert (one.message_id, one.code, one.tenant, one.command, one.cart_id) == (
        first,
        "cart-not-found",
        shop.tenant,
        "update-products",
        "c-1",
    )
    assert (one.parked_by, one.reason, one.reply_to) == ("worker", "There is no cart with this id.", None)
    assert one.parked_at is not None
    assert json.loads(one.body)["data"] == QUANTITY
    assert (two.code, two.reply_to, two.body, two.size) == ("forbidden-reply-to", "orders", b"\xff\x00", 2)
    assert [(each.code, each.messages) for each in grouped([one, two, one])] == [
        ("cart-not-found", 2),
        ("forbidden-reply-to", 1),
    ]


async def test_a_look_changes_neither_the_queue_nor_its_order(shop: Shop, running: Running, client: CartClient) -> None:
    sent = await park(shop, running, "c-1", "c-2", "c-3")
    for _ in range(30):
        assert await ids(client) == sent
    async with client.parking(Wanted(tenant=shop.tenant, limit=2), bodies=False) as parking:
        assert [(each.message_id, each.body, each.size > 0) for each in parking.messages] == [
            (sent[0], b"", True),
            (sent[1], b"", True),
        ]
        later = await park_during(shop, running)
    assert await ids(client) == [*sent, later]


async def park_during(shop: Shop, running: Running) -> str:
    """Park one while somebody holds the others."""
    [later] = await park(shop, running, "c-4")
    return later


async def test_an_operator_who_dies_leaves_everything_in_its_place(
    shop: Shop, running: Running, client: CartClient, proxy: Proxy
) -> None:
    sent = await park(shop, running, "c-1", "c-2", "c-3")
    mortal = CartClient(proxy.url, tenant=shop.tenant, prefix=running.settings.prefix)
    async with mortal.parking() as parking:
        first, second, _ = parking.messages
        await parking.drop([second])
        proxy.cut()
        with pytest.raises(Unreachable):
            await parking.drop([first])
    async with asyncio.timeout(PATIENCE):
        while await ids(client) != [sent[0], sent[2]]:  # noqa: ASYNC110 (the broker tells nobody)
            await asyncio.sleep(0.05)


async def test_more_than_a_channel_may_hold(
    shop: Shop, running: Running, client: CartClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "AT_ONCE", 2)
    sent = await park(shop, running, *(f"c-{number}" for number in range(5)))
    async with client.parking() as parking:
        assert [each.message_id for each in parking.messages] == sent
        await parking.drop(parking.messages[1:4])
    assert await ids(client) == [sent[0], sent[4]]


async def test_one_operator_at_a_time(shop: Shop, running: Running, client: CartClient) -> None:
    sent = await park(shop, running, "c-1")
    async with client.parking():
        with pytest.raises(ParkingBusy):
            await client.parking(patience=0.2).__aenter__()
        second = asyncio.create_task(ids(client))
        await asyncio.sleep(0.3)
        assert not second.done()
    assert await second == sent


async def test_a_replay_takes_effect_once_and_leaves_the_queue(
    shop: Shop, running: Running, client: CartClient
) -> None:
    [message_id] = await park(shop, running, "c-9")
    await shop.call("create-cart", "c-9", {"country": "FR", "currency": "EUR", "items": [PLAN]})
    async with client.parking() as parking:
        [message] = parking.messages
        tried = await parking.replay(message, Replay(dry_run=True))
        assert (tried.outcome, tried.parked, tried.message_id) == ("dry-run", True, message_id)
        done = await parking.replay(message)
        assert (done.outcome, done.parked, done.message_id) == ("applied", False, message_id)
    assert await ids(client) == []
    assert (await shop.call("get-cart", "c-9"))["version"] == 2


async def test_a_replay_that_was_cut_off_before_the_acknowledgement(
    shop: Shop, running: Running, client: CartClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    [message_id] = await park(shop, running, "c-8")
    await shop.call("create-cart", "c-8", {"country": "FR", "currency": "EUR", "items": [PLAN]})

    async def cut_off(*_: object) -> None:
        raise asyncio.CancelledError

    async with client.parking() as parking:
        with monkeypatch.context() as patched:
            patched.setattr(Parking, "drop", cut_off)
            with pytest.raises(asyncio.CancelledError):
                await parking.replay(parking.messages[0])
    async with client.parking() as parking:
        [message] = parking.messages
        told = await parking.replay(message, Replay(dry_run=True))
        assert isinstance(told.reply, CommandRefused)
        assert told.reply.error.code == "idempotency-mismatch"
        again = await parking.replay(message)
    assert (again.outcome, again.parked, again.message_id) == ("duplicate", False, message_id)
    assert (await shop.call("get-cart", "c-8"))["version"] == 2


async def test_what_is_refused_again_stays_parked_and_an_edited_one_gets_another_id(
    shop: Shop, running: Running, client: CartClient
) -> None:
    cart_id = await shop.cart(PLAN)
    [message_id] = await park(shop, running, "c-elsewhere", version=7)
    async with client.parking() as parking:
        [message] = parking.messages
        refused = await parking.replay(message)
        assert (refused.outcome, refused.parked) == ("refused", True)
        body = json.loads(message.body)
        edited = json.dumps({**body, "cartId": cart_id, "version": 1}).encode()
        tried = await parking.replay(message, Replay(body=edited, dry_run=True))
        assert (tried.outcome, tried.parked) == ("dry-run", True)
        dry = await parking.replay(message, Replay(body=json.dumps({**json.loads(edited), "dryRun": True}).encode()))
        assert (dry.outcome, dry.parked) == ("dry-run", True)
        done = await parking.replay(message, Replay(body=edited))
    assert (done.outcome, done.parked) == ("applied", False)
    assert done.message_id == tried.message_id != message_id
    assert await ids(client) == []
    assert (await shop.call("get-cart", cart_id))["version"] == 2


async def test_a_command_that_does_not_exist_is_edited_into_one_that_does(
    shop: Shop, running: Running, client: CartClient
) -> None:
    before = await running.wire.depth("parking")
    body = json.dumps({"type": "creat-cart", "data": {"country": "FR", "currency": "EUR"}}).encode()
    await shop.wire.publish(f"{shop.tenant}.creat-cart", body, message_id=uuid4().hex, reply_to=None)
    await parked(running, before + 1)
    async with client.parking(Wanted(tenant=shop.tenant, code="unknown-command")) as parking:
        [message] = parking.messages
        assert message.command == "creat-cart"
        replayed = await parking.replay(message, Replay(body=body.replace(b"creat-", b"create-")))
        assert replayed.outcome == "applied"


async def test_one_without_a_message_id_gets_the_same_one_every_time(
    shop: Shop, running: Running, client: CartClient
) -> None:
    cart_id = await shop.cart(PLAN)
    before = await running.wire.depth("parking")
    body = {"type": "update-products", "cartId": cart_id, "data": QUANTITY}
    headers = {"cart-id": cart_id}
    await shop.wire.publish(
        f"{shop.tenant}.update-products", json.dumps(body).encode(), headers=headers, reply_to="", message_id=None
    )
    await parked(running, before + 1)
    async with client.parking() as parking:
        [message] = parking.messages
        assert (message.message_id, message.code) == (None, "missing-message-id")
        tried = await parking.replay(message, Replay(dry_run=True))
        done = await parking.replay(message)
    assert (done.outcome, done.message_id) == ("applied", tried.message_id)


async def test_what_the_broker_and_what_strangers_parked(shop: Shop, running: Running, client: CartClient) -> None:
    prefix, exchange = running.settings.prefix, running.wire.channel.default_exchange
    before = await running.wire.depth("parking")
    deaths = [
        {"queue": f"{prefix}.dead", "reason": "delivery_limit", "routing-keys": [f"{prefix}.dead"], "count": 1},
        {"queue": f"{prefix}.commands.0", "reason": "rejected", "routing-keys": [f"{shop.tenant}.get-cart"]},
    ]
    for headers in (
        {"x-death": deaths, "parked-code": "forged", "cart-id": "c-1"},
        {"\x1b[31m": "\x07", "odd": bytearray(b"\xff")},
        {"parked-code": "malformed", "parked-routing-key": f"{prefix}.batch.0"},
    ):
        message = aio_pika.Message(b"x" * 3_000_000, headers=headers, message_id=f"m-{len(headers)}")  # type: ignore[arg-type]
        await exchange.publish(message, f"{prefix}.parking")
    await parked(running, before + 3)
    async with client.parking(Wanted(), bodies=False) as parking:
        broker, stranger, chunk = parking.messages[-3:]
        assert (broker.parked_by, broker.code, broker.tenant, broker.command) == (
            "broker",
            "internal",
            shop.tenant,
            "get-cart",
        )
        assert broker.reason == f"The queue {prefix}.dead gave it up: it was delivered too often without being settled."
        assert (stranger.parked_by, stranger.code, stranger.tenant) == ("sender", UNKNOWN, None)
        assert (chunk.tenant, chunk.command, chunk.size) == (None, "job-chunk", 3_000_000)
        with pytest.raises(NotReplayable):
            await parking.replay(chunk)
        with pytest.raises(NotReplayable):
            await parking.replay(stranger, Replay(dry_run=True))
        await parking.drop([broker, stranger, chunk])


async def test_headers_go_along_and_a_replay_in_a_dialect_is_told_as_the_document_has_it(
    shop: Shop, running: Running, client: CartClient
) -> None:
    before = await running.wire.depth("parking")
    call = {"parameters": {}, "body": None}
    headers = {"dialect": "subscription-shop", "cart-id": "c-none", "traceparent": "00-1"}
    await shop.wire.publish(
        f"{shop.tenant}.deleteItem", json.dumps(call).encode(), message_id="m-d", headers=headers, reply_to=None
    )
    await parked(running, before + 1)
    async with client.parking(Wanted(ids=frozenset({"m-d"}))) as parking:
        [message] = parking.messages
        assert (message.dialect, message.headers["traceparent"]) == ("subscription-shop", "00-1")
        assert (await parking.replay(message, Replay(dry_run=True))).refused
        assert (await parking.replay(message)).parked


async def test_the_python_of_the_page_runs(
    shop: Shop, running: Running, client: CartClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await park(shop, running, "c-7")
    await shop.call("create-cart", "c-7", {"country": "FR", "currency": "EUR", "items": [PLAN]})
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    theirs = f'tenant="{shop.tenant}", prefix="{running.settings.prefix}"'
    names: dict[str, Any] = {}
    exec(code.replace('tenant="acme"', theirs).replace("Wanted(", f'Wanted(tenant="{shop.tenant}", '), names)
    await names["replay_all"](running.settings.amqp_url.get_secret_value())
    assert " c-7 applied" in capsys.readouterr().out
    assert await ids(client) == []


async def test_a_parking_queue_of_an_earlier_build_is_used_as_it_is(
    shop: Shop, running: Running, client: CartClient, capsys: pytest.CaptureFixture[str]
) -> None:
    queue, channel = Topology(running.settings).parking_queue(), running.wire.channel
    await running.stop()
    await channel.queue_delete(queue.name)
    await channel.declare_queue(queue.name, durable=True, arguments={**queue.kind, **(queue.former or {})})
    await running.start()
    assert "queue_of_an_earlier_build" in capsys.readouterr().out
    sent = await park(shop, running, "c-1", "c-2")
    assert [await ids(client) for _ in range(2)] == [sent, sent]
