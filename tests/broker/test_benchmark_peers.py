"""The benchmarks' peers do the same work: amounts, versions, events and stored carts, for each of them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import AsyncMongoClient

from benchmarks.golang import GO_PROGRAM, build_go
from benchmarks.peers.carrying import change, document_id
from benchmarks.scene import SMALL, TENANT, cart, facts, quantity_changes, reads
from models.cart.cart import Cart
from storage.mongo.carts import write_stored
from storage.mongo.store import MongoStore
from storage.records import CartWrite, CommitStamp, StoredCart
from support.wire import Wire
from workers.broker.declaration import declare
from workers.broker.topology import Topology
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
PYTHON = (sys.executable, "-m")
PEERS = {
    "faststream": (*PYTHON, "benchmarks.peers.faststream_motor"),
    "aio-pika": (*PYTHON, "benchmarks.peers.aio_pika_pymongo"),
    "go": (str(GO_PROGRAM),),
}
AT_ONCE = 20
TIMES = {"at", "updated", "updatedAt", "pricedAt"}
STAMP = CommitStamp("seed", 0)


@dataclass
class Peer:
    """A peer at work, with one cart in its database."""

    wire: Wire
    carts: Any
    before: Cart

    async def ask(self, command: tuple[str, str, bytes], message_id: str) -> Any:
        """The reply to a command, without times."""
        cart_id, kind, body = command
        headers = {"cart-id": cart_id}
        return timeless(await self.wire.ask(f"{TENANT}.{kind}", body, message_id=message_id, headers=headers))

    async def events(self, many: int) -> list[Any]:
        """So many events of those that were heard, with what a durable message has, by cart version and name."""
        heard = await self.wire.events.wait(lambda _: True, many)
        assert {each.delivery_mode for each in heard} == {2}
        bodies = [json.loads(each.body) for each in heard]
        assert [each.routing_key for each in heard] == [f"{TENANT}.{body['type']}" for body in bodies]
        return [timeless(each) for each in sorted(bodies, key=lambda each: (each["version"], each["type"]))]

    async def stored(self) -> Any:
        """The cart's document, without times."""
        return timeless(await self.carts.find_one({"_id": document_id(self.before.id)}))


@pytest.fixture(params=PEERS)
async def peer(request: pytest.FixtureRequest, amqp_url: str, mongo_url: str, prefix: str) -> AsyncIterator[Peer]:
    if request.param == "go" and (missing := await asyncio.to_thread(build_go)):
        pytest.skip(missing)
    settings = Settings(amqp_url=amqp_url, mongo_url=mongo_url, prefix=prefix, database=prefix)
    await declare(amqp_url, Topology(settings))
    store = MongoStore(mongo_url, prefix)
    await store.prepare()
    before = cart(SMALL)
    await store.carts.commit([CartWrite(0, StoredCart(before, STAMP))])
    await store.close()
    wire = Wire(prefix)
    await wire.open(amqp_url)
    async with AsyncMongoClient(mongo_url) as client, started(PEERS[request.param], settings):
        yield Peer(wire, client[prefix]["carts"], before)
        await client.drop_database(prefix)
    assert await wire.depth("commands.0") == 0, "not everything was acknowledged"
    for queue in Topology(settings).queues():
        await wire.channel.queue_delete(queue.name)
    for exchange in Topology(settings).exchanges():
        await wire.channel.exchange_delete(exchange.name)
    await wire.close()


@asynccontextmanager
async def started(command: tuple[str, ...], settings: Settings) -> AsyncIterator[None]:
    addresses = {
        "CART_AMQP_URL": settings.amqp_url.get_secret_value(),
        "CART_MONGO_URL": settings.mongo_url.get_secret_value(),
        "CART_DATABASE": settings.database,
        "CART_PREFIX": settings.prefix,
    }
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env={**os.environ, **addresses})
    try:
        yield
        assert process.returncode is None
        process.terminate()
        await asyncio.wait_for(process.wait(), 20)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def timeless(found: Any) -> Any:
    """The same without the values of `TIMES`."""
    if isinstance(found, dict):
        return {name: timeless(each) for name, each in found.items() if name not in TIMES}
    return [timeless(each) for each in found] if isinstance(found, list) else found


def document(of: Cart) -> Any:
    """What a cart is stored as, without times."""
    return timeless(bson.decode(bson.encode(write_stored(StoredCart(of, STAMP)))))


def changes(**envelope: Any) -> Iterator[tuple[str, str, bytes]]:
    return quantity_changes(repeat("c-0"), **envelope)


async def test_replies_events_and_documents_are_those_of_our_own_pricing(peer: Peer) -> None:
    after, known = peer.before, facts()
    events: list[Any] = []
    steps = [*islice(changes(), 7), next(changes(dryRun=True)), next(reads(repeat("c-0")))]
    steps.append(("c-0", "update-products", quantities({"i-0": 999_999, "i-4": 3})))
    for number, step in enumerate(steps):
        _, kind, body = step
        expected = change(after, body, f"m-{number}", kind, known)
        assert await peer.ask(step, f"m-{number}") == timeless(json.loads(expected.reply))
        if expected.status == "applied":
            after = expected.cart
            events += [timeless(json.loads(event)) for _, event in expected.events]
    assert after.version == 9
    assert await peer.events(len(events)) == events
    assert await peer.stored() == document(after)


async def test_commands_for_one_cart_at_once_each_make_a_version(peer: Peer) -> None:
    commands = list(islice(changes(), AT_ONCE))
    replies = await asyncio.gather(*(peer.ask(each, f"m-{number}") for number, each in enumerate(commands)))
    assert {each["status"] for each in replies} == {"applied"}
    assert sorted(each["version"] for each in replies) == list(range(2, AT_ONCE + 2))

    events = await peer.events(2 * AT_ONCE)
    kinds = ("cart-updated", "price-changed")
    assert [(each["version"], each["type"]) for each in events] == [
        (version, kind) for version in range(2, AT_ONCE + 2) for kind in kinds
    ]
    by_command = {each["commandId"]: each for each in replies}
    assert all(each["totals"] == by_command[each["commandId"]]["cart"]["totals"] for each in events)

    after = peer.before
    for reply in sorted(replies, key=lambda each: each["version"]):
        _, kind, body = commands[int(reply["commandId"].removeprefix("m-"))]
        after = change(after, body, reply["commandId"], kind, facts()).cart
    assert await peer.stored() == document(after)


def quantities(wanted: dict[str, int]) -> bytes:
    products = [{"id": item, "quantity": quantity} for item, quantity in wanted.items()]
    return json.dumps({"type": "update-products", "cartId": "c-0", "data": {"products": products}}).encode()
