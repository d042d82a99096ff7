"""Poison at the protocol: it ends in an answer or parked, its neighbours are served, and no connection is closed.

A message that closed a connection would come back with all its neighbours, and close the next one.
"""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.direct import PREFIX, Caller, not_of_this_broker, tampered
from support.patience import PATIENCE
from support.raw import RawClient, long, nested_arrays, nested_tables, properties, short, table
from support.running import Running
from support.shop import Shop, error_code
from workers.amqp.tap.tap import Tap

GET = json.dumps({"type": "get-cart", "cartId": "c-1", "data": {}}).encode()
MANY = b"".join(short(f"{number:0250}") + b"V" for number in range(80))


@pytest.fixture(scope="module")
async def shop(running: Running) -> Shop:
    shop = await running.shop()
    await shop.call("create-cart", "c-1", {"currency": "EUR"})
    return shop


@pytest.fixture
async def client(amqp_url: str) -> AsyncIterator[RawClient]:
    client = await RawClient.connect(amqp_url)
    yield client
    await client.close()


@pytest.fixture(autouse=True)
def lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Tap]]:
    """The worker's connections for consuming and publishing that were closed during a test: none."""
    lost: list[Tap] = []
    closing = Tap.connection_lost

    def connection_lost(self: Tap, exc: Exception | None) -> None:
        lost.append(self)
        closing(self, exc)

    monkeypatch.setattr(Tap, "connection_lost", connection_lost)
    yield lost
    assert not lost


def listed(message_id: str, reply_to: str | None, **others: bytes) -> bytes:
    """A property list with these beside what a good command has."""
    address = {"reply_to": short(reply_to)} if reply_to else {}
    good = {
        "message_id": short(message_id),
        "correlation_id": short(message_id),
        "content_type": short("application/json"),
    }
    return properties(**good, **address, **others)


async def publish(client: RawClient, shop: Shop, reply_to: str | None = None, **others: bytes) -> str:
    """Publish a query with these properties; return its message id. Answers come to the shop, unless said otherwise."""
    message_id = uuid4().hex
    sent = listed(message_id, shop.wire.reply_to if reply_to is None else reply_to, **others)
    assert await client.publish(shop.wire.exchange.name, f"{shop.tenant}.get-cart", sent, GET)
    return message_id


async def parked_code(shop: Shop, message_id: str) -> str:
    message = await shop.wire.parked.take(lambda each: each.message_id == message_id)
    assert message.body == GET
    return str(message.headers["parked-code"])


async def answered(shop: Shop, correlation_id: str) -> str:
    reply = await shop.wire.reply(correlation_id)
    return error_code(reply) if reply["type"] == "command-refused" else str(reply["status"])


ANSWERED = {
    "tables nested 33 deep": (nested_tables(33), "malformed"),
    "tables nested 2,000 deep": (nested_tables(2000), "malformed"),
    "arrays nested 2,000 deep": (nested_arrays(2000), "malformed"),
    "a name twice": (table(("a", b"V"), ("a", b"V")), "malformed"),
    "tables nested 31 deep": (nested_tables(31), "read"),
    "names and values of no UTF-8": (table((b"\xff\xfe", b"S" + long(b"\xff" * 300))), "read"),
    "an empty name": (table(("", b"V")), "read"),
    "a decimal of scale 255": (table(("d", b"D\xff" + b"\xff" * 4)), "read"),
    "a number beyond 64 bits": (table(("roles", b"L" + b"\xff" * 8)), "read"),
    "a time beyond all years": (table(("deadline", b"T" + b"\xff" * 8)), "invalid"),
    "attempts beyond all numbers": (table(("cart-attempts", b"T" + b"\xff" * 8)), "read"),
    "a dialect of arrays": (table(("dialect", b"A" + long(b"A" + long(b"V")))), "unknown-command"),
}
PARKED = {
    "tables nested 5,000 deep": nested_tables(5000),
    "arrays nested 5,000 deep": nested_arrays(5000),
    "20 kB of names": long(MANY),
    "20 kB in a table within": table(("a", b"F" + long(MANY))),
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_headers_of_any_kind_are_answered(shop: Shop, client: RawClient, name: str) -> None:
    headers, outcome = ANSWERED[name]
    message_id = await publish(client, shop, headers=headers)
    neighbour = await shop.call("get-cart", "c-1")
    assert neighbour["status"] == "read"
    assert await answered(shop, message_id) == outcome


@pytest.mark.parametrize("name", PARKED)
async def test_headers_too_large_are_parked(shop: Shop, client: RawClient, name: str) -> None:
    message_id = await publish(client, shop, headers=PARKED[name])
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"
    assert await parked_code(shop, message_id) == "too-large"


@pytest.mark.parametrize("name", [name for name in ANSWERED if ANSWERED[name][1] != "read"])
async def test_without_a_reply_address_they_are_parked(shop: Shop, client: RawClient, name: str) -> None:
    headers, code = ANSWERED[name]
    message_id = await publish(client, shop, headers=headers, reply_to="")
    assert await parked_code(shop, message_id) == code


@pytest.mark.parametrize(
    "headers",
    [table(("a", b"?" + b"\0" * 8)), long(b"\x05ab"), table(("a", b"S" + struct.pack(">I", 9) + b"x"))],
    ids=["an unknown type", "a name cut off", "a value cut off"],
)
async def test_what_is_no_table_does_not_get_past_the_broker(shop: Shop, client: RawClient, headers: bytes) -> None:
    sent = listed(uuid4().hex, shop.wire.reply_to, headers=headers)
    assert not await client.publish(shop.wire.exchange.name, f"{shop.tenant}.get-cart", sent, GET)
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"timestamp": b"\xff" * 8}, "read"),
        ({"timestamp": b"\xff" * 8, "expiration": short("60000")}, "read"),
        ({"timestamp": struct.pack(">Q", 2**63), "expiration": short("4294967295")}, "read"),
        ({"correlation_id": short("x" * 255)}, "read"),
        ({"priority": b"\xff", "delivery_mode": b"\x01"}, "read"),
        ({"content_type": short(b"\xff" * 255)}, "malformed"),
        ({"content_encoding": short(b"\xff" * 255)}, "malformed"),
        ({"app_id": short(b"\xff" * 255), "type": short(b"\xff" * 255)}, "read"),
    ],
)
async def test_other_properties_at_their_limits(
    shop: Shop, client: RawClient, given: dict[str, bytes], outcome: str
) -> None:
    message_id = uuid4().hex
    sent = {
        "message_id": short(message_id),
        "correlation_id": short(message_id),
        "reply_to": short(shop.wire.reply_to),
        **given,
    }
    key = f"{shop.tenant}.get-cart"
    assert await client.publish(shop.wire.exchange.name, key, properties(**sent), GET)
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"
    assert await answered(shop, sent["correlation_id"][1:].decode()) == outcome


async def test_texts_that_grow_when_they_are_read_are_parked_and_answered(shop: Shop, client: RawClient) -> None:
    wild = b"\xff" * 255
    grown = ("\N{REPLACEMENT CHARACTER}" * 85).encode().decode()
    sent = properties(
        message_id=short(wild),
        correlation_id=short(wild),
        reply_to=short("reply." + "x" * 249),
        headers=table(("cart-id", b"S" + long(wild))),
    )
    assert await client.publish(shop.wire.exchange.name, f"{shop.tenant}.get-cart", sent, GET)
    for reply_to in (b"reply." + wild[6:], b"amq.rabbitmq.reply-to." + wild[22:]):
        sent = properties(message_id=short(wild), correlation_id=short(wild), reply_to=short(reply_to))
        assert await client.publish(shop.wire.exchange.name, f"{shop.tenant}.get-cart", sent, GET)
        message = await shop.wire.parked.take(lambda each: each.message_id == grown)
        assert message.headers["parked-code"] == "forbidden-reply-to"
    sent = properties(message_id=short(wild), headers=table(("cart-id", b"S" + long(wild))))
    assert await client.publish(shop.wire.exchange.name, f"{shop.tenant}.get-cart", sent, GET)
    message = await shop.wire.parked.take(lambda each: each.message_id == grown)
    assert message.headers["parked-code"] == "invalid"
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"


async def test_a_routing_key_of_no_utf8_is_refused(shop: Shop, client: RawClient, running: Running) -> None:
    message_id = uuid4().hex
    key = b"\xff" * 255
    client.writer.write(_publish(running.settings.prefix + ".commands", key, listed(message_id, shop.wire.reply_to)))
    assert await answered(shop, message_id) == "invalid"
    without = uuid4().hex
    client.writer.write(_publish(running.settings.prefix + ".commands", key, listed(without, None)))
    assert await parked_code(shop, without) == "invalid"
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"


def _publish(exchange: str, routing_key: bytes, listed: bytes) -> bytes:
    """The frames of a message whose routing key is no text."""
    method = struct.pack(">HHH", 60, 40, 0) + short(exchange) + short(routing_key) + b"\0"
    header = struct.pack(">HHQ", 60, 0, len(GET)) + listed
    return b"".join(
        struct.pack(">BHI", kind, 1, len(payload)) + payload + b"\xce"
        for kind, payload in ((1, method), (2, header), (3, GET))
    )


@pytest.fixture
async def caller(shop: Shop) -> AsyncIterator[Caller]:
    caller = Caller(shop)
    yield caller
    await caller.channel.close()


async def test_addresses_that_close_connections_are_parked_among_good_ones(
    shop: Shop, client: RawClient, caller: Caller, lost: list[Tap]
) -> None:
    real = await caller.listen()
    bad = {**tampered(real), **not_of_this_broker(real)}
    # The broker itself refuses to take this one from a caller who does not listen.
    del bad["no suffix"]
    sent = {}
    for harm, reply_to in bad.items():
        sent[harm] = await publish(client, shop, reply_to=reply_to)
        await publish(client, shop, reply_to=real)
    found = {harm: await parked_code(shop, message_id) for harm, message_id in sent.items()}
    assert found == dict.fromkeys(sent, "forbidden-reply-to")
    async with asyncio.timeout(PATIENCE):
        assert [await caller.replies.get() for _ in sent] == ["read"] * len(sent)
    assert not lost


async def test_a_caller_who_listens_no_more_disturbs_nobody(shop: Shop, client: RawClient, caller: Caller) -> None:
    real = await caller.listen()
    await caller.channel.close()
    await publish(client, shop, reply_to=real)
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"


async def test_a_queue_named_by_the_broker_is_answered(shop: Shop, client: RawClient) -> None:
    queue = await shop.wire.channel.declare_queue(exclusive=True)
    assert queue.name.startswith("amq.gen-")
    await publish(client, shop, reply_to=queue.name)
    assert (await shop.call("get-cart", "c-1"))["status"] == "read"
    message = await queue.get(no_ack=True)
    assert message is not None
    assert json.loads(message.body)["status"] == "read"


async def test_no_mutation_of_a_real_address_closes_a_connection(
    shop: Shop, client: RawClient, caller: Caller, lost: list[Tap]
) -> None:
    real = await caller.listen()
    sent = [await publish(client, shop, reply_to=each) for each in _mutations(real)]
    after = await shop.call("get-cart", "c-1")
    assert after["status"] == "read"
    assert not lost
    assert len(sent) == 300


def _mutations(real: str) -> list[str]:
    """Three hundred addresses, each a real one with one to three letters drawn anew, the same every time."""
    found: list[str] = []
    letters = st.sampled_from("ABCDEFghijklm0123456789+/=.")
    places = st.integers(len(PREFIX), len(real) - 1)

    @settings(max_examples=300, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(places, letters), min_size=1, max_size=3))
    def collect(changes: list[tuple[int, str]]) -> None:
        text = list(real)
        for at, letter in changes:
            text[at] = letter
        found.append("".join(text))

    collect()
    return found
